"""Shells in a terminal, at which the tests press the Tab key."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
_DEADLINE = 30.0  # seconds
PROMPT = "READY> "


def with_the_program(directory: Path) -> dict[str, str]:
    """Puts a command ``ocr-watcher`` into a directory, and returns an environment with it.

    Args:
        directory: An empty directory, which is the home as well.
    """
    program = directory / "bin/ocr-watcher"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ocr_watcher "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:/usr/bin:/bin"
    return {"HOME": str(directory), "PATH": path, "PYTHONPATH": str(ROOT), "TERM": "dumb"}


class Shell:
    """A shell in a terminal that shows what is typed.

    Args:
        command: Its command line.
        environment: Its environment variables.
        directory: Where it works.
    """

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        self._ours, theirs = os.openpty()
        termios.tcsetwinsize(self._ours, (40, 200))
        variables = {**environment, "PS1": PROMPT}
        self._process = subprocess.Popen(
            command,
            env=variables,
            cwd=directory,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._ours)  # the terminal hangs up
        self._process.kill()
        self._process.wait()

    def type(self, keys: str) -> None:
        """Types keys; a tab asks for completions."""
        os.write(self._ours, keys.encode())

    def until(self, wanted: str) -> None:
        """Waits until the terminal showed what a regular expression is about."""
        shown, deadline = "", time.monotonic() + _DEADLINE
        while not re.search(wanted, shown, re.DOTALL):
            left = deadline - time.monotonic()
            assert left > 0, f"the terminal did not show {wanted!r}, but: {shown!r}"
            if select.select([self._ours], [], [], left)[0]:
                shown += os.read(self._ours, 65_536).decode(errors="replace")

    def ready(self) -> None:
        """Waits until the shell has done all that was typed."""
        self.type("echo do''ne\n")
        self.until(f"done\r*\n.*{PROMPT}")
