"""A site with folders, images and texts, as the views see it."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.index.entry import Entry
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.daemon import Daemon
from ocr_watcher.service.web.activity import Activity
from ocr_watcher.service.web.guards.faults import FaultAnswers
from ocr_watcher.service.web.live import Live
from ocr_watcher.service.web.page import build
from ocr_watcher.service.web.pictures.image_work import ImageWork
from ocr_watcher.service.web.site import Site
from ocr_watcher.settings.model import FolderSettings, Settings
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Recognised
from ocr_watcher.values.snapshot import Counts, Snapshot
from tests.service.web.views.memory_index import MemoryIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

TOKEN = "the-token-of-this-test"


@dataclass
class Stage:
    """What a page is made of; a test changes it and asks for the page.

    Attributes:
        directory: Where folders and state lie.
        names: The names of the watched folders.
        snapshot: How the pipeline stands.
        site: What the views see; None as between two pipelines.
    """

    directory: Path
    names: tuple[str, ...] = ("scans",)
    index: MemoryIndex = field(default_factory=MemoryIndex)
    activity: Activity = field(default_factory=Activity)
    live: Live = field(default_factory=Live)
    bus: EventBus = field(default_factory=EventBus)
    snapshot: Snapshot = field(default_factory=lambda: Snapshot(Counts()))
    stops: bool = False
    token: Callable[[], str] = lambda: TOKEN
    work: ImageWork = field(default_factory=ImageWork)

    def __post_init__(self) -> None:
        roots = [self.directory / name for name in self.names]
        for root in roots:
            root.mkdir(exist_ok=True)
        self.state_dir = self.directory / "state"
        self.state_dir.mkdir(exist_ok=True)
        settings = Settings(
            folders=tuple(FolderSettings(path=root) for root in roots), state_dir=self.state_dir
        )
        self.ledger = Ledger(self.state_dir)
        self.site: Site | None = Site(
            settings=settings,
            folders=folders_of(settings),
            engine="baidu",
            snapshot=lambda: self.snapshot,
            daemon=Daemon(settings, "baidu", time.time() - 3600),
            ledger=self.ledger,
            index=self.index,  # type: ignore[arg-type]
            activity=self.activity,
            daily_limit=None,
            calls_today=lambda: 7,
            metrics=lambda: b"",
            stopping=lambda: self.stops,
        )
        self.activity.attach(self.bus)
        self.live.attach(self.bus)

    def close(self) -> None:
        self.work.close()
        self.ledger.close()
        self.bus.close(1.0)

    @property
    def roots(self) -> list[str]:
        return [str(self.directory / name) for name in self.names]

    def change(self, **changes: object) -> None:
        """Has the site other attributes from now on."""
        assert self.site is not None
        self.site = replace(self.site, **changes)  # type: ignore[arg-type]

    def app(self) -> ASGIApp:
        """The page, with what the guards would give to it."""
        inner = FaultAnswers(build(lambda: self.site, self.live, self.work))

        async def app(scope, receive, send):  # type: ignore[no-untyped-def]
            scope.setdefault("state", {})["token"] = self.token()
            await inner(scope, receive, send)

        return app

    def add(
        self,
        name: str,
        state: State = State.DONE,
        *,
        root: str = "",
        code: str = "",
        message: str = "the picture cannot be read",
        advice: str = "scan it again",
        text: str = "",
        error_file: bool = True,
        changed: float | None = None,
    ) -> Entry:
        """Puts an image into a folder, with the file beside it that says why it failed."""
        entry = self.entry(name, state, root=root, code=code, changed=changed)
        file = Path(entry.image.path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        if state is State.FAILED and error_file:
            error = {"code": code, "message": message, "advice": advice}
            Path(f"{file}.ocr-error.json").write_text(json.dumps({"error": error}), "ascii")
        self.add_entry(entry, text)
        return entry

    def add_entry(self, entry: Entry, text: str) -> None:
        """Puts an image into the index alone."""
        self.index.entries.insert(0, entry)
        self.index.texts[entry.id] = text

    def entry(
        self,
        name: str,
        state: State = State.DONE,
        *,
        root: str = "",
        code: str = "",
        changed: float | None = None,
    ) -> Entry:
        """An entry for an image that need not be there."""
        at = time.time() if changed is None else changed
        image = Image(root or self.roots[0], name)
        return Entry(secrets.token_urlsafe(12), image, state, code, at, at, at)

    def read(self, pages: int, image: Image | None = None) -> None:
        """Publishes that an image was read."""
        of = image or Image(self.roots[0], "a.png")
        self.bus.publish(AttemptEnded(of, Recognised(pages, 10)))
