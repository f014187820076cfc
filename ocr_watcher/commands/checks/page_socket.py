"""The check of the socket that systemd opens for the page: who can open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.systemctl import properties_of
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNIT = "ocr-watcher.socket"
_PROPERTIES = ("ActiveState", "Listen", "SocketUser", "SocketGroup", "SocketMode")


def check_page_socket(environment: Mapping[str, str]) -> Result | None:
    """Return who can open the socket of the system's unit; None where it does not listen.

    Args:
        environment: The environment variables, with the ``PATH`` to systemctl(1).
    """
    return judge_page_socket(properties_of(_UNIT, _PROPERTIES, environment))


def judge_page_socket(properties: Mapping[str, str]) -> Result | None:
    """Judge the properties of the unit, as systemctl(1) shows them; a pure function."""
    if properties.get("ActiveState") != "active":
        return None
    listen = properties.get("Listen", "").removesuffix(" (Stream)")
    subject = f"page {listen} of {_UNIT}"
    if not listen.startswith("/"):
        finding = "is open to whoever reaches this address; the service refuses others than "
        return Result("ok", subject, f"{finding}loopback unless web.password_file is set")
    user = properties.get("SocketUser") or "root"
    group = properties.get("SocketGroup") or "root"
    mode = properties.get("SocketMode", "0666")
    who = f"the user {user} and the group {group}"
    if int(mode, 8) & 0o006:
        return Result("warn", subject, f"is open to every user of this machine (mode {mode})")
    return Result("ok", subject, f"is open to {who} (mode {mode})")
