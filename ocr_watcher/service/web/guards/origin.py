"""Refuses requests that a page of another site makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.web.guards.answer import CLOSE, answer, values_of
from ocr_watcher.service.web.guards.host import Authority

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_DEFAULT_PORTS = {"http": 80, "https": 443}
_OWN_SITES = ("same-origin", "none")
"""Values of ``Sec-Fetch-Site`` for requests of the page itself, and of a person
(https://www.w3.org/TR/fetch-metadata/)."""


class OriginGuard:
    """Accepts requests of the page itself, of a person, and of programs that are no browsers.

    ``Origin`` must be the page's, and so must ``Sec-Fetch-Site``, which current browsers send.
    Another site may only cause one kind of request: a person follows a link to the page.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Put the guard before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if _is_own_origin(scope) and (_is_own_site(scope) or _is_link(scope)):
            await self._app(scope, receive, send)
            return
        await answer(send, 403, "The request comes from another site.", CLOSE)


def _is_own_origin(scope: Scope) -> bool:
    origins = values_of(scope["headers"], b"origin")
    if not origins:
        return True
    scheme, separator, rest = origins[0].lower().partition("://")
    origin = Authority.of(rest)
    host = Authority.of(values_of(scope["headers"], b"host")[0])
    if len(origins) > 1 or not separator or scheme not in _DEFAULT_PORTS or not origin or not host:
        return False
    # A proxy with TLS may send the host without a port, or with the port of TLS.
    usual = _DEFAULT_PORTS[scheme]
    return origin.name == host.name and (origin.port or usual) == (host.port or usual)


def _is_own_site(scope: Scope) -> bool:
    return all(site in _OWN_SITES for site in values_of(scope["headers"], b"sec-fetch-site"))


def _is_link(scope: Scope) -> bool:
    headers = scope["headers"]
    return (
        scope["method"] != "POST"
        and values_of(headers, b"sec-fetch-mode") == ["navigate"]
        and values_of(headers, b"sec-fetch-dest") == ["document"]
    )
