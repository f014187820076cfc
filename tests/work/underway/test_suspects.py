"""Deaths of the program count against an image only if it made no progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.work.underway.entry import Entry
from ocr_watcher.work.underway.suspects import Suspects, after_death
from ocr_watcher.work.underway.underway_file import UnderwayFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGE = Image("/scans", "a.pdf")
STAMP = Stamp(10, 20, 30)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as ledger:
        yield ledger


def die(directory: Path, page: int = 1, stamp: Stamp = STAMP) -> None:
    """Leave what a process leaves that is killed: its file, and no lock on it."""
    file = UnderwayFile(directory)
    file.write(0, Entry(IMAGE.path, stamp, 0.0, page, 40))
    (left,) = directory.glob("in-progress.*")
    copy = left.read_bytes()
    file.close()
    left.write_bytes(copy)


def restarted(directory: Path, ledger: Ledger) -> Suspects:
    suspects = Suspects(ledger.deaths)
    suspects.count_left_behind(directory)
    return suspects


def test_after_two_deaths_it_goes_alone_and_after_three_it_fails(
    tmp_path: Path, ledger: Ledger
) -> None:
    seen = []
    for _ in range(3):
        die(tmp_path, page=12)
        suspects = restarted(tmp_path, ledger)
        fault = suspects.fault_of(IMAGE.path, STAMP)
        seen.append((suspects.goes_alone(IMAGE), fault and fault.code))
    assert seen == [(False, None), (True, None), (True, "kills-the-program")]
    assert fault is not None
    assert str(fault) == "the program was killed 3 times while it read page 12"


def test_a_document_that_gets_on_between_the_deaths_is_not_to_blame(
    tmp_path: Path, ledger: Ledger
) -> None:
    for page in range(1, 20):
        die(tmp_path, page=page)
        assert not restarted(tmp_path, ledger).goes_alone(IMAGE)


def test_another_content_begins_anew(tmp_path: Path, ledger: Ledger) -> None:
    for _ in range(3):
        die(tmp_path)
        suspects = restarted(tmp_path, ledger)
    assert suspects.fault_of(IMAGE.path, Stamp(11, 20, 30)) is None
    assert suspects.fault_of(IMAGE.path, Stamp(10, 20, 31)) is not None  # a share mounted anew
    die(tmp_path, stamp=Stamp(11, 20, 30))
    assert not restarted(tmp_path, ledger).goes_alone(IMAGE)


def test_what_was_read_or_given_up_is_forgotten(tmp_path: Path, ledger: Ledger) -> None:
    for _ in range(3):
        die(tmp_path)
        suspects = restarted(tmp_path, ledger)
    suspects.forget(IMAGE)
    suspects.forget(IMAGE)
    assert not suspects.goes_alone(IMAGE)
    assert ledger.deaths.all() == {}


def test_deaths_are_counted_in_memory_where_the_ledger_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").mkdir()
    with Ledger(tmp_path) as ledger:
        suspects = Suspects(ledger.deaths)
        for _ in range(2):
            die(tmp_path)
            suspects.count_left_behind(tmp_path)
        assert suspects.goes_alone(IMAGE)


def test_a_death_on_an_earlier_page_is_another_one() -> None:
    entry = Entry(IMAGE.path, STAMP, 0.0, 12, 40)
    twice = after_death(after_death(None, entry), entry)
    assert twice.number == 2
    assert after_death(twice, Entry(IMAGE.path, STAMP, 0.0, 3, 40)).number == 1
