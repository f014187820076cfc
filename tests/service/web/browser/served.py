"""The page of a stage, served on loopback with the headers that the guards give to every answer."""

from __future__ import annotations

import secrets
import threading
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.service.web.views.stage import Stage

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Served:
    """A server for as long as the context lasts.

    Attributes:
        url: Its address.
    """

    def __init__(self, stage: Stage) -> None:
        self._live = stage.live
        stage.token = partial(secrets.token_hex, 8)  # each answer has another, as the real ones do
        config = uvicorn.Config(
            _with_policy(stage.app()), port=0, log_level="error", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="page")

    def __enter__(self) -> Self:
        self._thread.start()
        eventually(lambda: self._server.started)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._live.close()
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join()


def _with_policy(app: Any) -> Any:
    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        async def answering(message: Any) -> None:
            if message["type"] == "http.response.start":
                policy = (b"content-security-policy", POLICY.encode())
                message = {**message, "headers": [*message["headers"], policy]}
            await send(message)

        await app(scope, receive, answering)

    return guarded
