"""Which images were read with low confidence is remembered, and follows them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.ledger.low_confidence import LowConfidence
from ocr_watcher.values.image import Image, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

IMAGE = Image("/scans", "a/b.jpg")
STAMP = Stamp(5, 6, 7)
LOW = LowConfidence(STAMP, 0.41)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "state") as ledger:
        yield ledger


def test_it_is_remembered_until_the_image_is_read_better(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.confidence.note(IMAGE, STAMP, 0.41)
    with Ledger(tmp_path) as ledger:
        assert ledger.confidence.of(IMAGE) == LOW
        ledger.confidence.note(IMAGE, STAMP, None)
        assert ledger.confidence.of(IMAGE) is None
        assert ledger.confidence.below("/scans") == {}


def test_images_of_one_folder_are_listed_without_those_of_another(ledger: Ledger) -> None:
    for root in ("/scans", "/scans-2", "/scan", "/scans/a"):
        ledger.confidence.note(Image(root, "x.jpg"), STAMP, 0.41)
    assert set(ledger.confidence.below("/scans")) == {"/scans/x.jpg", "/scans/a/x.jpg"}
    assert len(ledger.confidence.below("/")) == 4


def test_it_is_of_one_content(ledger: Ledger) -> None:
    ledger.confidence.note(IMAGE, STAMP, 0.41)
    low = ledger.confidence.of(IMAGE)
    assert low is not None
    assert low.is_of(Stamp(5, 6, 8))
    assert not low.is_of(Stamp(5, 7, 7))


def test_a_name_that_is_not_utf_8_is_remembered(ledger: Ledger) -> None:
    odd = Image("/scans", "\udcff\n.jpg")
    ledger.confidence.note(odd, STAMP, 0.41)
    assert ledger.confidence.below("/scans") == {odd.path: LOW}


def test_it_follows_an_image_and_its_directory_and_is_forgotten_with_them(ledger: Ledger) -> None:
    ledger.confidence.note(IMAGE, STAMP, 0.41)
    ledger.moved(IMAGE, Image("/scans", "a/c.jpg"))
    ledger.directory_moved(Image("/scans", "a"), Image("/scans", "d"))
    assert ledger.confidence.below("/scans") == {"/scans/d/c.jpg": LOW}
    ledger.forget(Image("/scans", "d/c.jpg"))
    assert ledger.confidence.below("/scans") == {}


def test_a_ledger_from_before_there_was_the_table_is_kept_and_gets_it(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.done(IMAGE, STAMP, "ab")
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("DROP TABLE low_confidence")
    with Ledger(tmp_path) as ledger:
        assert ledger.done_hash_of(IMAGE) == "ab"
        ledger.confidence.note(IMAGE, STAMP, 0.41)
        ledger.moved(IMAGE, Image("/scans", "c.jpg"))
        assert ledger.confidence.below("/scans") == {"/scans/c.jpg": LOW}
    assert [path.name for path in tmp_path.glob(f"{FILE_NAME}.*")] == []


def test_the_ledger_of_a_newer_version_without_the_table_tells_nothing(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        ledger.done(IMAGE, STAMP)
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.executescript("DROP TABLE low_confidence; PRAGMA user_version = 99;")
    with Ledger(tmp_path) as ledger:
        assert ledger.confidence.below("/scans") == {}
        ledger.confidence.note(IMAGE, STAMP, 0.41)
        assert ledger.confidence.of(IMAGE) == LOW
