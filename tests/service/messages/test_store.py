"""What is to be told is kept, also by several processes, and in a file that is damaged or full."""

from __future__ import annotations

import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.messages.standing import Standing
from ocr_watcher.service.messages.store import FILE_NAME, Store
from tests.service.messages.happenings import one_failure

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_800_000_000.0
MONTH = 31 * 86_400.0


def tell(store: Store, target: str, path: str = "/scans/a.png") -> None:
    store.change([target], lambda each: each.told(one_failure(path), NOW))


def paths(store: Store, target: str) -> list[str]:
    standing = store.standings().get(target, Standing())
    return [each.path for each in (standing.outgoing + standing.waiting).failures]


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
    store.release(["wrong"])
    store.adopt(["right"], NOW)
    assert paths(store, "right") == ["/scans/a.png"]
    assert list(store.standings()) == ["right"]
    store.close()


def test_it_takes_nothing_from_a_target_of_another_process(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.adopt(["theirs"], NOW)
    tell(store, "theirs")
    store.adopt(["ours"], NOW)
    assert paths(store, "ours") == []
    assert paths(store, "theirs") == ["/scans/a.png"]
    store.close()


def test_what_nobody_could_be_told_for_a_month_is_forgotten(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.adopt(["gone", "ours"], NOW)
    tell(store, "gone")
    tell(store, "ours")
    store.adopt(["ours"], NOW + MONTH)
    assert list(store.standings()) == ["ours"]
    assert paths(store, "ours") == ["/scans/a.png"]
    store.close()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"", None])
def test_a_damaged_file_is_set_aside_and_made_anew(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / FILE_NAME
    if content is None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        path.write_bytes(content)
    store = Store(tmp_path)
    if content != b"":
        with pytest.raises(OSError, match="SQLite"):
            store.standings()
    tell(store, "one")
    assert paths(store, "one") == ["/scans/a.png"]
    store.close()


def test_rows_that_make_no_sense_are_damage(tmp_path: Path) -> None:
    store = Store(tmp_path)
    tell(store, "one")
    store.close()
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("UPDATE standings SET waiting = '{\"failures\": 7}'")
    connection.close()
    with pytest.raises(OSError, match="SQLite"):
        store.standings()
    tell(store, "one", "/scans/b.png")
    assert paths(store, "one") == ["/scans/b.png"]
    store.close()
