"""What the file cannot take is known meanwhile, and is written when it can be."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.change import Change, Statement
from ocr_watcher.ledger.database import Database
from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.deaths import Deaths
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.ledger.pending_changes import PendingChanges, count_statement
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.reading import Line, Reading
from tests.ledger.paying import count_call

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAY = ("2026-01-31", "baidu", "general")
IMAGE = Image("/scans", "a.jpg")
LOCKED = "the ledger cannot be used; images go on without it: database is locked"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the file for itself, as a backup may."""
    Ledger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield connection


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database.__init__, "__defaults__", (0.05, 2**20))


def test_what_was_paid_while_the_file_was_locked_is_known_at_once_and_written_later(
    tmp_path: Path, locked: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    reading = Reading((Line("words"),))
    with Ledger(tmp_path) as ledger:
        ledger.paid(b"key", reading, *DAY)
        ledger.done(IMAGE, Stamp(1, 2, 3))
        assert ledger.reading(b"key") == reading
        assert ledger.calls(*DAY) == 1
        assert ledger.done_stamp_of(IMAGE) == Stamp(1, 2, 3)
        locked.execute("COMMIT")
        count_call(ledger, *DAY)
        assert ledger.calls(*DAY) == 2
        with Ledger(tmp_path) as another:
            assert another.reading(b"key") == reading
            assert another.done_stamp_of(IMAGE) == Stamp(1, 2, 3)
            assert another.calls(*DAY) == 2
    assert caplog.messages == [LOCKED]


def test_a_death_that_was_counted_while_the_file_was_locked_is_written_later(
    tmp_path: Path, locked: sqlite3.Connection
) -> None:
    with Ledger(tmp_path) as ledger:
        death = Deaths(Stamp(1, 2, 3), 4, 1)
        ledger.deaths.put(IMAGE.path, death)
        locked.execute("COMMIT")
        count_call(ledger, *DAY)
        assert ledger.deaths.all() == {IMAGE.path: death}


def test_what_was_known_before_stays_known_while_the_file_is_locked(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.paid(b"key", Reading(()), *DAY)
        with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            count_call(ledger, *DAY)
            assert ledger.reading(b"key") == Reading(())
            assert ledger.calls(*DAY) == 2


def test_the_end_is_the_last_moment_to_write(tmp_path: Path, locked: sqlite3.Connection) -> None:
    with Ledger(tmp_path) as ledger:
        count_call(ledger, *DAY)
        locked.execute("COMMIT")
    with Ledger(tmp_path) as ledger:
        assert ledger.calls(*DAY) == 1


def test_what_could_not_be_written_to_the_end_is_told(
    tmp_path: Path, locked: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with Ledger(tmp_path) as ledger:
        count_call(ledger, *DAY)
    assert caplog.messages == [LOCKED, "the ledger could not be written"]


def test_a_file_that_cannot_be_opened_at_first_is_opened_when_it_can_be(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with Ledger(tmp_path) as ledger:
            count_call(ledger, *DAY)
            assert ledger.calls(*DAY) == 1
            other.execute("COMMIT")
            count_call(ledger, *DAY)
            with Ledger(tmp_path) as another:
                assert another.calls(*DAY) == 2


def test_of_answers_above_the_bound_the_older_ones_go_and_no_call_is_forgotten(
    tmp_path: Path, locked: sqlite3.Connection
) -> None:
    with Ledger(tmp_path) as ledger:
        for number in range(100):
            words = "".join(chr(0x4E00 + (number * 7919 + place) % 20000) for place in range(20000))
            ledger.paid(number.to_bytes(8), Reading((Line(words),)), *DAY)
        assert ledger.reading((0).to_bytes(8)) is None
        assert ledger.reading((99).to_bytes(8)) is not None
        assert ledger.calls(*DAY) == 100
        locked.execute("COMMIT")
        count_call(ledger, *DAY)
    with Ledger(tmp_path) as ledger:
        assert ledger.calls(*DAY) == 101
        assert ledger.reading((99).to_bytes(8)) is not None


def test_calls_of_many_days_and_endpoints_take_a_row_each() -> None:
    unwritten = PendingChanges(most_bytes=2000)
    days = ("2026-01-31", "2026-02-01")
    for number in range(1000):
        count = count_statement(days[number % 2], "baidu", "general")
        answer = Statement(
            "INSERT INTO readings (key, reading) VALUES (?, ?)", (b"%d" % number, b"x")
        )
        unwritten.keep([Change((count, answer), durable=True)])
    assert len(unwritten.changes) < 20
    counted = unwritten.read(
        lambda connection: connection.execute("SELECT day, number FROM calls").fetchall()
    )
    assert counted == [(day, 500) for day in days]
    unwritten.close()
