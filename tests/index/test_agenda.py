"""What the upkeep of the index has to do next."""

from __future__ import annotations

import time

import pytest

from ocr_watcher.index.agenda import MOST_IMAGES, Agenda
from ocr_watcher.values.image import Image

ROOTS = ("/one", "/two")


@pytest.fixture
def agenda() -> Agenda:
    return Agenda(ROOTS)


def images(number: int, root: str = "/one") -> list[Image]:
    return [Image(root, f"{each}.jpg") for each in range(number)]


def test_an_image_that_was_read_soon_after_it_came_is_looked_at_once(agenda: Agenda) -> None:
    (image, other) = images(2)
    agenda.note_queued(image)
    agenda.note_queued(other)
    agenda.note_ended(image)
    assert agenda.next_images() == (image, other)
    agenda.note_queued(other)
    assert agenda.next_images() == (other,)


def test_images_of_all_folders_are_looked_at_together(agenda: Agenda) -> None:
    both = [*images(3), *images(3, "/two")]
    for image in both:
        agenda.note_ended(image)
    assert agenda.next_images() == tuple(both)


def test_what_was_read_goes_first_and_what_waits_is_not_left_for_ever(agenda: Agenda) -> None:
    waiting, read = images(300), images(2, "/two")
    for image in waiting:
        agenda.note_queued(image)
    told: list[Image] = []
    while len(set(told)) < 302:
        for image in read:
            agenda.note_ended(image)
        told += agenda.next_images()
    assert told[:2] == read
    assert set(told) == {*waiting, *read}


def test_while_many_are_read_those_that_wait_are_left_for_later(agenda: Agenda) -> None:
    read, waiting = images(100), images(100, "/two")
    for image in waiting:
        agenda.note_queued(image)
    for image in read:
        agenda.note_ended(image)
    assert agenda.next_images() == tuple(read)
    assert set(agenda.next_images()) < set(waiting)


def test_with_more_images_than_are_kept_their_folder_is_compared(agenda: Agenda) -> None:
    while agenda.begin_folder():
        agenda.end_folder()
    for image in images(MOST_IMAGES + 1, "/two"):
        agenda.note_ended(image)
    assert agenda.next_scans() == ()
    assert agenda.begin_folder() == "/two"


def test_it_rests_for_longer_while_images_are_read(agenda: Agenda) -> None:
    def rested() -> float:
        began = time.monotonic()
        agenda.rest_after(0.05)
        return time.monotonic() - began

    assert 0.05 <= rested() < 0.5
    agenda.note_ended(images(1)[0])
    assert rested() >= 0.5
    agenda.close()
    assert rested() < 0.5
