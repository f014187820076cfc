"""`ocr-watcher check`: whether the ledger is for this version of the program to write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.ledger import check_ledger
from ocr_watcher.commands.checks.storage import check_state
from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from tests import mounts

if TYPE_CHECKING:
    from pathlib import Path


def test_a_ledger_of_this_version_is_not_worth_a_line(tmp_path: Path) -> None:
    Ledger(tmp_path).close()
    assert list(check_ledger(tmp_path)) == []


def test_one_of_a_newer_version_is_told_with_the_remedy(tmp_path: Path) -> None:
    Ledger(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute("PRAGMA user_version = 99")
    _, ledger, _ = check_state(tmp_path)
    assert (ledger.verdict, ledger.subject) == ("warn", "ledger")
    assert "schema 99, known is 2" in ledger.finding
    assert ledger.finding.endswith("install the newer version")


def test_a_file_system_that_flushes_nothing_is_told(tmp_path: Path) -> None:
    with mounts.odd(tmp_path / "source", tmp_path / "state", fsync="EINVAL") as odd:
        (result,) = check_ledger(odd.path)
        assert (result.verdict, result.subject) == ("warn", "ledger")
        assert "a power cut may lose what was paid" in result.finding
        assert list(odd.path.iterdir()) == []


def test_one_that_is_damaged_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"?" * 50_000)
    (result,) = check_ledger(tmp_path)
    assert result.finding == "cannot be read: file is not a database"
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]
