"""What is remembered of images, pages, calls and pauses."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ocr_watcher.escapes import printable
from ocr_watcher.ledger.change import Change, Step
from ocr_watcher.ledger.database import Database
from ocr_watcher.ledger.deaths import DeathTable
from ocr_watcher.ledger.low_confidence import ConfidenceTable
from ocr_watcher.ledger.pending_changes import count_step
from ocr_watcher.values.dialect import line_from, stored_of
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.reading import Reading
from ocr_watcher.values.tried import Tried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ocr_watcher.values.image import Image

_Value = TypeVar("_Value")

# Each table that knows an image by its path forgets it, and follows it to another name.
_FORGET = (
    "DELETE FROM done WHERE path = ?",
    "DELETE FROM tries WHERE path = ?",
    "DELETE FROM low_confidence WHERE path = ?",
)
_MOVE = (
    "UPDATE done SET path = ? WHERE path = ?",
    "UPDATE tries SET path = ? WHERE path = ?",
    "UPDATE low_confidence SET path = ? WHERE path = ?",
)
_WITH_DIRECTORY = "SET path = CAST(? || substr(path, ?) AS BLOB) WHERE path >= ? AND path < ?"
_MOVE_DIRECTORY = (
    f"UPDATE OR REPLACE done {_WITH_DIRECTORY}",
    f"UPDATE OR REPLACE tries {_WITH_DIRECTORY}",
    f"UPDATE OR REPLACE low_confidence {_WITH_DIRECTORY}",
)


class Ledger:
    """The program's memory; if it is lost, no image is lost or finished twice.

    Attributes:
        deaths: The images that the program died with.
        confidence: The images that were read with low confidence.
    """

    def __init__(self, directory: Path) -> None:
        """Open the ledger.

        Args:
            directory: ``state_dir``.
        """
        self._database = Database(directory)
        self.deaths = DeathTable(self._database)
        self.confidence = ConfidenceTable(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close its file."""
        self._database.close()

    # Images.

    def done(self, image: Image, stamp: Stamp, sha256: str = "") -> None:
        """Remember from which content the sidecars of an image are about to be made.

        Args:
            image: The image.
            stamp: The content.
            sha256: Its hash, in hexadecimal; empty where it is not known.
        """
        path = os.fsencode(image.path)
        self._write(
            (
                "INSERT OR REPLACE INTO done (path, stamp, sha256) VALUES (?, ?, ?)",
                path,
                *_stored_content(stamp, sha256),
            ),
            ("DELETE FROM tries WHERE path = ?", path),
        )

    def done_stamp_of(self, image: Image) -> Stamp | None:
        """Return the content that the sidecars of an image were made from."""
        query = "SELECT stamp, sha256 FROM done WHERE path = ?"
        return self._recall(_content_stamp, query, os.fsencode(image.path))

    def done_hash_of(self, image: Image) -> str | None:
        """Return the hash of that content; None where it is not known."""
        path = os.fsencode(image.path)
        sha256 = self._recall(_sha256, "SELECT sha256 FROM done WHERE path = ?", path)
        return sha256 or None

    def tried(self, image: Image, tried: Tried) -> None:
        """Remember a try that is to be repeated."""
        _, *rest = astuple(tried)
        row = (os.fsencode(image.path), _stored(tried.stamp), *rest)
        self._write(("INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row))

    def tries_of(self, image: Image) -> Tried | None:
        """Return the tries at an image; None where none is to be repeated."""
        return self._recall(
            lambda stamp, *tried: Tried(_stamp(stamp), *tried),
            "SELECT stamp, tries, delays, failed_at, next_try, code, message FROM tries "
            "WHERE path = ?",
            os.fsencode(image.path),
        )

    def forget_tries(self, image: Image) -> None:
        """Forget the tries at an image, so that it has all of them again."""
        self._run("DELETE FROM tries WHERE path = ?", os.fsencode(image.path))

    def forget(self, image: Image) -> None:
        """Forget an image; pages that were read on it are still known by their content."""
        path = os.fsencode(image.path)
        self._write(*((statement, path) for statement in _FORGET))

    def moved(self, source: Image, destination: Image) -> None:
        """Keep what is remembered of an image under its new name."""
        old, new = os.fsencode(source.path), os.fsencode(destination.path)
        self._write(
            *((statement, new) for statement in _FORGET),
            *((statement, new, old) for statement in _MOVE),
        )

    def directory_moved(self, source: Image, destination: Image) -> None:
        """Keep what is remembered of the images in a directory under its new name."""
        old, new = os.fsencode(source.path) + b"/", os.fsencode(destination.path) + b"/"
        after = old[:-1] + b"0"  # the byte that follows the slash: where other names begin
        self._write(*((statement, new, len(old) + 1, old, after) for statement in _MOVE_DIRECTORY))

    # Pages and calls.

    def paid(self, key: bytes, reading: Reading, day: str, engine: str, endpoint: str) -> None:
        """Count a call that came back well, and remember what it answered for a page.

        Both are on the disk when this returns, or neither is, in one write. Where the file takes
        none at the moment they are kept in memory until it does.

        Args:
            key: Of the page, the engine and its options.
            reading: The answer.
            day: The day of the call, by the calendar of the engine, as ``2026-01-31``.
            engine: The name of the engine.
            endpoint: What it called.
        """
        lines = [[line.text, stored_of(line)] for line in reading.lines]
        packed = zlib.compress(json.dumps([lines, reading.details]).encode())
        answer = Step("INSERT OR REPLACE INTO readings (key, reading) VALUES (?, ?)", (key, packed))
        count = count_step(day, engine, endpoint)
        self._database.write(Change((count, answer), durable=True))

    def reading(self, key: bytes) -> Reading | None:
        """Return what was read on a page before; None where it was never read."""
        return self._recall(_reading, "SELECT reading FROM readings WHERE key = ?", key)

    def calls(self, days: str, engine: str, endpoint: str | None = None) -> int:
        """Return how many calls came back well.

        Args:
            days: A day such as ``2026-01-31``, or the begin of several, such as ``2026-01``.
            engine: The name of the engine.
            endpoint: What it called; None for all.
        """
        numbers = self._recall_all(
            int,
            "SELECT ifnull(sum(number), 0) FROM calls "
            "WHERE substr(day, 1, ?) = ? AND engine = ? AND endpoint = ifnull(?, endpoint)",
            len(days),
            days,
            engine,
            endpoint,
        )
        return sum(numbers)

    # Pauses.

    def paused(self, engine: str, pause: Pause | None) -> None:
        """Remember why an engine makes no calls; None where it makes them again."""
        if pause is None:
            self._run("DELETE FROM pauses WHERE engine = ?", engine)
        else:
            self._run(
                "INSERT OR REPLACE INTO pauses VALUES (?, ?, ?, ?, ?, ?)", engine, *astuple(pause)
            )

    def pause_of(self, engine: str) -> Pause | None:
        """Return why an engine makes no calls; None where it makes them."""
        return self._recall(
            Pause, "SELECT code, reason, remedy, since, until FROM pauses WHERE engine = ?", engine
        )

    def _run(self, statement: str, *values: object) -> None:
        self._write((statement, *values))

    def _write(self, *steps: tuple[Any, ...]) -> None:
        self._database.write(Change(tuple(_step(*step) for step in steps)))

    def _recall(self, make: Callable[..., _Value], query: str, *values: object) -> _Value | None:
        return next(iter(self._recall_all(make, query, *values)), None)

    def _recall_all(self, make: Callable[..., _Value], query: str, *values: object) -> list[_Value]:
        def work(connection: sqlite3.Connection) -> _Value | None:
            row: tuple[Any, ...] | None = connection.execute(query, values).fetchone()
            if row is None:
                return None
            try:
                return make(*row)
            except (ValueError, TypeError, zlib.error) as error:  # SQLite keeps no checksums
                raise sqlite3.DatabaseError(f"what it holds makes no sense: {error}") from error

        return self._database.read(work)


def _step(statement: str, *values: Any) -> Step:
    # SQLite takes no lone surrogates, which the message of a fault may hold.
    fit = (printable(value) if isinstance(value, str) else value for value in values)
    return Step(statement, tuple(fit))


def _stored(stamp: Stamp) -> str:
    return f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"


def _stamp(stored: str) -> Stamp:
    size, mtime_ns, inode = map(int, stored.split())
    return Stamp(size, mtime_ns, inode)


def _stored_content(stamp: Stamp, sha256: str) -> tuple[str, str]:
    # Beside the hash, which other versions do not read: they take a stamp of three numbers.
    return _stored(stamp), f"{sha256} {stamp.ctime_ns}" if sha256 else ""


def _content_stamp(stored: str, content: str) -> Stamp:
    _, _, ctime_ns = content.partition(" ")
    return replace(_stamp(stored), ctime_ns=int(ctime_ns or 0))


def _sha256(content: str) -> str:
    return content.partition(" ")[0]


def _reading(stored: bytes) -> Reading:
    lines, details = json.loads(zlib.decompress(stored))
    return Reading(tuple(line_from(text, fields) for text, fields in lines), details)
