"""Asks for the password, by HTTP Basic (RFC 7617)."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
from typing import TYPE_CHECKING

from ocr_watcher.logs.repeats import repeating
from ocr_watcher.service.web.guards.answer import CLOSE, answer, values_of
from ocr_watcher.service.web.guards.guesses import Guesses
from ocr_watcher.service.web.guards.rate import RequestRate

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.guards.access import Rules
    from ocr_watcher.service.web.server.limits import Limits

_log = logging.getLogger(__name__)

_ASK = (b"www-authenticate", b'Basic realm="ocr-watcher", charset="UTF-8"')
_HEADER = b"authorization"
_BASIC = "basic "
_MOST_DELAYED = 20
_LATER = (b"retry-after", b"5")


class PasswordGuard:
    """Accepts requests with the password, whatever the user name.

    Only hashes are compared, in a time that does not depend on how much of them is right. Requests
    without the password have their own limit a second, so they cannot delay a request with the
    password.

    A wrong password is answered after a delay. If many are delayed already, further wrong ones are
    refused at once. A delay alone would not slow down a client that sends many passwords without
    waiting for answers. The passwords of a machine that sent many wrong ones are therefore not
    checked for a while, see `Guesses`; those of other machines are.
    """

    def __init__(self, app: ASGIApp, rules: Rules, limits: Limits) -> None:
        """Put the guard before an application.

        Args:
            app: The application.
            rules: A function that returns who may open the page.
            limits: The limits for clients.
        """
        self._app = app
        self._refusals = RequestRate(self._refuse, limits)
        self._guesses = Guesses()
        self._rules = rules
        self._delay_seconds = limits.guess_seconds
        self._delayed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        expected = self._rules().password_hash
        if expected is None or (
            self._guesses.may_try(scope)
            and _is_right(values_of(scope["headers"], _HEADER), expected)
        ):
            await self._app(scope, receive, send)
        else:
            await self._refusals(scope, receive, send)

    async def _refuse(self, scope: Scope, _: Receive, send: Send) -> None:
        if not values_of(scope["headers"], _HEADER):
            await answer(send, 401, "The page asks for its password.", CLOSE, _ASK)
            return
        text = "somebody gave a wrong password to the page"
        _log.warning(text, extra=repeating(text))
        if self._delayed >= _MOST_DELAYED or not self._guesses.may_try(scope):
            await answer(send, 429, "There are too many wrong passwords.", CLOSE, _LATER)
            return
        self._guesses.was_wrong(scope)
        self._delayed += 1
        try:
            await asyncio.sleep(self._delay_seconds)
        finally:
            self._delayed -= 1
        await answer(send, 401, "This is not the password.", CLOSE, _ASK)


def _is_right(given: list[str], expected: bytes) -> bool:
    if len(given) != 1 or given[0][: len(_BASIC)].lower() != _BASIC:
        return False
    try:
        pair = base64.b64decode(given[0][len(_BASIC) :].strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    password = pair.partition(b":")[2]
    return hmac.compare_digest(hashlib.sha256(password).digest(), expected)
