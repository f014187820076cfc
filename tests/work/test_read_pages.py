from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.errors import ImageError, OversizeError, QuotaError
from ocr_watcher.pages.fit import shrink
from ocr_watcher.pages.types import FittedPage, Piece
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import Line, Reading
from ocr_watcher.work.read_pages import read_pages
from tests.engine.fake import LIMITS, FakeEngine
from tests.pages.in_process import open_pages
from tests.pages.receipt import WIDTH, Receipt
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from ocr_watcher.values.page import Limits


class Here:
    """Opens pages in this process."""

    def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
        return open_pages(data, limits)

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        return shrink(piece, limits)


class Recorder(FakeEngine):
    """Remembers each page it was given; with ``tell``, says that of it."""

    def __init__(
        self, limits: Limits = LIMITS, tell: Callable[[Page], Reading] | None = None
    ) -> None:
        super().__init__(limits)
        self.sizes: list[tuple[int, int]] = []
        self._tell = tell

    def recognise(self, page: Page) -> Reading:
        self.sizes.append((page.width, page.height))
        reading = super().recognise(page)
        return self._tell(page) if self._tell else reading


def encoded(image: Image.Image, encoding: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, encoding, **options)
    return stream.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """A picture like a scan: the fewer its pixels, the smaller its file."""
    return encoded(Image.effect_noise(size, 60))


def too_large(_words: str) -> OversizeError:
    return OversizeError(216202, "image size error")


def box(left: float, top: float, width: float, height: float) -> dict[str, float]:
    return {"left": left, "top": top, "width": width, "height": height}


def test_a_page_is_given_with_its_number_its_size_and_what_the_engine_told():
    (page,) = read_pages(png("Harbour Lane\nNorthwick", (200, 60)), FakeEngine(), Here())
    assert (page.number, page.width, page.height) == (1, 200, 60)
    assert [line.text for line in page.lines] == ["Harbour Lane", "Northwick"]
    assert "log_id" in page.details


def middle(page: Page) -> Reading:
    """One line in the middle of the page, told of in its details, too."""
    place = box(page.width / 4, page.height / 4, page.width / 2, page.height / 2)
    return Reading(
        (line_of("Harbour Lane", {"location": place}),),
        {"paragraphs_result": [{"location": place}]},
    )


def test_places_on_a_reduced_page_are_those_of_the_original():
    engine = Recorder(replace(LIMITS, longest_side=1000), middle)
    (page,) = read_pages(noise((2000, 1000)), engine, Here())
    assert (page.width, page.height) == (2000, 1000)
    assert (
        page.lines[0].fields["location"] == page.lines[0].box._asdict() == box(500, 250, 1000, 500)
    )
    assert page.details["paragraphs_result"][0]["location"] == box(500, 250, 1000, 500)


def test_places_on_a_page_given_upright_are_those_of_the_page_as_stored():
    exif = Image.Exif()
    exif[0x0112] = 6
    engine = Recorder(tell=lambda _page: Reading((line_of("a", {"location": box(0, 0, 30, 20)}),)))
    data = encoded(Image.new("L", (600, 400), "white"), "JPEG", exif=exif)
    (page,) = read_pages(data, engine, Here())
    assert engine.sizes == [(400, 600)]
    assert (page.width, page.height) == (600, 400)
    assert page.lines[0].fields["location"] == page.lines[0].box._asdict() == box(0, 370, 20, 30)
    assert page.to_upright.point(0, 400) == (0, 0)
    assert page.to_upright.point(20, 370) == (30, 20)


def test_a_page_has_the_resolution_of_its_file():
    data = encoded(Image.new("L", (600, 400), "white"), "TIFF", dpi=(300, 200))
    (page,) = read_pages(data, FakeEngine(), Here())
    assert page.resolution == (300, 200)
    (page,) = read_pages(png("Harbour Lane", (200, 60)), FakeEngine(), Here())
    assert page.resolution is None


def test_a_page_is_opened_when_the_one_before_it_was_read():
    engine = Recorder()

    class Counted(Here):
        def open(self, data: bytes, limits: Limits) -> Generator[FittedPage]:
            for number, page in enumerate(super().open(data, limits)):
                assert len(engine.sizes) == number
                yield page

    pages = [Image.new("L", (300 + number, 200), 255) for number in range(3)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    assert [page.width for page in read_pages(data, engine, Counted())] == [300, 301, 302]
    assert [width for width, _ in engine.sizes] == [300, 301, 302]


class Cut:
    """A page that is cut into strips, each of a colour of its own."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self._strips = receipt.strips(blank=False)

    def open(self, _data: bytes, _limits: Limits) -> Iterator[FittedPage]:
        pieces = []
        for number, strip in enumerate(self._strips):
            size = (WIDTH, strip.end - strip.start)
            page = Page(encoded(Image.new("L", size, number)), "PNG", *size)
            pieces.append(Piece(page, Transform.shift(0, strip.start), strip.shares_lines))
        yield FittedPage(1, WIDTH, self._receipt.length, tuple(pieces))

    def shrink(self, piece: Piece, limits: Limits) -> Piece:
        return shrink(piece, limits)

    def tell(self, page: Page) -> Reading:
        """What is on a strip, in the strip's own pixels."""
        number = Image.open(io.BytesIO(page.data)).getpixel((0, 0))
        strip = self._strips[number]
        _, reading = self._receipt.read(strip, located=True)
        share = page.height / (strip.end - strip.start)
        lines = []
        for line in reading.lines:
            place = line.box
            top, height = (place.top - strip.start) * share, place.height * share
            lines.append(Line(line.text, Rectangle(0, top, 500 * share, height)))
        return Reading(tuple(lines))


@pytest.mark.parametrize("refused", [0, 1])
def test_a_page_cut_into_strips_is_read_as_one_also_where_one_of_them_is_shrunk(refused):
    receipt = Receipt.of([f"row {number}" for number in range(120)], [25] * 120)
    cut = Cut(receipt)
    engine = Recorder(tell=cut.tell)
    engine.next_faults += [None, *[too_large("")] * refused]
    (page,) = read_pages(b"", engine, cut)
    assert [line.text for line in page.lines] == receipt.words
    assert len(engine.sizes) == 4 + refused
    for line, row in zip(page.lines, receipt.rows, strict=True):
        place = line.box
        assert abs(place.top - row.top) <= 1
        assert abs(place.top + place.height - row.bottom) <= 1


def test_a_page_that_is_too_large_for_the_service_is_shrunk_until_it_is_taken():
    engine = Recorder()
    engine.next_faults += [too_large(""), too_large("")]
    (page,) = read_pages(noise((1500, 1000)), engine, Here())
    assert (page.width, page.height) == (1500, 1000)
    assert len(engine.sizes) == 3
    assert engine.sizes[-1] < engine.sizes[0]


def test_a_page_is_shrunk_three_times_and_then_the_fault_is_the_images():
    engine = Recorder()
    engine.fault = too_large
    with pytest.raises(ImageError):
        read_pages(noise((1500, 1500)), engine, Here())
    assert len(engine.sizes) == 4


def test_a_fault_ends_the_reading():
    engine = FakeEngine()
    engine.next_faults.append(QuotaError(17, "used up"))
    with pytest.raises(QuotaError):
        read_pages(png("words"), engine, Here())


def test_a_fault_of_a_later_page_names_the_page():
    pages = [Image.new("L", (200, 100), shade) for shade in (0, 100, 200)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])

    def tell(_page: Page) -> Reading:
        if len(engine.sizes) == 3:
            raise ImageError(216630, "recognise error", advice="scan it again")
        return Reading(())

    engine = Recorder(tell=tell)
    with pytest.raises(ImageError, match=r"^page 3: recognise error$") as raised:
        read_pages(data, engine, Here())
    assert (raised.value.code, raised.value.advice) == (216630, "scan it again")
