"""The thread that follows what happens to images and folders."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, FolderScanned, ImageQueued
from ocr_watcher.index.upkeep import IndexUpkeep
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.outcome import Recognised
from ocr_watcher.watch.tree import scan
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.watch.tree import Found
    from tests.index.shelf import Shelf


class Kept:
    """A shelf whose index a thread keeps up to date."""

    def __init__(self, shelf: Shelf, ledger: Ledger, **changes: object) -> None:
        self.shelf, self.ledger, self.bus = shelf, ledger, EventBus()
        self.changes = 0
        walk = partial(scan, recall=ledger.done_stamp_of, is_own_file=ledger.own_files.knows)
        self.upkeep = IndexUpkeep(
            shelf.index,
            shelf.folders,
            changes.get("scan", walk),
            ledger,
            on_change=self._count,
        )
        self.upkeep.attach(self.bus)

    def _count(self) -> None:
        self.changes += 1

    def image(self, name: str) -> Image:
        return Image(self.shelf.folder.root, name)

    def states(self) -> dict[str, State]:
        return {entry.image.name: entry.state for entry in self.shelf.entries()}


@pytest.fixture
def ledger(shelf: Shelf) -> Iterator[Ledger]:
    """The memory of the daemon."""
    with Ledger(shelf.state) as ledger:
        yield ledger


@pytest.fixture
def kept(shelf: Shelf, ledger: Ledger) -> Iterator[Kept]:
    """An upkeep that has compared the empty folder."""
    kept = Kept(shelf, ledger)
    kept.upkeep.start()
    yield kept
    assert kept.upkeep.stop()


def test_what_was_there_before_the_start_is_found(shelf: Shelf, ledger: Ledger) -> None:
    shelf.done("a.jpg", "words")
    kept = Kept(shelf, ledger)
    kept.upkeep.start()
    eventually(lambda: shelf.found("words") == ["a.jpg"])
    assert kept.upkeep.stop()
    assert kept.changes > 0


def test_an_image_is_listed_as_soon_as_it_waits_and_found_as_soon_as_it_is_done(kept: Kept) -> None:
    kept.shelf.waiting("deep/a.jpg")
    kept.bus.publish(ImageQueued(kept.image("deep/a.jpg")))
    eventually(lambda: kept.states() == {"deep/a.jpg": State.WAITING})
    kept.shelf.done("deep/a.jpg", "words")
    kept.bus.publish(AttemptEnded(kept.image("deep/a.jpg"), Recognised(1, 1)))
    eventually(lambda: kept.shelf.found("words") == ["deep/a.jpg"])
    assert kept.states() == {"deep/a.jpg": State.DONE}


def test_an_image_that_went_away_is_not_listed_any_more(kept: Kept) -> None:
    kept.shelf.failed("deep/a.jpg", "17")
    kept.shelf.failed("b.jpg", "17")
    for name in ("deep/a.jpg", "b.jpg"):
        kept.bus.publish(AttemptEnded(kept.image(name), Recognised(1, 1)))
    eventually(lambda: kept.shelf.index.codes() == {"17": 2})
    shutil.rmtree(kept.shelf.root / "deep")
    kept.bus.publish(AttemptEnded(kept.image("deep/a.jpg"), Recognised(1, 1)))
    eventually(lambda: kept.shelf.index.codes() == {"17": 1})


def test_a_file_that_the_program_wrote_is_no_image(kept: Kept) -> None:
    image = kept.shelf.waiting("a.pdf")
    kept.bus.publish(ImageQueued(kept.image("a.pdf")))
    eventually(lambda: kept.states() == {"a.pdf": State.WAITING})
    kept.ledger.own_files.note(kept.image("a.pdf"), Stamp.of(image.stat()))
    kept.bus.publish(AttemptEnded(kept.image("a.pdf"), Recognised(1, 1)))
    eventually(lambda: kept.states() == {})


def test_a_scan_that_counted_otherwise_has_the_folder_compared(kept: Kept) -> None:
    kept.shelf.done("a.jpg", "words")
    kept.bus.publish(FolderScanned(kept.shelf.folder.root, done=1))
    eventually(lambda: kept.shelf.found("words") == ["a.jpg"])
    (kept.shelf.root / "a.jpg").unlink()
    kept.bus.publish(FolderScanned(kept.shelf.folder.root))
    eventually(lambda: kept.states() == {})


def test_a_scan_that_counted_the_same_has_nothing_compared(shelf: Shelf, ledger: Ledger) -> None:
    walks: list[str] = []

    def counted(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        walks.append(folder.root)
        return scan(folder, **told)

    shelf.done("a.jpg", "words")
    kept = Kept(shelf, ledger, scan=counted)
    kept.upkeep.start()
    eventually(lambda: shelf.found("words") == ["a.jpg"])
    for _ in range(3):
        kept.bus.publish(FolderScanned(shelf.folder.root, done=1))
    eventually(lambda: not kept.upkeep._agenda._scanned)
    assert kept.upkeep.stop()
    assert len(walks) == 1


def test_a_difference_that_a_comparison_leaves_is_not_compared_again_and_again(
    shelf: Shelf, ledger: Ledger
) -> None:
    walks: list[str] = []

    def counted(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        walks.append(folder.root)
        return scan(folder, **told)

    shelf.done("a.jpg", "words")
    kept = Kept(shelf, ledger, scan=counted)
    kept.upkeep.start()
    eventually(lambda: shelf.found("words") == ["a.jpg"])
    for _ in range(10):
        kept.bus.publish(FolderScanned(shelf.folder.root, done=2))
        eventually(lambda: not kept.upkeep._agenda._scanned)
    assert kept.upkeep.stop()
    assert len(walks) <= 3


def test_an_event_during_a_long_comparison_does_not_wait_for_its_end(
    shelf: Shelf, ledger: Ledger
) -> None:
    go_on = threading.Event()

    def slow(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        while not go_on.wait(0.01):
            told["on_directory"]()
        return scan(folder, **told)

    kept = Kept(shelf, ledger, scan=slow)
    kept.upkeep.start()
    try:
        shelf.done("a.jpg", "words")
        kept.bus.publish(AttemptEnded(kept.image("a.jpg"), Recognised(1, 1)))
        eventually(lambda: shelf.found("words") == ["a.jpg"])
    finally:
        go_on.set()
    assert kept.upkeep.stop()


def test_more_events_than_are_kept_lose_nothing(kept: Kept) -> None:
    for number in range(300):
        kept.shelf.waiting(f"{number}.jpg")
    for _ in range(30):
        for number in range(300):
            kept.bus.publish(ImageQueued(kept.image(f"{number}.jpg")))
    eventually(lambda: len(kept.states()) == 300)


def test_a_fault_in_one_folder_leaves_the_others_alone(
    shelf: Shelf, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        raise RuntimeError("a fault of this test")

    kept = Kept(shelf, ledger, scan=broken)
    kept.upkeep.start()
    eventually(lambda: "a fault of this program" in caplog.text)
    shelf.done("a.jpg", "words")
    kept.bus.publish(AttemptEnded(kept.image("a.jpg"), Recognised(1, 1)))
    eventually(lambda: shelf.found("words") == ["a.jpg"])
    assert kept.upkeep.stop()


def test_a_file_that_is_damaged_meanwhile_is_made_anew_and_filled(
    shelf: Shelf, ledger: Ledger
) -> None:
    for number in range(100):
        shelf.done(f"{number}.jpg", f"words {number}")
    shelf.compare()
    shelf.index.close()
    file = shelf.state / "index.sqlite"
    with file.open("r+b") as damaged:
        damaged.seek(8192)
        damaged.write(b"\xff" * (file.stat().st_size - 8192))
    shelf.index = shelf.opened()
    kept = Kept(shelf, ledger)
    kept.upkeep.start()
    eventually(lambda: len(kept.states()) == 100)
    assert kept.upkeep.stop()


def test_a_file_that_somebody_removed_is_filled_as_soon_as_anybody_asks(kept: Kept) -> None:
    kept.shelf.done("a.jpg", "words")
    kept.bus.publish(AttemptEnded(kept.image("a.jpg"), Recognised(1, 1)))
    eventually(lambda: kept.shelf.found("words") == ["a.jpg"])
    for file in kept.shelf.state.glob("index.sqlite*"):
        file.unlink()
    eventually(lambda: kept.states() == {"a.jpg": State.DONE})
    assert kept.shelf.found("words") == ["a.jpg"]


def test_another_program_that_writes_for_long_stops_nothing(kept: Kept) -> None:
    with contextlib.closing(sqlite3.connect(kept.shelf.state / "index.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.shelf.done("a.jpg", "words")
        kept.bus.publish(AttemptEnded(kept.image("a.jpg"), Recognised(1, 1)))
        assert kept.states() == {}
        other.rollback()
    eventually(lambda: kept.shelf.found("words") == ["a.jpg"])


def test_it_ends_at_once_while_another_program_writes(shelf: Shelf, ledger: Ledger) -> None:
    kept = Kept(shelf, ledger)
    with contextlib.closing(sqlite3.connect(shelf.state / "index.sqlite")) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.upkeep.start()
        began = time.monotonic()
        kept.upkeep.stop(0.5)
        assert time.monotonic() - began < 10.0
        other.rollback()


def test_it_ends_in_the_midst_of_a_comparison(shelf: Shelf, ledger: Ledger) -> None:
    for number in range(2000):
        shelf.waiting(f"{number}.jpg")
    kept = Kept(shelf, ledger)
    kept.upkeep.start()
    eventually(kept.states)
    assert kept.upkeep.stop(10.0)


def test_asked_to_end_it_ends_by_itself_also_while_it_rests(kept: Kept) -> None:
    def running() -> set[str]:
        return {thread.name for thread in threading.enumerate()}

    for number in range(300):
        kept.shelf.done(f"{number}.jpg", "words")
        kept.bus.publish(AttemptEnded(kept.image(f"{number}.jpg"), Recognised(1, 1)))
    eventually(kept.states)
    assert {"index", "index comparison"} <= running()
    kept.upkeep.ask_to_end()
    eventually(lambda: not {"index", "index comparison"} & running(), within=2.0)


def test_its_threads_are_less_urgent_than_the_others(shelf: Shelf, ledger: Ledger) -> None:
    nice: list[int] = []

    def noted(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        return scan(folder, **told)

    kept = Kept(shelf, ledger, scan=noted)
    kept.upkeep.start()
    eventually(lambda: nice)
    assert kept.upkeep.stop()
    own = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert nice == [min(own + 10, 19)]


def test_a_folder_that_nobody_watches_is_forgotten_after_a_month(
    shelf: Shelf, ledger: Ledger
) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    with shelf.index.database.writing() as connection:
        connection.execute("UPDATE folders SET used = ?", (time.time() - 40 * 86_400,))
    with shelf.opened("/elsewhere") as index:
        upkeep = IndexUpkeep(index, {}, scan, ledger)
        upkeep.start()
        eventually(lambda: shelf.entries() == [])
        assert upkeep.stop()
    assert shelf.found("words") == []
