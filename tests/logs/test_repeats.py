from __future__ import annotations

import logging
import re
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ImageError, StorageError
from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.folders.folder import Folder
from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.repeats import RepeatFilter, repeating
from ocr_watcher.logs.setup import set_up
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.outcome import Again, Failed
from ocr_watcher.values.tried import Tried
from ocr_watcher.watch.tree import scan
from ocr_watcher.work.attempt_log import log_attempt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.values.outcome import Outcome

LOG = logging.getLogger("ocr_watcher.test")
FULL, READ_ONLY = StorageError("No space left on device"), StorageError("Read-only file system")


class Listener(logging.Handler):
    """A handler with the filter, on a clock that is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.records: list[logging.LogRecord] = []
        self.addFilter(RepeatFilter(lambda: self.now))

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def counted(self) -> list[dict[str, int]]:
        """What the filter added to each line since the last look."""
        told = [getattr(record, "fields", {}) for record in self.records]
        self.records.clear()
        return [
            {name: value for name, value in one.items() if name.startswith("similar_lines")}
            for one in told
        ]


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener, root = Listener(), logging.getLogger()
    root.addHandler(listener)
    yield listener
    root.removeHandler(listener)


def end(outcome: Outcome, number: int = 0) -> None:
    image = Image("/scans", f"{number}.jpg")
    log_attempt(AttemptEnded(image, outcome, is_repeated=isinstance(outcome, Again)))


def again(error: StorageError = FULL, number: int = 0, code: str = "storage") -> None:
    end(Again(error, Tried(Stamp(1, 1, 1), 0, 1, 0.0, 1.0 + number, code, str(error))), number)


def fault(error: Exception) -> None:
    try:
        raise error
    except type(error):
        LOG.exception("a fault of this program")


def test_of_a_fault_five_lines_are_told_whichever_images_meet_it(listener):
    for number in range(60):
        again(number=number)
    assert listener.counted == [{}, {}, {}, {}, {"similar_lines_left_out_for_seconds": 600}]


def test_while_it_lasts_one_line_in_ten_minutes_tells_how_many_were_kept_back(listener):
    for second in range(1800):
        listener.now = float(second)
        again()
    assert listener.counted == [
        {},
        {},
        {},
        {},
        {"similar_lines_left_out_for_seconds": 596},
        {"similar_lines_left_out": 595, "similar_lines_left_out_for_seconds": 600},
        {"similar_lines_left_out": 599, "similar_lines_left_out_for_seconds": 600},
    ]


def test_a_fault_that_comes_seldom_is_told_each_time(listener):
    for _ in range(20):
        again()
        listener.now += 150.0
    assert listener.counted == [{}] * 20


def test_after_ten_minutes_with_nothing_to_count_five_lines_are_told_again(listener):
    for _ in range(6):
        again()
    for _ in range(2):
        listener.now += 600.0
        again()
    listener.records.clear()
    listener.now += 600.0
    for _ in range(6):
        again()
    assert len(listener.counted) == 5


def test_a_fault_of_another_kind_is_told_while_the_first_is_kept_back(listener):
    for number in range(9):
        again(number=number)
    listener.records.clear()
    again(READ_ONLY)
    again(code="17")
    assert len(listener.records) == 2


def test_faults_of_this_program_are_the_same_where_their_exceptions_are(listener):
    for _ in range(9):
        fault(ValueError())
    listener.records.clear()
    fault(ValueError())
    fault(KeyError())
    assert [record.exc_info[0] for record in listener.records] == [KeyError]


def test_directories_that_are_passed_over_are_counted(listener, tmp_path: Path):
    folder = Folder(str(tmp_path))
    for number in range(9):
        assert list(scan(folder, f"gone/{number}")) == []
    assert len(listener.records) == 5


def test_what_a_library_repeats_is_counted(listener):
    for _ in range(9):
        logging.getLogger("watchdog").error("an overflow")
    assert len(listener.records) == 5


def test_an_image_that_failed_is_always_told(listener):
    for number in range(60):
        end(Failed(ImageError("cut-off", "the end of the file is missing"), 5), number)
    assert listener.counted == [{}] * 60


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING, logging.ERROR])
def test_what_is_logged_because_something_changed_is_always_told(listener, caplog, level):
    caplog.set_level(logging.INFO)
    for _ in range(60):
        LOG.log(level, "the folder cannot be read, and will be tried again: %s", "No such file")
    assert listener.counted == [{}] * 60


def test_however_many_different_faults_there_are_only_so_many_are_remembered(listener):
    for _ in range(6):
        again()
    for code in range(200):
        again(code=str(code))
    listener.records.clear()
    again()
    again(code="199")
    assert listener.counted == [{}, {}]
    (repeats,) = (each for each in listener.filters if isinstance(each, RepeatFilter))
    assert len(repeats._windows) == 100


def test_a_fault_that_goes_on_is_not_forgotten_for_others(listener):
    for code in range(200):
        again()
        again(code=str(code))
    assert sum(record.fields["code"] == "storage" for record in listener.records) == 5


def test_threads_that_meet_it_at_once_are_counted_as_one(listener):
    threads = [threading.Thread(target=again, args=(FULL, number)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    listener.now = 600.0
    again()
    assert listener.counted[-1] == {
        "similar_lines_left_out": 25,
        "similar_lines_left_out_for_seconds": 600,
    }


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_the_log_shows_that_lines_are_kept_back(capsys, log_format):
    set_up("info", log_format)
    for number in range(9):
        again(number=number)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert re.search(r"similar_lines_left_out_for_seconds\W+\d+", lines[-1])


def test_with_debug_nothing_is_kept_back(capsys):
    set_up("debug", "text")
    for number in range(9):
        extra = fields(image=number) | repeating(FULL)
        LOG.warning("will retry in %s s: %s", number, FULL, extra=extra)
    assert len(capsys.readouterr().err.splitlines()) == 9
