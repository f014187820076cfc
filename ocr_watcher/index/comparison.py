"""Compare images with the index, and bring the index up to date."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.index.database import ClosedError
from ocr_watcher.index.record import Looks, Record
from ocr_watcher.index.store import folder_of, known_folder, put, remove
from ocr_watcher.index.walk import directory_of
from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import repeating
from ocr_watcher.storage.directory import directory_below
from ocr_watcher.storage.file_faults import GONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.index.database import Database
    from ocr_watcher.index.record import Facts
    from ocr_watcher.index.walk import Scan, Seen
    from ocr_watcher.values.image import Image

_log = logging.getLogger(__name__)

_BATCH = 200
"""The number of images that are compared at once, and the most that one transaction writes."""
_MOST_CHARACTERS = 2**21
"""The characters of texts after which a transaction ends, to limit memory and the wait of other
writers."""
_MOST_UNREAD = 1000


class Comparison:
    """The comparison of the images of a folder with the index, in batches.

    An unchanged image costs two requests for the status of a file and one look-up in the index. No
    file is read within a transaction.

    Attributes:
        unread: The directories that were skipped, as paths below the root; at most 1000 of them.
        changes: The number of images that were written or removed.
    """

    def __init__(self, database: Database, folder: Folder) -> None:
        """Create a comparison.

        Args:
            database: The file of the index.
            folder: The folder.
        """
        self._database = database
        self._folder = folder
        self._looks = Looks(folder)
        self.unread: list[str] = []
        self.changes = 0
        self._number = self._number_of(folder.root)
        self._last = 0
        # A bit for each key up to the last one, if the whole folder is compared.
        self._seen = bytearray()

    def whole(
        self,
        scan: Scan,
        *,
        beat: Callable[[], None] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Iterator[int]:
        """Compare the whole folder.

        Args:
            scan: The walk through it.
            beat: Called before each directory, and before each part of a sidecar: reading one may
                take longer than a file system may.
            stopped: A function that returns whether to end. If it ends early, images that are gone
                stay in the index.

        Yields:
            The number of images of each batch.

        Raises:
            OSError: The folder itself cannot be read.
            sqlite3.Error: The index cannot be written now.
        """
        self._looks.beat = beat
        with self._database.reading() as connection:
            (last,) = connection.execute("SELECT max(key) FROM images").fetchone()
        self._last = last or 0
        self._seen = bytearray(self._last // 8 + 1)
        found = iter(scan(self._folder, on_unread=self._skip, on_directory=beat))
        while batch := tuple(itertools.islice(found, _BATCH)):
            if stopped():
                return
            self.some(batch)
            yield len(batch)
        yield from self._remove_unseen(stopped)

    def some(self, images: Sequence[Seen], beat: Callable[[], None] | None = None) -> None:
        """Compare some images.

        Args:
            images: The images, those of one directory after the other.
            beat: Called before each part of a sidecar; None for the one that `whole` was given.
        """
        self._looks.beat = beat or self._looks.beat
        with contextlib.closing(self._looks):
            self._compare(images)

    def _compare(self, images: Sequence[Seen]) -> None:
        records: list[Record] = []
        length = 0
        for directory, within in itertools.groupby(images, lambda seen: directory_of(seen.image)):
            try:
                with directory_below(self._folder.root, directory) as descriptor:
                    for record in self._changed(descriptor, within):
                        records.append(record)
                        length += len(record.text or "")
                        if length > _MOST_CHARACTERS:
                            self._write(records)
                            records, length = [], 0
            except OSError as error:
                if error.errno not in GONE:
                    self._skip(directory)
        self._write(records)

    def gone(self, images: Iterable[Image]) -> None:
        """Remove images that are no longer there."""
        self._remove([os.fsencode(image.name) for image in images])

    def _number_of(self, root: str) -> int:
        with self._database.reading() as connection:
            number = known_folder(connection, root)
        if number is None:
            with self._database.writing() as connection:
                number = folder_of(connection, root)
        return number

    def _changed(self, directory: int, images: Iterable[Seen]) -> Iterator[Record]:
        """Yield the images of a directory whose files differ from the index."""
        facts = [
            self._looks.facts_of(directory, seen.image, seen.status, seen.state) for seen in images
        ]
        for one, (key, digest) in zip(facts, self._known(facts), strict=True):
            if 0 < key <= self._last:
                self._seen[key // 8] |= 1 << key % 8
            if digest != one.digest:
                yield self._record_of(directory, one)

    def _known(self, facts: Sequence[Facts]) -> list[tuple[int, bytes]]:
        query = "SELECT key, facts FROM images WHERE folder = ? AND name = ?"
        with self._database.reading() as connection:
            return [
                connection.execute(query, (self._number, os.fsencode(one.image.name))).fetchone()
                or (0, b"")
                for one in facts
            ]

    def _record_of(self, directory: int, facts: Facts) -> Record:
        try:
            return self._looks.record_of(directory, facts)
        except PermissionError:  # its status changes when it may be read
            return Record(facts, None, "")
        except OSError:  # it is gone, or its disk has a fault, so that the next comparison reads it
            return Record(replace(facts, digest=b""), None, "")
        except ClosedError:  # of the beat, which ends the comparison
            raise
        except Exception:
            _log.exception(
                "a fault of this program: a text cannot be searched",
                extra=fields(image=facts.image) | repeating("text"),
            )
            return Record(facts, None, "")

    def _write(self, records: Sequence[Record]) -> None:
        if records:
            with self._database.writing() as connection:
                put(connection, self._number, records)
            self.changes += len(records)

    def _skip(self, directory: str) -> None:
        if len(self.unread) < _MOST_UNREAD:
            self.unread.append(directory)

    def _remove_unseen(self, stopped: Callable[[], bool]) -> Iterator[int]:
        """Remove the images that the walk did not find, unless their directory was skipped."""
        after: int | None = 0
        while after is not None and len(self.unread) < _MOST_UNREAD:
            if stopped():
                return
            after, names = self._unseen(after)
            self._remove(names)
            yield 0
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE folders SET used = ? WHERE folder = ?", (time.time(), self._number)
            )

    def _unseen(self, after: int) -> tuple[int | None, list[bytes]]:
        """Return the names of some images that the walk did not find, by their keys.

        Args:
            after: The last key of the previous call.

        Returns:
            The last key of these, or None if there are no more; and the names.
        """
        # Where the folder itself was skipped, that is all names.
        skipped = tuple(
            os.fsencode(f"{directory}/" if directory else "") for directory in self.unread
        )
        query = (
            "SELECT key, name FROM images WHERE folder = ? AND key > ? AND key <= ? ORDER BY key"
        )
        names: list[bytes] = []
        with self._database.searching(None) as connection:
            for key, name in connection.execute(query, (self._number, after, self._last)):
                if not self._seen[key // 8] >> key % 8 & 1 and not name.startswith(skipped):
                    names.append(name)
                    if len(names) == _BATCH:
                        return key, names
        return None, names

    def _remove(self, names: Sequence[bytes]) -> None:
        if names:
            with self._database.writing() as connection:
                remove(connection, self._number, names)
            self.changes += len(names)
