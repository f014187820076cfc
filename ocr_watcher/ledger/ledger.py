"""The ledger: the memory of images, pages, calls and pauses."""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ocr_watcher.escapes import printable
from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.ledger.database import Database
from ocr_watcher.ledger.deaths import DeathTable
from ocr_watcher.ledger.low_confidence import ConfidenceTable
from ocr_watcher.ledger.own_files import OwnFileTable
from ocr_watcher.ledger.pending_changes import count_statement
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

# For each table with paths of images: statements to forget an image, and to change its path.
_FORGET = (
    "DELETE FROM done WHERE path = ?",
    "DELETE FROM tries WHERE path = ?",
    "DELETE FROM low_confidence WHERE path = ?",
    "DELETE FROM own_files WHERE path = ?",
)
_MOVE = (
    "UPDATE done SET path = ? WHERE path = ?",
    "UPDATE tries SET path = ? WHERE path = ?",
    "UPDATE low_confidence SET path = ? WHERE path = ?",
    "UPDATE own_files SET path = ? WHERE path = ?",
)
_WITH_DIRECTORY = "SET path = CAST(? || substr(path, ?) AS BLOB) WHERE path >= ? AND path < ?"
_MOVE_DIRECTORY = (
    f"UPDATE OR REPLACE done {_WITH_DIRECTORY}",
    f"UPDATE OR REPLACE tries {_WITH_DIRECTORY}",
    f"UPDATE OR REPLACE low_confidence {_WITH_DIRECTORY}",
    f"UPDATE OR REPLACE own_files {_WITH_DIRECTORY}",
)


class Ledger:
    """The facts that the program keeps. If they are lost, no image is lost or recognised twice.

    Attributes:
        deaths: The table of images during which the program died.
        confidence: The table of images that were read with low confidence.
        own_files: The table of files that the program wrote, and that have the name of an image.
    """

    def __init__(self, directory: Path) -> None:
        """Open the ledger.

        Args:
            directory: The directory of its file (``state_dir``).
        """
        self._database = Database(directory)
        self.deaths = DeathTable(self._database)
        self.confidence = ConfidenceTable(self._database)
        self.own_files = OwnFileTable(self._database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    # Images.

    def done(self, image: Image, stamp: Stamp, sha256: str = "") -> None:
        """Store the content from which the sidecars of an image are about to be made.

        Args:
            image: The image.
            stamp: The content.
            sha256: The hash of the content, in hexadecimal; empty where it is not known.
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
        """Store a failed try that will be repeated."""
        _, *rest = astuple(tried)
        row = (os.fsencode(image.path), _stored(tried.stamp), *rest)
        self._write(("INSERT OR REPLACE INTO tries VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *row))

    def tries_of(self, image: Image) -> Tried | None:
        """Return the failed tries of an image; None where none will be repeated."""
        return self._recall(
            lambda stamp, *tried: Tried(_stamp(stamp), *tried),
            "SELECT stamp, tries, delays, failed_at, next_try, code, message FROM tries "
            "WHERE path = ?",
            os.fsencode(image.path),
        )

    def forget_tries(self, image: Image) -> None:
        """Forget the tries of an image, so that it gets the full number of tries again."""
        self._run("DELETE FROM tries WHERE path = ?", os.fsencode(image.path))

    def forget(self, image: Image) -> None:
        """Forget an image, but not the readings of its pages, which are stored by their content."""
        path = os.fsencode(image.path)
        self._write(*((statement, path) for statement in _FORGET))

    def moved(self, source: Image, destination: Image) -> None:
        """Change the path of an image that was renamed."""
        old, new = os.fsencode(source.path), os.fsencode(destination.path)
        self._write(
            *((statement, new) for statement in _FORGET),
            *((statement, new, old) for statement in _MOVE),
        )

    def directory_moved(self, source: Image, destination: Image) -> None:
        """Change the paths of all images in a directory that was renamed."""
        old, new = os.fsencode(source.path) + b"/", os.fsencode(destination.path) + b"/"
        after = old[:-1] + b"0"  # "0" follows "/": the first path that is not below the directory
        self._write(*((statement, new, len(old) + 1, old, after) for statement in _MOVE_DIRECTORY))

    # Pages and calls.

    def paid(self, key: bytes, reading: Reading, day: str, engine: str, endpoint: str) -> None:
        """Count a successful call, and store its reading of a page.

        They are one write: when this returns, both are on the disk, or neither is. Where the file
        cannot be written now, both are kept in memory until it can.

        Args:
            key: The key of the page, the engine and its options.
            reading: The reading.
            day: The day of the call in the calendar of the engine, as ``2026-01-31``.
            engine: The name of the engine.
            endpoint: The endpoint that the engine called.
        """
        lines = [[line.text, stored_of(line)] for line in reading.lines]
        packed = zlib.compress(json.dumps([lines, reading.details]).encode())
        reading_row = Statement(
            "INSERT OR REPLACE INTO readings (key, reading) VALUES (?, ?)", (key, packed)
        )
        count = count_statement(day, engine, endpoint)
        self._database.write(Change((count, reading_row), durable=True))

    def reading(self, key: bytes) -> Reading | None:
        """Return the stored reading of a page; None where there is none."""
        return self._recall(_reading, "SELECT reading FROM readings WHERE key = ?", key)

    def calls(self, days: str, engine: str, endpoint: str | None = None) -> int:
        """Return the number of successful calls.

        Args:
            days: A day such as ``2026-01-31``, or the beginning of several, such as ``2026-01``.
            engine: The name of the engine.
            endpoint: The endpoint that it called; None for all.
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

    def paused(self, engine: str, pause: Pause | None, endpoint: str = "") -> None:
        """Store why an engine makes no calls; None if it makes calls again.

        Args:
            engine: The name of the engine.
            pause: The pause.
            endpoint: The endpoint whose calls alone it stops; empty where it stops all.
        """
        paused = _paused(engine, endpoint)
        if pause is None:
            self._run("DELETE FROM pauses WHERE engine = ?", paused)
        else:
            self._run(
                "INSERT OR REPLACE INTO pauses VALUES (?, ?, ?, ?, ?, ?)", paused, *astuple(pause)
            )

    def forget_pauses(self, engine: str) -> None:
        """Forget why an engine, and each of its endpoints, made no calls."""
        statement = "DELETE FROM pauses WHERE engine = ? OR substr(engine, 1, ?) = ?"
        self._run(statement, engine, len(engine) + 1, f"{engine} ")

    def pause_of(self, engine: str, endpoint: str = "") -> Pause | None:
        """Return why an engine makes no calls; None where it makes them.

        Args:
            engine: The name of the engine.
            endpoint: As for `paused`.
        """
        return self._recall(
            Pause,
            "SELECT code, reason, remedy, since, until FROM pauses WHERE engine = ?",
            _paused(engine, endpoint),
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
                raise sqlite3.DatabaseError(f"its content is invalid: {error}") from error

        return self._database.read(work)


def _paused(engine: str, endpoint: str) -> str:
    # An engine's name holds no blank. A program that knows no endpoints passes these rows over.
    return f"{engine} {endpoint}" if endpoint else engine


def _step(statement: str, *values: Any) -> Statement:
    # SQLite refuses lone surrogates, which the message of a fault may contain.
    fit = (printable(value) if isinstance(value, str) else value for value in values)
    return Statement(statement, tuple(fit))


def _stored(stamp: Stamp) -> str:
    return f"{stamp.size} {stamp.mtime_ns} {stamp.inode}"


def _stamp(stored: str) -> Stamp:
    size, mtime_ns, inode = map(int, stored.split())
    return Stamp(size, mtime_ns, inode)


def _stored_content(stamp: Stamp, sha256: str) -> tuple[str, str]:
    # ctime_ns is stored with the hash, as older versions expect a stamp of exactly three numbers.
    return _stored(stamp), f"{sha256} {stamp.ctime_ns}" if sha256 else ""


def _content_stamp(stored: str, content: str) -> Stamp:
    _, _, ctime_ns = content.partition(" ")
    return replace(_stamp(stored), ctime_ns=int(ctime_ns or 0))


def _sha256(content: str) -> str:
    return content.partition(" ")[0]


def _reading(stored: bytes) -> Reading:
    lines, details = json.loads(zlib.decompress(stored))
    return Reading(tuple(line_from(text, fields) for text, fields in lines), details)
