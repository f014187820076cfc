"""The index, as the page and ``find`` ask it."""

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
"""The hits of one statement, so that no reader who is slow keeps a statement open."""
_MOST_CODES = 1000


class Index:
    """The images of the watched folders, and their texts.

    Any thread may ask at any time. A list takes milliseconds. A search has a limit of time and
    delays nothing else. A fault of the file is logged once, and what is asked then has no result.

    Only the folders that are watched now are searched, listed and found by identifier, whatever
    else the file holds, as other programs of this user may share it.
    """

    def __init__(
        self, directory: Path, roots: Iterable[str], *, again_after: float | None = None
    ) -> None:
        """Open the index; its file is made where there is none.

        Args:
            directory: The directory of its file (``state_dir``).
            roots: The watched folders, as in `Folder.root`.
            again_after: Seconds after which a file that cannot be opened or made is tried again, by
                whoever asks next; until then nothing that is asked has a result. None to raise.

        Raises:
            StorageError: The file cannot be opened or made.
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
        """End all searches and close the file; what is asked later has no result."""
        self.database.close()

    def images(self, wanted: Wanted, after: str = "", most: int = 50) -> Listed:
        """Return a part of a list of images, newest first.

        Args:
            wanted: Which images the list has.
            after: What the part before gave as `Listed.following`; empty for the first part.
            most: The most images of the part, up to 500.
        """

        def work(connection: sqlite3.Connection) -> Listed:
            folders = folders_in(connection, self._of(wanted.roots))
            return list_images(connection, folders, wanted, after, most)

        return self._ask(work, Listed(()))

    def entry_of(self, id: str) -> Entry | None:  # noqa: A002  the name of the attribute
        """Return the image with an identifier; None if no folder that is watched has one."""

        def work(connection: sqlite3.Connection) -> Entry | None:
            folders = folders_in(connection, self._roots)
            query = f"SELECT {COLUMNS} FROM images WHERE id = ?"  # noqa: S608
            row = connection.execute(query, (id.encode("utf-8", "replace").decode(),)).fetchone()
            return entry_in(row, folders) if row is not None and row[1] in folders else None

        return self._ask(work, None)

    def codes(self, roots: Collection[str] = ()) -> dict[str, int]:
        """Return how many images failed, by the code of their failure.

        Args:
            roots: The watched folders that are meant; empty for all.
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

        A word is found wherever it stands, also within another one, whatever the case and width
        of its letters.

        Args:
            words: What a person typed.
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
            words: What a person typed.

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
        """Add hits to a list as long as there is time; return whether these are all."""
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
        with contextlib.suppress(OSError, sqlite3.Error):  # which the next question meets
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
