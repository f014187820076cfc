"""The images whose text is doubtful, as the ledger keeps them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.ledger.change import Change, Step
from ocr_watcher.values.image import Image, Stamp

if TYPE_CHECKING:
    import sqlite3

    from ocr_watcher.ledger.database import Database


@dataclass(frozen=True, slots=True)
class LowConfidence:
    """What is remembered of an image that was read with low confidence.

    Attributes:
        stamp: The content that was read.
        score: The mean score of its worst page, from 0 to 1.
    """

    stamp: Stamp
    score: float

    def is_of(self, stamp: Stamp) -> bool:
        """Return whether it speaks of a content."""
        return self.stamp.is_of_the_same_content(stamp)


class ConfidenceTable:
    """The table of images that were read with low confidence; other images have no row."""

    def __init__(self, database: Database) -> None:
        """Wire the table to the ledger's file."""
        self._database = database

    def note(self, image: Image, stamp: Stamp, score: float | None) -> None:
        """Remember how an image was read.

        Args:
            image: The image.
            stamp: The content that was read.
            score: The mean score of its worst page; None where it is not low.
        """
        if score is None and self.of(image) is None:
            return  # nearly every image: a look costs less than a write
        path = os.fsencode(image.path)
        step = Step("DELETE FROM low_confidence WHERE path = ?", (path,))
        if score is not None:
            stored = f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"
            statement = "INSERT OR REPLACE INTO low_confidence VALUES (?, ?, ?)"
            step = Step(statement, (path, stored, score))
        self._database.write(Change((step,)))

    def of(self, image: Image) -> LowConfidence | None:
        """Return how an image was read; None where not with low confidence."""
        return self._within(image.path, image.path + "\0").get(image.path)

    def below(self, root: str) -> dict[str, LowConfidence]:
        """Return the images of a folder that were read with low confidence, by their paths."""
        start = Image(root, "").path
        return self._within(start, start[:-1] + "0")  # what follows the slash: other names begin

    def _within(self, start: str, end: str) -> dict[str, LowConfidence]:
        """Return the rows whose paths are not before one path, and before another one."""

        def work(connection: sqlite3.Connection) -> dict[str, LowConfidence]:
            rows = connection.execute(
                "SELECT path, stamp, score FROM low_confidence WHERE path >= ? AND path < ?",
                (os.fsencode(start), os.fsencode(end)),
            )
            return {
                os.fsdecode(path): LowConfidence(_stamp(stamp), score)
                for path, stamp, score in rows
            }

        known: dict[str, LowConfidence] = {}
        for rows in reversed(self._database.read(work)):  # those that wait to be written win
            known |= rows
        return known


def _stamp(stored: str) -> Stamp:
    size, mtime_ns, inode = map(int, stored.split())
    return Stamp(size, mtime_ns, inode)
