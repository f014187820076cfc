"""The table of the ledger with the images that were read with low confidence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.values.image import Image, Stamp

if TYPE_CHECKING:
    import sqlite3

    from ocr_watcher.ledger.database import Database


@dataclass(frozen=True, slots=True)
class LowConfidence:
    """An image that was read with low confidence.

    Attributes:
        stamp: The content that was read.
        score: The mean score of its worst page, from 0 to 1.
    """

    stamp: Stamp
    score: float

    def is_of(self, stamp: Stamp) -> bool:
        """Return whether it was stored for this content of the image."""
        return self.stamp.is_of_the_same_content(stamp)


class ConfidenceTable:
    """The table of images that were read with low confidence; other images have no row."""

    def __init__(self, database: Database) -> None:
        """Open the table of a database."""
        self._database = database

    def note(self, image: Image, stamp: Stamp, score: float | None) -> None:
        """Store the confidence with which an image was read, if it is low; otherwise forget it.

        Args:
            image: The image.
            stamp: The content that was read.
            score: The mean score of its worst page; None where it is not low.
        """
        if score is None and self.of(image) is None:
            return  # true for nearly every image, and reading takes less time than writing
        path = os.fsencode(image.path)
        step = Statement("DELETE FROM low_confidence WHERE path = ?", (path,))
        if score is not None:
            stored = f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"
            statement = "INSERT OR REPLACE INTO low_confidence VALUES (?, ?, ?)"
            step = Statement(statement, (path, stored, score))
        self._database.write(Change((step,)))

    def of(self, image: Image) -> LowConfidence | None:
        """Return the stored confidence of an image; None where it is not low."""
        return self._within(image.path, image.path + "\0").get(image.path)

    def below(self, root: str) -> dict[str, LowConfidence]:
        """Return the images of a folder that were read with low confidence, by their paths."""
        start = Image(root, "").path
        return self._within(start, start[:-1] + "0")  # "0" follows "/": the first path not below

    def _within(self, start: str, end: str) -> dict[str, LowConfidence]:
        """Return the rows with paths from a start to an end, which is exclusive, by path."""

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
        for rows in reversed(self._database.read(work)):  # pending changes come last and win
            known |= rows
        return known


def _stamp(stored: str) -> Stamp:
    size, mtime_ns, inode = map(int, stored.split())
    return Stamp(size, mtime_ns, inode)
