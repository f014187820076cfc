"""The scripts by which shells complete commands, as click makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.shell_completion import get_completion_class

if TYPE_CHECKING:
    import click

_PROGRAM = "ocr-watcher"
_VARIABLE = "_OCR_WATCHER_COMPLETE"
"""The environment variable with which such a script makes click print completions."""

_ENDINGS = {"zsh": "compdef {function} {program}\n"}
"""The lines that click's script lacks, by shell. If zsh loads the script from a file, click's
script completes at the first Tab key, and at the second one only registers its function."""


def script(shell: str, command: click.Command) -> str:
    """Return the script for a shell.

    Args:
        shell: A shell that click knows.
        command: The whole program.

    Raises:
        LookupError: click does not know the shell.
    """
    found = get_completion_class(shell)
    if found is None:
        raise LookupError(f"no shell is named {shell!r}")
    completion = found(command, {}, _PROGRAM, _VARIABLE)
    ending = _ENDINGS.get(shell, "").format(function=completion.func_name, program=_PROGRAM)
    return completion.source() + ending
