from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.errors import ImageError, OversizeError, QuotaError
from ocr_watcher.work.reading import read_pages
from tests.engine.fake import LIMITS, FakeEngine
from tests.simulator.pictures import jpeg, png

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Reading


class Recorder(FakeEngine):
    """Remembers the size of each page it was given, and says one line of every one of them."""

    def __init__(self, limits=LIMITS) -> None:
        super().__init__(limits)
        self.sizes: list[tuple[int, int]] = []

    def recognise(self, page) -> Reading:
        self.sizes.append((page.width, page.height))
        return super().recognise(page)


def noise(size: tuple[int, int]) -> bytes:
    """A picture like a scan: the fewer its pixels, the smaller its file."""
    stream = io.BytesIO()
    Image.effect_noise(size, 60).save(stream, "PNG")
    return stream.getvalue()


def too_large(_words: str) -> OversizeError:
    return OversizeError(216202, "image size error")


def test_a_page_is_given_with_its_number_its_size_and_what_the_engine_told():
    (page,) = read_pages(png("Harbour Lane\nNorthwick", (200, 60)), FakeEngine())
    assert (page.number, page.width, page.height) == (1, 200, 60)
    assert [line.words for line in page.lines] == ["Harbour Lane", "Northwick"]
    assert "log_id" in page.details


def test_locations_on_a_reduced_page_are_those_of_the_original():
    engine = FakeEngine(replace(LIMITS, longest_side=1000))
    (page,) = read_pages(jpeg("Harbour Lane", (2000, 400)), engine)
    (line,) = page.lines
    assert (page.width, page.height) == (2000, 400)
    assert line.fields["location"] == {"left": 4, "top": 4, "width": 216, "height": 36}


def test_a_page_that_is_too_large_for_the_service_is_shrunk_until_it_is_taken():
    engine = Recorder()
    engine.next_faults += [too_large(""), too_large("")]
    (page,) = read_pages(noise((1500, 1000)), engine)
    assert (page.width, page.height) == (1500, 1000)
    assert len(engine.sizes) == 3
    assert engine.sizes[-1] < engine.sizes[0]


def test_a_page_is_shrunk_three_times_and_then_the_fault_is_the_images():
    engine = Recorder()
    engine.fault = too_large
    with pytest.raises(ImageError):
        read_pages(noise((1500, 1500)), engine)
    assert 1 < len(engine.sizes) <= 4


def test_a_fault_ends_the_reading():
    engine = FakeEngine()
    engine.next_faults.append(QuotaError(17, "used up"))
    with pytest.raises(QuotaError):
        read_pages(png("words"), engine)
