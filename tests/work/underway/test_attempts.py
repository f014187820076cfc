"""The page that each thread reads is recorded in a file, and logged once a minute."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ImageError
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import PageBegan
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.pages.types import FittedPage
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.work.underway.attempts import TrackedPages, Underway
from ocr_watcher.work.underway.entry import Entry
from ocr_watcher.work.underway.suspects import Suspects, after_death
from ocr_watcher.work.underway.underway_file import UnderwayFile, being_worked_on
from tests.engine.fake import FakeEngine

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from ocr_watcher.pages.types import Piece
    from ocr_watcher.values.page import Limits

IMAGE = Image("/scans", "book.pdf")
STAMP = Stamp(1, 2, 3)
LIMITS = FakeEngine().limits


class Book:
    """Opens as so many pages, of which it may not know the number."""

    def __init__(self, pages: int, total: int) -> None:
        self.pages, self.total = pages, total

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        for number in range(1, self.pages + 1):
            yield FittedPage(number, 1, 1, (), self.total)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        return piece


@pytest.fixture
def suspects(tmp_path: Path) -> Iterator[Suspects]:
    with Ledger(tmp_path) as ledger:
        yield Suspects(ledger.deaths)


@pytest.mark.parametrize(("total", "said"), [(3, "page {} of 3"), (0, "page {}")])
def test_the_page_that_is_read_is_written_down(
    total: int, said: str, tmp_path: Path, suspects: Suspects
) -> None:
    file = UnderwayFile(tmp_path)
    underway = Underway(file)
    places = []
    with underway.attempt(IMAGE, STAMP):
        for _ in TrackedPages(Book(3, total), underway, suspects).open(b"", LIMITS):
            (entry,) = being_worked_on(tmp_path)
            places.append(entry.place)
    assert places == [said.format(page) for page in (1, 2, 3)]
    assert being_worked_on(tmp_path) == []
    file.close()


def test_a_page_counts_as_begun_before_it_is_decoded(suspects: Suspects) -> None:
    begun: list[PageBegan] = []
    bus = EventBus()
    bus.listen(PageBegan, begun.append)
    underway = Underway(bus=bus)
    with underway.attempt(IMAGE, STAMP):
        opened = TrackedPages(Book(2, 2), underway, suspects).open(b"", LIMITS)
        next(opened)
        assert [event.page for event in begun] == [1]
        next(opened)
        assert [event.page for event in begun] == [1, 2, 2]  # asked for, and there
        opened.close()


def test_a_picture_of_one_page_is_no_progress_to_tell(suspects: Suspects) -> None:
    begun: list[PageBegan] = []
    bus = EventBus()
    bus.listen(PageBegan, begun.append)
    underway = Underway(bus=bus)
    with underway.attempt(IMAGE, STAMP):
        list(TrackedPages(Book(1, 1), underway, suspects).open(b"", LIMITS))
    assert begun == []


def test_a_long_document_is_told_of_once_a_minute(
    suspects: Suspects, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    now = 0.0
    underway = Underway(clock=lambda: now)
    with underway.attempt(IMAGE, STAMP):
        for _ in TrackedPages(Book(30, 30), underway, suspects).open(b"", LIMITS):
            now += 10
    told = [record.getMessage() for record in caplog.records]
    assert told == [f"being recognised: page {page} of 30" for page in (7, 13, 19, 25)]


def test_each_thread_has_a_segment_of_its_own(tmp_path: Path) -> None:
    file = UnderwayFile(tmp_path)
    underway = Underway(file)
    ready, done = threading.Barrier(4), threading.Event()

    def work(number: int) -> None:
        with underway.attempt(Image("/scans", f"{number}.png"), STAMP):
            ready.wait(10)
            done.wait(10)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    ready.wait(10)
    paths = sorted(entry.path for entry in being_worked_on(tmp_path))
    done.set()
    for thread in threads:
        thread.join()
    assert paths == ["/scans/0.png", "/scans/1.png", "/scans/2.png"]
    assert being_worked_on(tmp_path) == []
    file.close()


def test_an_image_that_killed_the_program_three_times_is_not_opened(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        entry, deaths = Entry(IMAGE.path, STAMP, 0.0), None
        for _ in range(3):
            deaths = after_death(deaths, entry)
        assert deaths is not None
        ledger.deaths.put(IMAGE.path, deaths)
        underway = Underway()
        pages = TrackedPages(Book(1, 1), underway, Suspects(ledger.deaths))
        with underway.attempt(IMAGE, STAMP), pytest.raises(ImageError) as raised:
            next(pages.open(b"", LIMITS))
    assert raised.value.code == "kills-the-program"
