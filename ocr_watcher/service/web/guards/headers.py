"""The security headers of every answer."""

from __future__ import annotations

import re
from email.utils import formatdate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ocr_watcher.service.web.guards.answer import Header

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_CONTROLS = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_CACHING = b"cache-control"
_DATE = b"date"
_STATIC = "/static/"
_FIXED: tuple[Header, ...] = (
    (b"content-security-policy", _POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_NO_STORE: Header = (_CACHING, b"no-store")
HEADERS: tuple[Header, ...] = (*_FIXED, _NO_STORE)
"""The headers of an answer that no cache may store."""
_OURS = frozenset({name for name, _ in _FIXED} | {_DATE})


class SecurityHeaders:
    """Adds the security headers to every answer, in the place of those of the application.

    A header of the application with a control character in its value is left out, as a name from a
    watched folder could otherwise begin a header of its own. Only answers below ``/static/`` may
    allow caches to store them.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        is_static = scope["path"].startswith(_STATIC)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with(message.get("headers", ()), is_static=is_static)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _with(given: list[Header], *, is_static: bool) -> list[Header]:
    kept = [
        (name, value)
        for name, value in given
        if name.lower() not in _OURS
        and _is_plain(value)
        and (is_static or name.lower() != _CACHING)
    ]
    if not any(name.lower() == _CACHING for name, _ in kept):
        kept.append(_NO_STORE)
    # A server with a clock sends the date (RFC 9110, 6.6.1).
    return [*kept, *_FIXED, (_DATE, formatdate(usegmt=True).encode())]


def _is_plain(value: bytes) -> bool:
    return not _CONTROLS.search(value)
