"""Accepts a change only from a form of the page, which prevents forged requests.

Another site can make a browser send a form to the page, but it cannot read the page. So each form
of the page has a token that only its readers know. There are no sessions, and everybody who may
read the page may use all of its forms. A token therefore belongs to a start of the daemon, not to a
person. It consists of the time when it was made, and a code of that time (HMAC, RFC 2104) with a
secret. The secret is random for each start, and never leaves the process. A token is valid for a
day, so that a page that was stored or passed on becomes harmless.
"""

from __future__ import annotations

import hmac
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ocr_watcher.service.web.guards.answer import CLOSE, answer, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ocr_watcher.service.web.server.limits import Limits

FIELD = "token"
HEADER = b"x-csrf-token"
_DAY = 86_400.0
_MOST_FIELDS = 100
_LONGEST = 200


class Tokens:
    """The tokens of one start of the daemon."""

    def __init__(self, wall_clock: Callable[[], float] = time.time) -> None:
        """Create the secret.

        Args:
            wall_clock: A function that returns the seconds since the epoch.
        """
        self._secret = secrets.token_bytes(32)
        self._wall_clock = wall_clock

    def new(self) -> str:
        """Return a token for a form."""
        made = f"{int(self._wall_clock()):x}"
        return f"{made}.{self._code(made)}"

    def is_good(self, token: str) -> bool:
        """Return whether a token is of this start, and less than a day old."""
        made, _, code = token[:_LONGEST].partition(".")
        if not hmac.compare_digest(code.encode("utf-8", "replace"), self._code(made).encode()):
            return False
        return 0 <= self._wall_clock() - int(made, 16) + 1 <= _DAY

    def _code(self, made: str) -> str:
        return hmac.new(self._secret, made.encode("utf-8", "replace"), "sha256").hexdigest()


class TokenGuard:
    """Gives each request a token for its forms, and accepts a ``POST`` only with a token.

    The token is in ``scope["state"]["token"]``. A form sends it in the field ``token``, a script in
    the header ``X-CSRF-Token``.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, limits: Limits) -> None:
        """Put the guard before an application.

        Args:
            app: The application.
            tokens: The tokens of this start.
            limits: The limits for clients.
        """
        self._app = app
        self._tokens = tokens
        self._most = limits.body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        scope.setdefault("state", {})["token"] = self._tokens.new()
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _body(receive, self._most)
        if body is None:
            await answer(send, 413, "The request is too large, or ended too early.", CLOSE)
        elif self._tokens.is_good(_token(scope, body)):
            await self._app(scope, _replayed(body, receive), send)
        else:
            text = "The form is not of the page as it is now; load the page again, and repeat."
            await answer(send, 403, text, CLOSE)


async def _body(receive: Receive, most: int) -> bytes | None:
    """Return the body of a request; None if it is too large, or its client has left."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a function of ASGI that first receives a body again, and then what follows it."""
    is_given = False

    async def replay() -> Message:
        nonlocal is_given
        if is_given:
            return await receive()
        is_given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _token(scope: Scope, body: bytes) -> str:
    given = values_of(scope["headers"], HEADER)
    if not given:
        try:
            fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=_MOST_FIELDS)
        except ValueError:  # there are more
            return ""
        given = fields.get(FIELD, [])
    return given[0] if len(given) == 1 else ""
