"""A receiver of hints that records them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.waiting import eventually

if TYPE_CHECKING:
    from ocr_watcher.folders.folder import Folder


class Told:
    """A recorder of hints, which raises for a name that contains `poison`."""

    def __init__(self) -> None:
        self.all: list[tuple[str, ...]] = []

    def came(self, folder: Folder, name: str, *, closed: bool) -> None:
        if "poison" in name:
            raise ValueError(name)
        self.all.append(("closed" if closed else "came", name))

    def moved(self, folder: Folder, source: str, destination: str) -> None:
        self.all.append(("moved", source, destination))

    def went(self, folder: Folder, name: str) -> None:
        self.all.append(("went", name))

    def directory_moved(self, folder: Folder, source: str, destination: str) -> None:
        self.all.append(("directory moved", source, destination))

    def directory_came(self, folder: Folder, name: str) -> None:
        self.all.append(("directory", name))

    def eventually(self, *hints: tuple[str, ...]) -> None:
        eventually(lambda: all(hint in self.all for hint in hints))
