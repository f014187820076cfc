"""Accepts a change only where a form of the page asks for it: no forged requests.

Another site can have a browser send a form to the page, but it cannot read the page. So each form
of the page has a token that only its readers know. There are no sessions, and everybody who may
read the page may do all that it offers, so a token belongs to this start of the daemon and not to a
person: it is the time when it was made, and a code of that time (HMAC, RFC 2104) by a secret that
is drawn at each start and never leaves the process. After a day it is of no use, so that a page
that was kept or passed on gives nothing away.
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
        """Draw the secret.

        Args:
            wall_clock: Returns the seconds since the epoch.
        """
        self._secret = secrets.token_bytes(32)
        self._wall_clock = wall_clock

    def new(self) -> str:
        """Return a token for a form."""
        made = f"{int(self._wall_clock()):x}"
        return f"{made}.{self._code(made)}"

    def is_good(self, token: str) -> bool:
        """Return whether a token is one of this start, and of today."""
        made, _, code = token[:_LONGEST].partition(".")
        if not hmac.compare_digest(code.encode("utf-8", "replace"), self._code(made).encode()):
            return False
        return 0 <= self._wall_clock() - int(made, 16) + 1 <= _DAY

    def _code(self, made: str) -> str:
        return hmac.new(self._secret, made.encode("utf-8", "replace"), "sha256").hexdigest()


class TokenGuard:
    """Gives each request a token for its forms, and takes a ``POST`` only with one.

    The token is in ``scope["state"]["token"]``. A form sends it in the field ``token``, a script in
    the header ``X-CSRF-Token``.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, limits: Limits) -> None:
        """Stand before an application.

        Args:
            app: The application.
            tokens: The tokens of this start.
            limits: What clients may take.
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
    """Return what receives a body that was received already, and then what follows it."""
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
