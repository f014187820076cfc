"""The command that installs a missing package into the environment that the program runs in."""

from __future__ import annotations

import shlex
import sys
from importlib.util import find_spec


def install_extra(extra: str) -> str:
    """Return the command that installs an extra of the program, such as ``pdf``."""
    return install_command(f"ocr-watcher[{extra}]")


def install_command(*arguments: str) -> str:
    """Return the command that installs packages with pip, or with uv.

    A bare ``pip`` is not on the path where Debian has only ``python3-venv``, and if it is, it
    belongs to another environment. The tools of ``uv tool install`` have no pip of their own.

    Args:
        arguments: Requirements and options that pip and uv both accept.
    """
    python = sys.executable
    pip = [python, "-m", "pip", "install"]
    uv = ["uv", "pip", "install", "--python", python]
    return shlex.join([*(pip if find_spec("pip") else uv), *arguments])
