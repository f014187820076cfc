"""Refuses requests to a host name that is not the page's, which prevents DNS rebinding.

The name of a web site may resolve to 127.0.0.1, so that its scripts can read a page there like
their own. The browser sends the name in ``Host``.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.service.web.guards.answer import CLOSE, answer, values_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.guards.access import Rules

_AUTHORITY = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_LOOPBACK_NAME = "localhost"


@dataclass(frozen=True, slots=True)
class Authority:
    """A host with its port.

    Attributes:
        name: The name in lower case, or the numeric address without brackets.
        port: The port; None if none is given.
    """

    name: str
    port: int | None

    @classmethod
    def of(cls, text: str) -> Authority | None:
        """Return the host and port in a text; None if it is not valid."""
        found = _AUTHORITY.fullmatch(text)
        if found is None:
            return None
        name = found["name"].strip("[]").lower()
        return cls(_compressed(name), int(found["port"]) if found["port"] else None)


class HostGuard:
    """Accepts requests to loopback, to the address where they arrive, and to configured names.

    A numeric address is not resolved, so no web site can let it lead to this page.
    """

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        """Put the guard before an application.

        Args:
            app: The application.
            rules: A function that returns who may open the page.
        """
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        given = values_of(scope["headers"], b"host")
        host = Authority.of(given[0]) if len(given) == 1 else None
        if host is None or not self._is_ours(host, scope):
            text = "The page does not answer to this name; web.hosts says to which it does."
            await answer(send, 421, text, CLOSE)
            return
        await self._app(scope, receive, send)

    def _is_ours(self, host: Authority, scope: Scope) -> bool:
        if host.name == _LOOPBACK_NAME or host.name in self._rules().hosts:
            return True
        reached = scope.get("server")
        return _is_loopback(host.name) or (reached is not None and host.name == reached[0])


def _compressed(name: str) -> str:
    try:
        return ipaddress.ip_address(name).compressed
    except ValueError:
        return name


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
