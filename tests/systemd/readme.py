"""The commands that the README tells an administrator to type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.systemd.debian import CHECKOUT

if TYPE_CHECKING:
    from tests.systemd.machine import Machine


def commands_under(marker: str) -> list[str]:
    """The lines of the commands that follow a marker."""
    return block_under(marker, "sh").splitlines()


def block_under(marker: str, language: str) -> str:
    """The block that follows a marker."""
    readme = (CHECKOUT / "README.md").read_text("utf-8")
    form = rf"^<!-- {marker} -->\n```{language}\n(.+?)\n```$"
    found = re.search(form, readme, re.MULTILINE | re.DOTALL)
    assert found, marker
    return found[1]


def type_in(machine: Machine, command: str, text: str = "") -> str:
    """Types one of them, in the checkout; returns what it prints."""
    line = f"cd /usr/src/ocr-watcher && {command}"
    return machine.run("bash", "-euo", "pipefail", "-c", line, text=text, within=600)
