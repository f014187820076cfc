"""The commands that the documentation tells an administrator to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.documentation import block_under, commands_under

if TYPE_CHECKING:
    from tests.systemd.machine import Machine

__all__ = ["block_under", "commands_under", "type_in"]


def type_in(machine: Machine, command: str, text: str = "") -> str:
    """Types one of them, in the checkout; returns what it prints."""
    line = f"cd /usr/src/ocr-watcher && {command}"
    return machine.run("bash", "-euo", "pipefail", "-c", line, text=text, within=600)
