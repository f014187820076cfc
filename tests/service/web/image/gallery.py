"""Images in a folder, recognised by a pipeline, and the page of each."""

from __future__ import annotations

import contextlib
import html
import os
import re
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.testclient import TestClient

from ocr_watcher.assemble import assemble
from ocr_watcher.folders.folder import folders_of
from ocr_watcher.index.entry import Entry
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.daemon import Daemon
from ocr_watcher.service.web.activity import Activity
from ocr_watcher.service.web.pictures.image_work import ImageWork
from ocr_watcher.service.web.site import Site
from ocr_watcher.service.web.views.errors import refused
from ocr_watcher.service.web.views.image import routes
from ocr_watcher.service.web.views.static_files import static_file
from ocr_watcher.settings.model import FolderSettings, OutputSettings, RetrySettings, Settings
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Image
from ocr_watcher.values.snapshot import Counts, Snapshot
from tests.engine.fake import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from starlette.types import ASGIApp

    from ocr_watcher.engine.interface import Engine

LARGEST_SHOWN = 32 * 2**20
"""The most bytes of a file whose picture the page shows."""
_POLYGON = re.compile(r'<polygon id="place-(\d+)" class="[^"]*" points="([^"]+)"/>')
_ROW = re.compile(r'<li class="(row-of-text[^"]*)">(.*?)</li>', re.DOTALL)
_LINE = re.compile(r'<span id="line-(\d+)" class="([^"]*)">(.*?)</span>(?= <span id=|$)', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


class Gallery:
    """A folder, its images in an index, and what a browser gets of them.

    Attributes:
        folder: The watched folder.
        entries: The images that the index knows, by id.
        engine: What reads the images; None where the page does not know it.
    """

    def __init__(
        self,
        directory: Path,
        formats: tuple[str, ...] = ("txt", "json"),
        engine: Engine | None = None,
    ) -> None:
        self.folder = directory / "scans"
        self.folder.mkdir(exist_ok=True)
        self.settings = Settings(
            folders=(FolderSettings(path=self.folder),),
            output=OutputSettings(formats=formats),
            settle_seconds=0.05,
            retry=RetrySettings(first_seconds=0.05, longest_seconds=0.1),
            state_dir=directory / "state",
        )
        self.engine = engine or FakeEngine()
        self.ledger = Ledger(self.settings.state_dir)
        self.entries: dict[str, Entry] = {}
        self.work = ImageWork(most_bytes=LARGEST_SHOWN)
        self.site: Site | None = Site(
            settings=self.settings,
            folders=folders_of(self.settings),
            engine="fake",
            snapshot=lambda: Snapshot(Counts()),
            daemon=Daemon(self.settings, "fake", time.time()),
            ledger=self.ledger,
            index=cast("Any", self),
            activity=Activity(),
            daily_limit=None,
            calls_today=lambda: 0,
            metrics=lambda: b"",
            stopping=lambda: False,
            engines={str(self.folder): self.engine},
        )

    def entry_of(self, name: str) -> Entry | None:
        """What an index does."""
        return self.entries.get(name)

    def change(self, **changes: Any) -> None:
        """Has the site other attributes from now on."""
        assert self.site is not None
        self.site = replace(self.site, **changes)

    def put(self, name: str | bytes, data: bytes) -> str:
        """Puts an image into the folder, and into the index; returns its id."""
        path = os.path.join(os.fsencode(self.folder), os.fsencode(name))  # noqa: PTH118
        Path(os.fsdecode(path)).parent.mkdir(parents=True, exist_ok=True)
        Path(os.fsdecode(path)).write_bytes(data)
        return self.know(os.fsdecode(name))

    def know(self, name: str) -> str:
        """Puts an image that may be anything into the index."""
        now = time.time()
        made = Entry(
            secrets.token_urlsafe(12),
            Image(str(self.folder), name),
            State.DONE,
            "",
            now,
            now,
            now,
        )
        self.entries[made.id] = made
        return made.id

    def recognise(self) -> None:
        """Has a pipeline recognise all that waits."""
        engine = self.engine
        pipeline = assemble(self.settings, engine, self.ledger, is_patient=False)
        try:
            pipeline.drain()
        finally:
            pipeline.stop()

    @property
    def app(self) -> ASGIApp:
        """The page of images alone."""
        views = [*routes(lambda: self.site, self.work), Route("/static/{name}", static_file)]
        return Starlette(routes=views, exception_handlers={HTTPException: refused})

    def close(self) -> None:
        self.work.close()
        self.ledger.close()


class Browser:
    """Asks for pages, as one without JavaScript does."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def page(self, name: str, query: str = "") -> str:
        answer = self.get(f"/images/{name}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text


@contextlib.contextmanager
def browsed(gallery: Gallery) -> Iterator[Browser]:
    """A browser that looks at a gallery; a fault of a view fails the test."""
    with TestClient(gallery.app, raise_server_exceptions=True) as client:
        yield Browser(client)


def places_in(page: str) -> dict[int, list[tuple[float, float]]]:
    """The corners of the place of each line, by its number."""
    return {
        int(number): [
            (float(x), float(y)) for x, y in (point.split(",") for point in points.split())
        ]
        for number, points in _POLYGON.findall(page)
    }


def lines_in(page: str) -> dict[int, str]:
    """What each line says, all that is for screen readers alone with it."""
    return {
        int(number): " ".join(_TAG.sub("", inner).split()) for number, _, inner in _spans_in(page)
    }


def classes_in(page: str) -> dict[int, set[str]]:
    """The classes of each line."""
    return {int(number): set(classes.split()) for number, classes, _ in _spans_in(page)}


def rows_in(page: str) -> list[tuple[str, bool]]:
    """What each row says, as it is copied, and whether a block begins with it."""
    return [
        (html.unescape(_TAG.sub("", inner)), "block" in classes.split())
        for classes, inner in _ROW.findall(page)
    ]


def _spans_in(page: str) -> list[tuple[str, str, str]]:
    return [found for _, inner in _ROW.findall(page) for found in _LINE.findall(inner)]
