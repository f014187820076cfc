"""What is to be told is kept, also by several processes, and in a file that is damaged or full."""

from __future__ import annotations

import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.messages.outbox import Outbox
from ocr_watcher.service.messages.store import DAMAGED_NAME, FILE_NAME, Store
from tests.service.messages.happenings import one_failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = 1_800_000_000.0
MONTH = 31 * 86_400.0


def tell(store: Store, target: str, path: str = "/scans/a.png") -> None:
    store.change([target], lambda each: each.with_notices(one_failure(path), NOW, store.owner))


def paths(store: Store, target: str) -> list[str]:
    outbox = store.outboxes().get(target, Outbox())
    return [each.path for each in outbox.undelivered.failures]


def test_it_is_there_after_a_restart_and_for_this_user_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "state")
    store.adopt(["one"], NOW)
    tell(store, "one")
    other = Store(tmp_path / "state")
    assert paths(other, "one") == ["/scans/a.png"]
    assert stat.S_IMODE((tmp_path / "state" / FILE_NAME).stat().st_mode) == 0o600
    store.close()
    other.close()


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    def work(first: int) -> None:
        store = Store(tmp_path)
        for number in range(first, first + 20):
            tell(store, "one", f"/scans/{number}.png")
        store.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in (0, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = Store(tmp_path)
    assert len(paths(store, "one")) == 40
    store.close()


def test_a_new_target_gets_what_those_were_to_be_told_that_are_gone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.adopt(["wrong"], NOW)
    tell(store, "wrong")
    store.adopt(["right"], NOW)
    assert paths(store, "right") == ["/scans/a.png"]
    assert list(store.outboxes()) == ["right"]
    store.close()


def test_a_process_leaves_its_targets_to_others_when_it_closes_the_file(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)
    store.adopt(["wrong"], NOW)
    tell(store, "wrong")
    store.close()
    other.adopt(["right"], NOW)
    assert paths(other, "right") == ["/scans/a.png"]
    other.close()
    assert not list(tmp_path.glob("*.lock"))


KILLED = """
import os, pathlib, signal, sys
from ocr_watcher.service.messages.store import Store
from tests.service.messages.test_store import tell
store = Store(pathlib.Path(sys.argv[1]))
store.adopt(sys.argv[2:], 1_800_000_000.0)
tell(store, sys.argv[2])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_has_no_target_any_more(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path, "wrong"], check=False)
    assert killed.returncode == -signal.SIGKILL
    store = Store(tmp_path)
    store.adopt(["right"], NOW + 60)
    assert paths(store, "right") == ["/scans/a.png"]
    store.close()


def test_a_target_that_another_process_has_as_well_keeps_what_it_is_to_be_told(
    tmp_path: Path,
) -> None:
    first, second = Store(tmp_path), Store(tmp_path)
    for store in (first, second):
        store.adopt(["shared"], NOW)
    tell(first, "shared")
    first.close()
    third = Store(tmp_path)
    third.adopt(["new"], NOW)
    assert paths(third, "new") == []
    assert paths(third, "shared") == ["/scans/a.png"]
    for store in (second, third):
        store.close()


def test_it_takes_nothing_from_a_target_of_another_process(tmp_path: Path) -> None:
    theirs, ours = Store(tmp_path), Store(tmp_path)
    theirs.adopt(["theirs"], NOW)
    tell(theirs, "theirs")
    ours.adopt(["ours"], NOW)
    assert paths(ours, "ours") == []
    assert paths(ours, "theirs") == ["/scans/a.png"]
    for store in (theirs, ours):
        store.close()


def test_a_target_has_its_owner_also_in_a_file_that_was_made_anew(tmp_path: Path) -> None:
    theirs, ours = Store(tmp_path), Store(tmp_path)
    theirs.adopt(["theirs"], NOW)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection, connection:
        connection.execute("INSERT INTO outboxes VALUES ('other', 'nonsense')")
    tell(theirs, "theirs")
    ours.adopt(["ours"], NOW)
    assert paths(ours, "theirs") == ["/scans/a.png"]
    for store in (theirs, ours):
        store.close()


def test_what_nobody_could_be_told_for_a_month_is_dropped_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(tmp_path)
    store.adopt(["gone", "ours"], NOW - 2 * MONTH)
    tell(store, "gone")
    tell(store, "ours")
    store.adopt(["ours"], NOW)
    assert sorted(store.outboxes()) == ["gone", "ours"]
    store.adopt(["ours"], NOW + MONTH)
    assert list(store.outboxes()) == ["ours"]
    assert paths(store, "ours") == ["/scans/a.png"]
    assert "1 notices are dropped" in caplog.text
    store.close()


def another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def other_columns(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE outboxes (target TEXT)")


def row(outbox: str) -> Callable[[Path], None]:
    """What writes a row as SQL gives it."""

    def damage(path: Path) -> None:
        store = Store(path.parent)
        tell(store, "one", "/scans/before.png")
        store.close()
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE outboxes SET outbox = {outbox}")

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database at all" * 100),
        another_version,
        other_columns,
        row("'{\"waiting\": 7}'"),
        row("CAST(x'ff7b7d' AS TEXT)"),
        row("NULL"),
        row("12"),
    ],
    ids=["no database", "version", "columns", "fields", "no UTF-8", "NULL", "number"],
)
def test_a_damaged_file_is_replaced_and_one_copy_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], None]
) -> None:
    (tmp_path / DAMAGED_NAME).write_text("an older copy")
    damage(tmp_path / FILE_NAME)
    kept = (tmp_path / FILE_NAME).stat().st_ino
    store = Store(tmp_path)
    tell(store, "one")
    assert paths(store, "one") == ["/scans/a.png"]
    store.close()
    assert (tmp_path / DAMAGED_NAME).stat().st_ino == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == [FILE_NAME, DAMAGED_NAME]
    assert caplog.text.count(str(tmp_path / DAMAGED_NAME)) == 1


def test_an_empty_file_is_used_and_is_for_this_user_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch(mode=0o644)
    store = Store(tmp_path)
    tell(store, "one")
    assert paths(store, "one") == ["/scans/a.png"]
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    store.close()


def test_a_file_that_is_locked_is_no_damage(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tell(store, "one")
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OSError, match="locked"):
            tell(store, "one", "/scans/b.png")
    tell(store, "one", "/scans/c.png")
    assert paths(store, "one") == ["/scans/a.png", "/scans/c.png"]
    store.close()
