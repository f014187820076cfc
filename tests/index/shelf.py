"""A watched folder of finished, failed and waiting images, and the index of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ocr_watcher.folders.folder import Folder
from ocr_watcher.index.comparison import Comparison
from ocr_watcher.index.index import Index
from ocr_watcher.index.listed import Wanted
from ocr_watcher.watch.tree import scan

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.index.entry import Entry

_DATE_NS = 1_700_000_000 * 10**9


@dataclass
class Shelf:
    """A folder, and the state directory with its index."""

    root: Path
    state: Path
    formats: tuple[str, ...] = ("txt",)
    more: dict[str, Folder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root.mkdir(exist_ok=True)
        self.folder = Folder(str(self.root), formats=self.formats)
        self.index = self.opened()

    @property
    def folders(self) -> dict[str, Folder]:
        return {self.folder.root: self.folder, **self.more}

    def opened(self, *roots: str) -> Index:
        """Open the index once more, for some folders or all."""
        return Index(self.state, roots or self.folders)

    def waiting(self, name: str) -> Path:
        """Put an image that waits."""
        image = self.root / name
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_bytes(b"not looked into")
        os.utime(image, ns=(_DATE_NS, _DATE_NS))
        return image

    def done(self, name: str, text: str | bytes, suffix: str = ".txt") -> Path:
        """Put an image with its sidecar; one that is there gets another text."""
        image = self.waiting(name)
        sidecar = image.with_name(image.name + suffix)
        sidecar.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(sidecar, ns=(_DATE_NS, _DATE_NS))
        return image

    def failed(self, name: str, code: str) -> Path:
        """Put an image that failed."""
        image = self.waiting(name)
        told = {"error": {"code": code, "message": "no", "advice": ""}}
        file = image.with_name(image.name + ".ocr-error.json")
        file.write_text(json.dumps(told))
        os.utime(file, ns=(_DATE_NS, _DATE_NS))
        return image

    def compare(self, folder: Folder | None = None) -> Comparison:
        """Bring the index up to date with a folder."""
        comparison = Comparison(self.index.database, folder or self.folder)
        for _ in comparison.whole(partial(scan)):
            pass
        return comparison

    def found(self, *words: str) -> list[str]:
        """The names of the images with all words, newest first."""
        found = self.index.search(words)
        assert found.complete
        return [hit.entry.image.name for hit in found.hits]

    def entry(self, name: str) -> Entry:
        """The entry of an image."""
        return next(entry for entry in self.entries() if entry.image.name == name)

    def entries(self) -> list[Entry]:
        """All entries, newest first."""

        return list(self.index.images(Wanted(), most=500).entries)
