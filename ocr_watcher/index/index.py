"""The index, as the page and ``find`` use it."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from typing import TYPE_CHECKING, Self, TypeVar

from ocr_watcher.errors import StorageError
from ocr_watcher.index.database import ClosedError, Database
from ocr_watcher.index.database_file import is_damage
from ocr_watcher.index.folding import words_of
from ocr_watcher.index.found import Found
from ocr_watcher.index.listed import Listed, Wanted
from ocr_watcher.index.listing import list_images
from ocr_watcher.index.rows import COLUMNS, entry_in, folders_in
from ocr_watcher.index.searching import hits_of
from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from ocr_watcher.index.entry import Entry
    from ocr_watcher.index.found import Hit

_log = logging.getLogger(__name__)
_Value = TypeVar("_Value")

_PORTION = 200
"""The most hits of one statement, so that a slow reader keeps no statement open."""
_MOST_CODES = 1000


class Index:
    """The images of the watched folders, and their texts.

    Any thread may call any method at any time. A list takes milliseconds. A search has a time limit
    and delays nothing else. A fault of the file is logged once, and queries then have no result.

    Queries find only images of the folders that are watched now, as other programs of this user may
    share the file.
    """

    def __init__(
        self, directory: Path, roots: Iterable[str], *, again_after: float | None = None
    ) -> None:
        """Open the index; its file is created if there is none.

        Args:
            directory: The directory of its file (``state_dir``).
            roots: The watched folders, as in `Folder.root`.
            again_after: The seconds after which the next query tries again to open or create a file
                for which this failed; until then queries have no result. None to raise.

        Raises:
            StorageError: The file cannot be opened or created.
        """
        self._roots = frozenset(roots)
        self._warned = threading.Event()
        try:
            self.database = Database(directory, again_after=again_after)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"the index in {directory} cannot be used: {_reason(error)}",
                advice="make state_dir writable; SQLite 3.34 or later is needed",
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all searches and close the file; later queries have no result."""
        self.database.close()

    def images(self, wanted: Wanted, after: str = "", most: int = 50) -> Listed:
        """Return a part of a list of images, newest first.

        Args:
            wanted: The conditions for the images.
            after: The value of `Listed.following` of the previous part; empty for the first part.
            most: The most images of the part, up to 500.
        """

        def work(connection: sqlite3.Connection) -> Listed:
            folders = folders_in(connection, self._of(wanted.roots))
            return list_images(connection, folders, wanted, after, most)

        return self._ask(work, Listed(()))

    def entry_of(self, id: str) -> Entry | None:  # noqa: A002  the name of the attribute
        """Return the image with an identifier; None if no watched folder has one."""

        def work(connection: sqlite3.Connection) -> Entry | None:
            folders = folders_in(connection, self._roots)
            query = f"SELECT {COLUMNS} FROM images WHERE id = ?"  # noqa: S608
            row = connection.execute(query, (id.encode("utf-8", "replace").decode(),)).fetchone()
            return entry_in(row, folders) if row is not None and row[1] in folders else None

        return self._ask(work, None)

    def codes(self, roots: Collection[str] = ()) -> dict[str, int]:
        """Return the numbers of failed images, by the code of their failure.

        Args:
            roots: The watched folders to count in; empty for all.
        """

        def work(connection: sqlite3.Connection) -> dict[str, int]:
            folders = folders_in(connection, self._of(roots))
            places = ", ".join("?" * len(folders))
            query = (
                "SELECT code, count(*) FROM images INDEXED BY by_code WHERE code <> ''"  # noqa: S608
                f" AND folder IN ({places}) GROUP BY code ORDER BY code LIMIT {_MOST_CODES}"
            )
            return dict(connection.execute(query, tuple(folders)).fetchall())

        return self._ask(work, {})

    def search(
        self,
        words: Sequence[str],
        *,
        roots: Collection[str] = (),
        most: int = 50,
        seconds: float | None = 1.0,
    ) -> Found:
        """Return the images whose texts have all words, newest first.

        A word is also found within another word; case and width of letters do not matter.

        Args:
            words: The words that a person typed.
            roots: The watched folders to search; empty for all.
            most: The most hits.
            seconds: The longest time for the search; None for no limit.
        """
        hits: list[Hit] = []
        complete = self._collect(hits, words_of(words), self._of(roots), most, seconds)
        hits.sort(key=lambda hit: -hit.entry.changed)
        return Found(tuple(hits), complete)

    def hits(self, words: Sequence[str]) -> Iterator[Hit]:
        """Yield all images of the watched folders whose texts have all words, newest first.

        Args:
            words: The words that a person typed.

        Raises:
            StorageError: The index cannot be read.
        """
        folded_words = words_of(words)
        below: int | None = None
        while folded_words:
            try:
                with self.database.searching(None) as connection:
                    folders = folders_in(connection, self._roots)
                    found = list(
                        hits_of(connection, folders, folded_words, below=below, most=_PORTION)
                    )
            except (sqlite3.Error, ClosedError) as error:
                if is_damage(error):
                    self.repair(error)
                raise StorageError(f"the index cannot be read: {_reason(error)}") from error
            yield from (numbered.hit for numbered in found)
            if len(found) < _PORTION:
                return
            below = found[-1].number

    def _collect(
        self,
        hits: list[Hit],
        words: Sequence[str],
        roots: Collection[str],
        most: int,
        seconds: float | None,
    ) -> bool:
        """Add hits to a list until the time is over; return whether these are all."""
        if not words:
            return True
        end = float("inf") if seconds is None else time.monotonic() + seconds
        try:
            with self.database.searching(seconds) as connection:
                folders = folders_in(connection, roots)
                for numbered in hits_of(connection, folders, words, below=None, most=most):
                    hits.append(numbered.hit)
                    if time.monotonic() > end:
                        return len(hits) == most
        except ClosedError:
            return False
        except sqlite3.Error as error:
            if not _is_interruption(error):
                self._tell(error)
            return False
        return True

    def _of(self, roots: Collection[str]) -> frozenset[str]:
        return self._roots & frozenset(roots) if roots else self._roots

    def _ask(self, work: Callable[[sqlite3.Connection], _Value], default: _Value) -> _Value:
        try:
            with self.database.reading() as connection:
                return work(connection)
        except ClosedError:
            return default
        except (OSError, sqlite3.Error) as error:
            self._tell(error)
            return default

    def repair(self, error: Exception) -> None:
        """Replace a damaged file by an empty one, which the next comparison fills."""
        with contextlib.suppress(OSError, sqlite3.Error):  # the next query meets the fault
            self.database.repair(error)

    def _tell(self, error: OSError | sqlite3.Error) -> None:
        if is_damage(error):
            self.repair(error)
        elif not self._warned.is_set():
            self._warned.set()
            _log.warning(
                "the index cannot be used; images are recognised all the same: %s",
                _reason(error),
                extra=fields(index=self.database.path),
            )


def _is_interruption(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error) or "it is closed"
