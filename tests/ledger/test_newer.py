"""A ledger that a newer version of the program wrote is read, and is never changed or lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database_file import FILE_NAME, OWN_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.reading import Line, Reading

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("2026-01-31", "baidu", "general")
IMAGE = Image("/scans", "a.jpg")
READING = Reading((Line("words"),))


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The ledger of a newer version, which has another column and lacks a table."""
    with Ledger(tmp_path) as ledger:
        ledger.done(IMAGE, Stamp(1, 2, 3))
        ledger.paid(b"key", READING, *DAY)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript(
            "ALTER TABLE done ADD COLUMN colour TEXT; DROP TABLE pauses; PRAGMA user_version = 99;"
        )
    return tmp_path / FILE_NAME


def test_what_it_knows_is_known_and_what_is_new_lies_beside_it_also_after_a_restart(
    newer: Path,
) -> None:
    before = newer.read_bytes()
    with Ledger(newer.parent) as ledger:
        assert ledger.done_stamp_of(IMAGE) == Stamp(1, 2, 3)
        assert ledger.reading(b"key") == READING
        assert ledger.pause_of("baidu") is None
        ledger.paid(b"another", READING, *DAY)
        ledger.done(IMAGE, Stamp(4, 5, 6))
    with Ledger(newer.parent) as ledger:
        assert ledger.reading(b"another") == READING
        assert ledger.done_stamp_of(IMAGE) == Stamp(4, 5, 6)
        assert ledger.calls(*DAY) == 2
    assert newer.read_bytes() == before
    assert (newer.parent / OWN_NAME).exists()


def test_it_is_told_once_with_what_to_do(newer: Path, caplog: pytest.LogCaptureFixture) -> None:
    with Ledger(newer.parent) as ledger:
        for _ in range(3):
            assert ledger.pause_of("baidu") is None
    (record,) = caplog.records
    assert "written by a newer version of this program, and is only read" in record.getMessage()


def test_what_makes_no_sense_in_it_is_not_known_and_leaves_it_where_it_is(newer: Path) -> None:
    with closing(sqlite3.connect(newer)) as connection, connection:
        connection.execute("UPDATE readings SET reading = 'packed otherwise'")
    with Ledger(newer.parent) as ledger:
        assert ledger.reading(b"key") is None
        assert ledger.calls(*DAY) == 1
    assert newer.exists()
