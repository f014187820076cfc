"""The page with its guards on a real socket, for attacks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from ocr_watcher.service.web.guards.access import Access
from ocr_watcher.service.web.guards.chain import guarded
from ocr_watcher.service.web.guards.headers import HEADERS
from ocr_watcher.service.web.guards.token import Tokens
from ocr_watcher.service.web.health_and_metrics import HealthAndMetrics
from ocr_watcher.service.web.page import build
from ocr_watcher.service.web.server.limits import Limits
from ocr_watcher.service.web.server.listeners import Listener, open_listener
from ocr_watcher.service.web.server.web_server import WebServer
from ocr_watcher.settings.web import TcpAddress
from tests.service.web.attacks.visitor import Answer, ask, request
from tests.waiting import eventually

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from tests.service.web.views.stage import Stage

SECRET = "what-nobody-may-read"
"""It lies in a file beside the watched folder."""


def assert_harmless(answer: Answer) -> None:
    """Has an answer all security headers, and nothing that it should not tell."""
    if answer.status:
        for name, value in HEADERS:
            if name != b"cache-control":
                assert answer.headers[name.decode()] == value.decode()
    for told in (SECRET, "Traceback", "site-packages", "root:x:", "uvicorn", "access-control"):
        assert told.encode() not in answer.everything


@dataclass
class Target:
    """The page of a stage, served on loopback while the context lasts.

    Attributes:
        stage: What it shows.
        limits: What clients may take.
        access: Who may open it.
        inner: An application in place of the page's; None for the page.
    """

    stage: Stage
    limits: Limits = field(default_factory=Limits)
    access: Access = field(default_factory=Access)
    inner: ASGIApp | None = None

    def __enter__(self) -> Self:
        (self.stage.directory / "secret.txt").write_text(SECRET, "utf-8")
        self.tokens = Tokens()
        inner = self.inner or build(lambda: self.stage.site, self.stage.live, self.stage.work)
        app = HealthAndMetrics(inner, lambda: self.stage.site)
        self._listeners: list[Listener] = []
        self.server = WebServer(
            guarded(app, lambda: self.access, self.limits, self.tokens),
            self._listen,
            limits=self.limits,
            ending=self.stage.live.close,
        )
        self.server.start()
        eventually(lambda: self.server.names)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.ask_to_end()
        assert self.server.join()

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.server.names[0].rpartition(":")
        return host, int(port)

    def ask(self, **parts: object) -> Answer:
        """Sends a request that is well-formed but for some parts of it."""
        return ask(self.address, request(**parts))  # type: ignore[arg-type]

    def refuses(self, sent: bytes, *statuses: int) -> Answer:
        """Sends an attack; the answer has one of some statuses and gives nothing away."""
        answer = ask(self.address, sent)
        assert answer.status in statuses, answer
        assert_harmless(answer)
        assert self.still_answers()
        return answer

    def still_answers(self) -> bool:
        """Whether a person who opens the page now gets it, and nothing of the attack is in it."""
        answer = self.ask(target="/")
        return answer.status == 200 and SECRET.encode() not in answer.everything

    def _listen(self) -> list[Listener]:
        made = open_listener(TcpAddress("127.0.0.1", 0))
        port = made.socket.getsockname()[1]
        return [Listener(made.socket, f"127.0.0.1:{port}")]
