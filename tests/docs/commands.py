"""The commands that the documentation is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ocr_watcher.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator


def _commands(group: click.Group, parents: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield parents + name, command
        if isinstance(command, click.Group):
            yield from _commands(command, f"{parents}{name} ")


COMMANDS = dict(_commands(main))
"""All commands, also those of groups, by their names, such as ``cluster worker``."""
