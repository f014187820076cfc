"""Which files the program wrote itself is remembered by their content, and follows them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.tried import Tried

if TYPE_CHECKING:
    from pathlib import Path

FILE, OTHER = Image("/scans", "a/b.pdf"), Image("/scans", "a/c.pdf")
STAMP = Stamp(5, 6, 7)


def test_it_is_known_for_as_long_as_it_has_the_same_content(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.own_files.note(FILE, STAMP)
    with Ledger(tmp_path) as ledger:
        assert ledger.own_files.knows(FILE, STAMP)
        assert ledger.own_files.knows(FILE, Stamp(5, 6, 8))
        assert not ledger.own_files.knows(FILE, Stamp(5, 7, 7))
        assert not ledger.own_files.knows(OTHER, STAMP)


def test_its_tries_are_over(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.tried(FILE, Tried(STAMP, 1, 0, 0.0, 1.0, "damaged", "words"))
        ledger.own_files.note(FILE, STAMP)
        assert ledger.tries_of(FILE) is None


def test_it_is_known_under_its_new_name_and_that_of_its_directory(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.own_files.note(FILE, STAMP)
        ledger.moved(FILE, OTHER)
        ledger.directory_moved(Image("/scans", "a"), Image("/scans", "z"))
        assert ledger.own_files.knows(Image("/scans", "z/c.pdf"), STAMP)
        ledger.forget(Image("/scans", "z/c.pdf"))
        assert not ledger.own_files.knows(Image("/scans", "z/c.pdf"), STAMP)


def test_a_ledger_of_before_gets_the_table_and_one_that_makes_no_sense_knows_none(
    tmp_path: Path,
) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.own_files.note(OTHER, STAMP)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("DROP TABLE own_files")
    with Ledger(tmp_path) as ledger:
        assert not ledger.own_files.knows(OTHER, STAMP)
        ledger.own_files.note(FILE, STAMP)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("UPDATE own_files SET stamp = 'nonsense'")
    with Ledger(tmp_path) as ledger:
        assert not ledger.own_files.knows(FILE, STAMP)
