"""A watched folder, the fake engine, and the attempts that connect them."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ocr_watcher.engine.permit import Permit
from ocr_watcher.folders.folder import Folder
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.values.image import Image
from ocr_watcher.watch.tree import scan
from ocr_watcher.work.opened import open_image
from ocr_watcher.work.recognise import Recogniser
from tests.engine.fake import FakeEngine, Unguarded
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr_watcher.errors import ImageError
    from ocr_watcher.sidecars.state import Recall, State
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.work.doubt import NoteDone, RecallHash

NOON = datetime(2025, 3, 10, 12, 0, tzinfo=UTC)
MODIFIED = 1_741_000_000_123_456_000


class Desk:
    """A watched folder with one image in it, and what recognises it."""

    def __init__(
        self,
        root: Path,
        *,
        formats: tuple[str, ...] = ("txt", "json"),
        recall: Recall = lambda _: None,
        note_done: NoteDone = lambda *_: None,
        recall_hash: RecallHash = lambda _: None,
        engine: FakeEngine | None = None,
        layout: str = "rows",
        heartbeats: Heartbeats | None = None,
    ) -> None:
        self.root = root
        self.engine = engine or FakeEngine()
        self.folder = Folder(str(root), formats=formats, layout=layout)
        self.pages = SandboxPool()
        reader = Unguarded(self.engine)
        self.recogniser = Recogniser(
            {str(root): self.folder},
            lambda _root: reader,
            self.pages,
            recall=recall,
            note_done=note_done,
            recall_hash=recall_hash,
            heartbeats=heartbeats,
            now=lambda: NOON,
        )

    def close(self) -> None:
        self.pages.close()

    def drop(self, content: bytes, name: str = "a.png", modified: int = MODIFIED) -> Path:
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        os.utime(path, ns=(modified, modified))
        return path

    def image(self, name: str = "a.png") -> Image:
        return Image(str(self.root), name)

    def once(self, name: str = "a.png") -> Outcome:
        with open_image(self.image(name)) as opened:
            return self.recogniser.recognise(opened, Permit())

    def fail(self, error: ImageError, tries: int = 1, name: str = "a.png") -> Outcome:
        with open_image(self.image(name)) as opened:
            return self.recogniser.fail(opened, error, tries)

    def during_the_call(self, act: Callable[[], object], name: str = "a.png") -> Outcome:
        self.engine.hold()
        with ThreadPoolExecutor() as threads:
            outcome = threads.submit(self.once, name)
            try:
                eventually(lambda: self.engine.inside or outcome.done())
                act()
            finally:
                self.engine.release()
            return outcome.result()

    def names(self) -> list[str]:
        return sorted(path.name for path in self.root.iterdir())

    def json(self, name: str):
        return json.loads((self.root / name).read_text("utf-8"))

    def state(self) -> State:
        (found,) = scan(self.folder)
        return found.state
