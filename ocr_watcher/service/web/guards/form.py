"""Refuses requests that the page and its forms cannot make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ocr_watcher.service.web.guards.answer import CLOSE, answer, values_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.guards.answer import Header
    from ocr_watcher.service.web.server.limits import Limits

_VERSIONS = ("1.0", "1.1")
_METHODS = ("GET", "HEAD", "POST")
_MOST_TARGET = 4096
_PATH = re.compile(rb"/|(/(?!\.\.?(/|\Z))[A-Za-z0-9._~-]+)+/?")
_FORM = "application/x-www-form-urlencoded"
_ALLOW = (b"allow", ", ".join(_METHODS).encode())

Refusal = tuple[int, str, tuple["Header", ...]]


class RequestForm:
    """Refuses requests that differ from those of the page and its forms.

    A path has only plain characters, as ids, formats and names of static files have. It thus needs
    no decoding, and has no ``..``, no empty part and no other host. Only ``POST`` has a body, which
    is a short form.
    """

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        """Put the guard before an application.

        Args:
            app: The application.
            limits: The limits for clients.
        """
        self._app = app
        self._most = limits.body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        refusal = (
            _refuse_version(scope["http_version"])
            or _refuse_method(scope["method"])
            or _refuse_target(scope["raw_path"], scope["query_string"])
            or _refuse_body(scope["method"], scope["headers"], self._most)
        )
        if refusal is None:
            await self._app(scope, receive, send)
            return
        status, text, headers = refusal
        await answer(send, status, text, CLOSE, *headers)


def _refuse_version(version: str) -> Refusal | None:
    return None if version in _VERSIONS else (505, "The page speaks HTTP/1.1.", ())


def _refuse_method(method: str) -> Refusal | None:
    if method in _METHODS:
        return None
    return 405, "The page has no such method.", (_ALLOW,)


def _refuse_target(path: bytes, query: bytes) -> Refusal | None:
    if len(path) + len(query) > _MOST_TARGET:
        return 414, "The address is too long.", ()
    if not _PATH.fullmatch(path):
        return 404, "There is no such page.", ()
    return None


def _refuse_body(method: str, headers: list[Header], most: int) -> Refusal | None:
    lengths = values_of(headers, b"content-length")
    is_chunked = bool(values_of(headers, b"transfer-encoding"))
    # Where both are given, two programs may take different parts for the next request (RFC 9112,
    # 6.1).
    if is_chunked and lengths:
        return 400, "The length of the request is given twice.", ()
    if not is_chunked and lengths in ([], ["0"]):
        return None
    if method != "POST":
        return 400, "The request must have no body.", ()
    if lengths and int(lengths[0]) > most:
        return 413, "The request is too large.", ()
    kinds = [kind.partition(";")[0].strip().lower() for kind in values_of(headers, b"content-type")]
    if kinds != [_FORM]:
        return 415, "The body must be a form.", ()
    return None
