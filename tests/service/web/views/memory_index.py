"""An index in memory, with the seam of the real one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.index.found import Found, Hit
from ocr_watcher.index.listed import Listed, Wanted
from ocr_watcher.sidecars.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.index.entry import Entry


@dataclass
class MemoryIndex:
    """Entries in a list, newest first, and their texts by id."""

    entries: list[Entry] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    is_complete: bool = True

    def images(self, wanted: Wanted, after: str = "", most: int = 50) -> Listed:
        found = [entry for entry in self.entries if self._is_wanted(entry, wanted)]
        start = int(after) if after.isascii() and after.isdigit() else 0
        more = len(found) > start + most
        return Listed(tuple(found[start : start + most]), str(start + most) if more else "")

    def entry_of(self, id: str) -> Entry | None:  # noqa: A002  the name of the seam
        return next((entry for entry in self.entries if entry.id == id), None)

    def codes(self, roots: Sequence[str] = ()) -> dict[str, int]:
        return Counter(
            entry.code
            for entry in self.entries
            if entry.state is State.FAILED and (not roots or entry.image.root in roots)
        )

    def search(
        self,
        words: Sequence[str],
        *,
        roots: Sequence[str] = (),
        most: int = 50,
        seconds: float | None = 1.0,
    ) -> Found:
        typed = tuple(word.lower() for word in words)
        hits = []
        for entry in self.entries:
            text = self.texts.get(entry.id, "")
            if all(word in text.lower() for word in typed):
                for number, page in enumerate(text.split("\f"), 1):
                    lines = [line for line in page.split("\n") if typed[0] in line.lower()]
                    if lines:
                        hits.append(Hit(entry, number, lines[0], typed))
                        break
        return Found(tuple(hits[:most]), self.is_complete)

    @staticmethod
    def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
        return (
            (not wanted.roots or entry.image.root in wanted.roots)
            and wanted.state in (None, entry.state)
            and (not wanted.code or wanted.code == entry.code)
            and wanted.name.lower() in entry.image.name.lower()
        )
