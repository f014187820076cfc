from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.index.listed import Wanted
from ocr_watcher.sidecars.state import State

if TYPE_CHECKING:
    from pathlib import Path

    from tests.index.shelf import Shelf


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """A folder with images in each state."""
    for number in range(10):
        shelf.done(f"2026/Done {number}.jpg", f"text {number}")
    for number in range(6):
        shelf.failed(f"Failed_{number}.jpg", "17" if number % 2 else "216201")
    for number in range(4):
        shelf.waiting(f"deep/er/waiting-{number}.jpg")
    shelf.compare()
    return shelf


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(), 20),
        (Wanted(state=State.DONE), 10),
        (Wanted(state=State.FAILED), 6),
        (Wanted(state=State.WAITING), 4),
        (Wanted(code="17"), 3),
        (Wanted(code="17", state=State.FAILED), 3),
        (Wanted(code="17", state=State.DONE), 0),
        (Wanted(code="no such"), 0),
        (Wanted(name="done"), 10),
        (Wanted(name="ER/WAIT"), 4),
        (Wanted(name="_"), 6),
        (Wanted(name="%"), 0),
        (Wanted(name="*"), 0),
        (Wanted(name="d_1", state=State.FAILED), 1),
        (Wanted(name="d_1", code="17"), 1),
        (Wanted(name="d_1", state=State.DONE), 0),
        (Wanted(roots=("/elsewhere",)), 0),
    ],
)
def test_a_list_has_the_images_that_meet_all_conditions(
    filled: Shelf, wanted: Wanted, number: int
) -> None:
    assert len(filled.index.images(wanted).entries) == number


@pytest.mark.parametrize("most", [1, 3, 19, 20, 21])
def test_the_parts_of_a_list_are_the_list_newest_first(filled: Shelf, most: int) -> None:
    following, parts = "", []
    while True:
        part = filled.index.images(Wanted(), following, most)
        parts.append(part)
        following = part.following
        if not following:
            break
    entries = [entry for part in parts for entry in part.entries]
    assert [len(part.entries) for part in parts[:-1]] == [most] * (len(parts) - 1)
    assert len({entry.id for entry in entries}) == len(entries) == 20
    assert entries == sorted(entries, key=lambda entry: (entry.changed, entry.id), reverse=True)


def test_an_image_that_comes_between_two_parts_moves_none_of_them(filled: Shelf) -> None:
    first = filled.index.images(Wanted(), most=10)
    filled.done("new.jpg", "text")
    filled.compare()
    rest = filled.index.images(Wanted(), first.following, 50)
    assert len({*first.entries, *rest.entries}) == 20


@pytest.mark.parametrize(
    "made_up", ["x", "_", "nan_", "inf_x", "1e999_", "\udc80_\udc80", "1_\udc80"]
)
def test_a_place_that_somebody_made_up_is_the_top(filled: Shelf, made_up: str) -> None:
    assert filled.index.images(Wanted(), made_up) == filled.index.images(Wanted())


def test_failures_are_counted_by_code(filled: Shelf) -> None:
    assert filled.index.codes() == {"17": 3, "216201": 3}
    assert filled.index.codes([filled.folder.root]) == {"17": 3, "216201": 3}
    assert filled.index.codes(["/elsewhere"]) == {}


def test_an_image_is_found_by_its_identifier_alone(filled: Shelf) -> None:
    entry = filled.entry("Failed_1.jpg")
    assert filled.index.entry_of(entry.id) == entry
    assert (entry.state, entry.code) == (State.FAILED, "17")
    assert entry.image.path == str(filled.root / "Failed_1.jpg")
    for made_up in ("", "x", entry.id.swapcase(), entry.image.path, "\udc80", "%"):
        assert filled.index.entry_of(made_up) is None


def test_an_identifier_tells_nothing_of_the_path_and_cannot_be_guessed(
    filled: Shelf, tmp_path: Path
) -> None:
    before = {entry.image: entry.id for entry in filled.entries()}
    filled.index.close()
    (tmp_path / "state/index.sqlite").unlink()
    filled.index = filled.opened()
    filled.compare()
    after = {entry.image: entry.id for entry in filled.entries()}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    assert all(len(id_) * 6 >= 96 for id_ in after.values())


def test_an_identifier_stays_whatever_becomes_of_the_image(filled: Shelf) -> None:
    before = {entry.image: entry.id for entry in filled.entries()}
    for number in range(4):
        filled.done(f"deep/er/waiting-{number}.jpg", "text")
    filled.done("2026/Done 1.jpg", "another text")
    filled.compare()
    filled.index.close()
    filled.index = filled.opened()
    filled.compare()
    assert {entry.image: entry.id for entry in filled.entries()} == before


def test_names_that_are_not_utf_8_are_listed_as_they_are(shelf: Shelf) -> None:
    name = "scan-\udcff\n.jpg"
    shelf.done(name, "words")
    shelf.compare()
    (entry,) = shelf.index.images(Wanted(name="SCAN-\\UDCFF\\N")).entries
    assert entry.image.name == name
