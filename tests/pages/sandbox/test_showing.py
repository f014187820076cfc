from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.pages.showing_bounds import LONGEST_SIDE, LONGEST_STRIP
from ocr_watcher.processes.wire import Message
from ocr_watcher.values.geometry import Rectangle
from tests.scans.corpus import every_kind, usual
from tests.simulator import markers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import FittedPage
    from tests.scans.drawing import Word
    from tests.scans.scan import Scan, TruePage

_NEAR = 4.0
"""Pixels of the page as stored by which a place may be wrong."""


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[SandboxPool]:
    with contextlib.closing(SandboxPool(1, 60.0)) as sandboxes:
        yield sandboxes


def picture_of(page: FittedPage) -> Image.Image:
    (piece,) = page.pieces
    picture = Image.open(io.BytesIO(piece.page.data))
    assert (picture.format, *picture.size) == (
        piece.page.format,
        piece.page.width,
        piece.page.height,
    )
    return picture


def edges_of(corners: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def misplaced(page: FittedPage, truth: TruePage) -> list[str]:
    """The words of a shown page that are not where the page says that the file stores them."""
    (piece,) = page.pieces
    picture = picture_of(page).convert("L")
    # Each marker is found in the picture itself, and mapped back to the page as it is stored.
    seen = {
        line.words: edges_of([piece.to_stored.point(*corner) for corner in line.corners])
        for line in markers.find(picture)
    }

    def is_off(word: Word) -> bool:
        there = seen.get(word.words)
        scale = max(page.width / picture.width, page.height / picture.height, 1.0)
        return there is None or any(
            abs(at - true) > _NEAR * scale for at, true in zip(there, word.edges, strict=True)
        )

    return [word.words for word in truth.words or () if is_off(word)]


def is_shown_whole(scan: Scan) -> bool:
    sizes = [page.size for page in scan.pages]
    return bool(sizes) and all(max(size) < 4 * min(size) for size in sizes)


@pytest.mark.slow
def test_every_kind_of_page_is_shown_upright_with_its_words_where_it_says(
    sandboxes: SandboxPool,
) -> None:
    wrong: dict[str, Any] = {}
    for scan in every_kind():
        for number, truth in enumerate(scan.pages, 1):
            page = sandboxes.shown(scan.data, number)
            if (page.width, page.height) != truth.size or page.number != number:
                wrong[scan.name] = (page.width, page.height, page.number)
            side = LONGEST_SIDE if is_shown_whole(scan) else LONGEST_STRIP
            assert max(picture_of(page).size) <= side
            if truth.words and is_shown_whole(scan) and (off := misplaced(page, truth)):
                wrong[f"{scan.name} page {number}"] = off
    assert wrong == {}


def test_a_picture_is_encoded_anew_and_has_nothing_of_the_file_but_its_pixels(
    sandboxes: SandboxPool,
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "<script>alert(1)</script>"
    exif[ExifTags.Base.Artist] = "its secret author"
    stream = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(
        stream, "JPEG", exif=exif, comment=b"a secret comment", icc_profile=b"a secret profile"
    )
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "a secret comment")
    png = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(png, "PNG", pnginfo=told)
    for data in (stream.getvalue(), png.getvalue()):
        shown = sandboxes.shown(data, 1).pieces[0].page.data
        assert shown != data
        assert b"secret" not in shown
        assert b"script" not in shown
        assert b"Exif" not in shown


def test_a_part_is_cut_out_of_the_page_as_it_is_seen(sandboxes: SandboxPool) -> None:
    for scan in every_kind():
        if scan.name not in {"baseline.jpg", "orientation-6.jpg", "rotated-90.pdf", "still.heic"}:
            continue
        word = (scan.pages[0].words or ())[7]
        left, top, right, bottom = word.edges
        part = Rectangle(left, top, right - left, bottom - top)
        picture = picture_of(sandboxes.shown(scan.data, 1, part))
        assert [line.words for line in markers.find(picture.convert("L"))] == [word.words]
        assert max(picture.size) < 2.5 * max(part.width, part.height)


@pytest.mark.parametrize("part", [(10**6, 0, 5, 5), (-900, -900, 10, 10)])
def test_a_part_outside_of_the_page_is_none(
    sandboxes: SandboxPool, part: tuple[int, int, int, int]
) -> None:
    scan = usual()
    with pytest.raises(ImageError, match="nothing at that place"):
        sandboxes.shown(scan.data, 1, Rectangle(*part))


def test_a_page_that_is_not_there_is_a_fault_of_the_request_alone(sandboxes: SandboxPool) -> None:
    scan = usual()
    for number in (2, 10**9):
        with pytest.raises(ImageError, match="no page of that number"):
            sandboxes.shown(scan.data, number)
    assert sandboxes.shown(scan.data, 1).number == 1


def _answer(**changes: Any) -> Message:
    body = changes.pop("body", b"\x89PNG\r\n\x1a\n....")
    piece = {
        "format": "PNG",
        "size": [4, 3],
        "bytes": len(body),
        "to_stored": [1, 0, 0, 0, 1, 0],
        "shares_lines": False,
    }
    page = {
        "number": 1,
        "total": 1,
        "stored": [4, 3],
        "resolution": None,
        "pieces": [piece | changes],
        "own_lines": None,
    }
    return Message({"page": page}, body)


@pytest.mark.parametrize(
    "lie",
    [
        {"body": b"<html><script>"},
        {"format": "HTML"},
        {"format": "JPEG"},
        {"size": [0, 3]},
        {"size": [10**6, 3]},
        {"to_stored": [0, 0, 0, 0, 0, 0]},
        {"to_stored": [float("nan"), 0, 0, 0, 1, 0]},
        {"to_stored": [1, 0, float("inf"), 0, 1, 0]},
        {"to_stored": [1, 0, float("nan"), 0, 1, 0]},
        {"body": b"\x89PNG\r\n\x1a\n" + bytes(4 * 2**20)},
    ],
)
def test_a_sandbox_that_lies_about_a_picture_is_not_believed(lie: dict[str, Any]) -> None:
    assert wire.page_for_people_from(_answer()).number == 1
    with pytest.raises((LookupError, TypeError, ValueError, OverflowError)):
        wire.page_for_people_from(_answer(**lie))
