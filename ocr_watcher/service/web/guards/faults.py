"""Answers if the page fails."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ocr_watcher.logs.fields import fields
from ocr_watcher.service.web.guards.answer import CLOSE, answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)


class FaultAnswers:
    """Turns any fault of the application into an answer without details.

    Each fault is logged, as often as other faults that repeat. The query is left out, as the words
    of a search are private. The page itself may have answered already.

    An answer that has begun cannot be taken back; its connection is then closed by the server.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Put the guard before an application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        has_begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        except Exception as error:
            _log.exception(
                "a fault of this program in the page",
                exc_info=error,
                extra=fields(method=scope["method"], path=scope["path"][:200]),
            )
            if not has_begun:
                await answer(send, 500, "The page has a fault; its log says which.", CLOSE)
