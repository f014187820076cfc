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

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.guards.access import Rules
    from ocr_watcher.service.web.server.limits import Limits

_log = logging.getLogger(__name__)

_ASK = (b"www-authenticate", b'Basic realm="ocr-watcher", charset="UTF-8"')
_BASIC = "basic "
_MOST_DELAYED = 20
_LATER = (b"retry-after", b"5")


class PasswordGuard:
    """Takes requests with the password, whatever the user's name.

    Only hashes are compared, in a time that does not tell how much of them is right. A wrong
    password is answered after a delay, which holds up nobody else. Where many are delayed already,
    further wrong ones are refused at once; the right one is taken all the while.
    """

    def __init__(self, app: ASGIApp, rules: Rules, limits: Limits) -> None:
        """Stand before an application.

        Args:
            app: The application.
            rules: Returns who may open the page.
            limits: What clients may take.
        """
        self._app = app
        self._rules = rules
        self._delay_seconds = limits.guess_seconds
        self._delayed = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        expected = self._rules().password_hash
        given = values_of(scope["headers"], b"authorization")
        if expected is None or _is_right(given, expected):
            await self._app(scope, receive, send)
        elif given:
            await self._refuse(send)
        else:
            await answer(send, 401, "The page asks for its password.", CLOSE, _ASK)

    async def _refuse(self, send: Send) -> None:
        text = "somebody gave a wrong password to the page"
        _log.warning(text, extra=repeating(text))
        if self._delayed >= _MOST_DELAYED:
            await answer(send, 429, "There are too many wrong passwords.", CLOSE, _LATER)
            return
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
