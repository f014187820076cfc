"""How the file is shared with others, and what happens to those who come too late."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database import Database
from ocr_watcher.ledger.database_file import FILE_NAME
from tests.ledger.process import start
from tests.waiting import eventually

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

LOCKER = """
connection = sqlite3.connect(directory / "ledger.sqlite", isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
say("locked")
sys.stdin.readline()
connection.execute("COMMIT")
"""


def count(connection: sqlite3.Connection) -> bool:
    connection.execute(
        "INSERT INTO calls VALUES ('2026-01-31', 'baidu', 'general', 1) "
        "ON CONFLICT DO UPDATE SET number = number + 1"
    )
    return True


def counted(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT sum(number) FROM calls").fetchone()
    return int(number)


def test_another_process_that_writes_is_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path)
    results: list[bool] = []
    writer = threading.Thread(target=lambda: results.append(database.run(count, default=False)))
    with start(LOCKER, tmp_path) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        writer.start()
        writer.join(0.3)
        assert writer.is_alive()
        locker.communicate("\n", timeout=60)
    writer.join()
    assert results == [True]
    database.close()
    assert caplog.messages == []


def test_another_process_that_writes_for_ever_is_given_up_once_and_then_not_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path, busy_seconds=0.5)
    with start(LOCKER, tmp_path) as locker:
        assert locker.stdout is not None
        assert locker.stdout.readline() == "locked\n"
        began = time.monotonic()
        assert [database.run(count, default=False) for _ in range(20)] == [False] * 20
        assert 0.4 < time.monotonic() - began < 5
        assert caplog.messages == [
            "the ledger cannot be used; images go on without it: database is locked"
        ]
        locker.communicate("\n", timeout=60)
    assert database.run(count, default=False)
    assert database.run(counted, 0) == 1
    database.close()


def test_what_comes_after_the_end_is_not_kept_and_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(tmp_path)
    database.run(count, default=False)
    database.close()
    assert database.run(count, default=False) is False
    again = Database(tmp_path)
    assert again.run(counted, 0) == 1
    again.close()
    assert caplog.messages == []
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def together(database: Database, works: list[Callable[[sqlite3.Connection], bool]]) -> list[bool]:
    """Has works done by threads of their own, which all wait while another has the file."""
    has_it, may_end = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> bool:
        has_it.set()
        return may_end.wait(60)

    with ThreadPoolExecutor(len(works) + 1) as pool:
        pool.submit(database.run, hold, default=False)
        assert has_it.wait(60)
        results = [pool.submit(database.run, work, default=False) for work in works]
        eventually(lambda: len(database._tasks) == len(works))
        may_end.set()
        return [result.result() for result in results]


def test_works_that_wait_at_once_share_a_transaction(tmp_path: Path) -> None:
    within: list[bool] = []

    def work(connection: sqlite3.Connection) -> bool:
        within.append(connection.in_transaction)
        return count(connection)

    database = Database(tmp_path)
    assert together(database, [work] * 8) == [True] * 8
    assert database.run(counted, 0) == 8
    assert within == [False, *[True] * 7]
    database.close()


def test_of_works_that_share_a_transaction_the_fault_of_one_is_not_the_others(
    tmp_path: Path,
) -> None:
    def faulty(connection: sqlite3.Connection) -> bool:
        connection.execute("INSERT INTO calls VALUES (NULL, NULL, NULL, NULL)")
        return True

    database = Database(tmp_path)
    assert together(database, [count, faulty, count]) == [True, False, True]
    assert database.run(counted, 0) == 2
    database.close()


def test_what_is_no_fault_of_the_file_is_raised_where_it_belongs(tmp_path: Path) -> None:
    def faulty(_: sqlite3.Connection) -> bool:
        raise MemoryError

    database = Database(tmp_path)
    counts = [count, faulty, count]
    with pytest.raises(MemoryError):
        together(database, counts)
    assert database.run(counted, 0) == 2
    database.close()
