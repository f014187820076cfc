"""The file of the index: whose it is, and what becomes of it when it is damaged."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import StorageError
from ocr_watcher.index.database import ClosedError
from ocr_watcher.index.index import Index
from ocr_watcher.index.listed import Listed, Wanted
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.index.shelf import Shelf


def test_nobody_else_may_read_it(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    files = list(shelf.state.iterdir())
    assert shelf.state / "index.sqlite" in files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@pytest.mark.parametrize("content", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 8192])
def test_a_damaged_file_is_made_anew(shelf: Shelf, content: bytes) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    shelf.index.close()
    (shelf.state / "index.sqlite").write_bytes(content)
    shelf.index = shelf.opened()
    assert shelf.entries() == []
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]


def test_a_file_of_another_version_is_made_anew(shelf: Shelf) -> None:
    shelf.index.close()
    with sqlite3.connect(shelf.state / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    shelf.index = shelf.opened()
    shelf.done("a.jpg", "words")
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]


def test_a_file_that_is_damaged_while_it_is_used_is_made_anew(shelf: Shelf) -> None:
    for number in range(200):
        shelf.done(f"{number}.jpg", f"words {number}")
    shelf.compare()
    shelf.index.close()
    file = shelf.state / "index.sqlite"
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(8192)
        damaged.write(b"\xff" * (size - 8192))
    shelf.index = shelf.opened()
    assert shelf.index.search(["words"]).hits == ()
    assert shelf.index.images(Wanted()).entries == ()
    shelf.index.images(Wanted())
    shelf.compare()
    assert len(shelf.found("words")) == 50


def test_a_file_that_is_deleted_while_it_is_used_is_made_anew(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    for file in shelf.state.iterdir():
        file.unlink()
    assert shelf.entries() == []
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]


def test_a_process_that_was_stopped_while_it_made_the_file_holds_up_nobody_for_long(
    shelf: Shelf,
) -> None:
    stopped = os.open(shelf.state, os.O_RDONLY)
    fcntl.flock(stopped, fcntl.LOCK_EX)
    for file in shelf.state.iterdir():
        file.unlink()
    assert shelf.entries() == []
    os.close(stopped)
    shelf.done("a.jpg", "words")
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]


def test_a_directory_where_no_file_can_be_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StorageError, match=r"the index in .* cannot be used") as raised:
        Index(tmp_path / "state", [])
    assert raised.value.advice


def test_a_closed_index_has_no_result_and_no_fault(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    id_ = shelf.entry("a.jpg").id
    shelf.index.close()
    assert shelf.index.images(Wanted()) == Listed(())
    assert shelf.index.entry_of(id_) is None
    assert shelf.index.codes() == {}
    found = shelf.index.search(["words"])
    assert (found.hits, found.complete) == ((), False)
    with pytest.raises(ClosedError):
        shelf.compare()


def test_two_that_write_at_once_both_get_their_turn(shelf: Shelf) -> None:
    for number in range(400):
        shelf.done(f"{number}.jpg", f"words {number}")
    program = (
        "import sys; from pathlib import Path\n"
        "from ocr_watcher.folders.folder import Folder\n"
        "from ocr_watcher.index.comparison import Comparison\n"
        "from ocr_watcher.index.index import Index\n"
        "from ocr_watcher.watch.tree import scan\n"
        "folder = Folder(sys.argv[2])\n"
        "with Index(Path(sys.argv[1]), [folder.root]) as index:\n"
        "    list(Comparison(index.database, folder).whole(scan))\n"
    )
    command = [sys.executable, "-c", program, str(shelf.state), shelf.folder.root]
    with subprocess.Popen(command) as other:
        shelf.compare()
        assert other.wait(60) == 0
    assert len(shelf.entries()) == 400
    assert len(list(shelf.index.hits(["words"]))) == 400
    assert shelf.compare().changes == 0


def test_threads_may_ask_while_one_writes(shelf: Shelf) -> None:
    for number in range(300):
        shelf.done(f"{number}.jpg", f"words {number}")
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(50):
                shelf.index.search(["words", "2"])
                shelf.index.images(Wanted(name="1"))
                shelf.index.codes()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    shelf.compare()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(shelf.entries()) == 300


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE texts SET text = x'00ff'",
        "UPDATE texts SET text = 'text'",
        "UPDATE images SET state = 'odd'",
        "UPDATE images SET name = 5",
        "UPDATE images SET modified = 'then'",
    ],
)
def test_a_row_that_makes_no_sense_is_damage(shelf: Shelf, change: str) -> None:
    shelf.done("a.jpg", "Words")
    shelf.compare()
    with shelf.index.database.writing() as connection:
        connection.execute(change)
    shelf.index.search(["words"])
    shelf.index.images(Wanted())
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]
    assert len(shelf.entries()) == 1


def test_a_file_that_cannot_be_opened_at_the_start_is_opened_and_filled_once_it_can_be(
    shelf: Shelf,
) -> None:
    file = shelf.state / "index.sqlite"
    shelf.index.close()
    for each in shelf.state.glob("index.sqlite*"):
        each.unlink()
    file.mkdir()
    with Index(shelf.state, shelf.folders, again_after=0.05) as index:
        replaced: list[bool] = []
        index.database.on_replaced = lambda: replaced.append(True)
        assert index.images(Wanted()).entries == ()
        assert not index.search(["words"]).complete
        assert replaced == []
        file.rmdir()
        eventually(lambda: index.search(["words"]).complete, within=5.0)
        assert replaced == [True]
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_opened_is_not_tried_at_each_question(shelf: Shelf) -> None:
    file = shelf.state / "index.sqlite"
    shelf.index.close()
    for each in shelf.state.glob("index.sqlite*"):
        each.unlink()
    file.mkdir()
    with Index(shelf.state, shelf.folders, again_after=60.0) as index:
        file.rmdir()
        assert index.images(Wanted()).entries == ()
        assert not file.exists()
