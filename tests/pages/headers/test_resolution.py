from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from ocr_watcher.pages.head import head_of
from ocr_watcher.pages.headers.resolution import credible
from ocr_watcher.pages.passthrough import passthrough
from ocr_watcher.pages.sandbox import wire
from ocr_watcher.pages.sandbox.session import Session
from ocr_watcher.pages.sandbox.worker import SandboxWorker
from ocr_watcher.pages.source import open_source
from ocr_watcher.processes.wire import NONSENSE, Message
from ocr_watcher.values.page import Limits
from tests.pages.scans import coloured, encoded, form

A4 = (2480, 3508)
LIMITS = Limits(frozenset({"JPEG", "PNG", "BMP"}), 15, 4096, 8_000_000, 5_500_000, 4096)


def exif(across: float = 300, down: float = 300, unit: int = 2) -> bytes:
    tags = Image.Exif()
    tags[282], tags[283], tags[296] = across, down, unit
    return tags.tobytes()


def with_jfif(unit: int, across: int, down: int, **options) -> bytes:
    data = encoded(coloured(), "JPEG", **options)
    return data[:13] + struct.pack(">BHH", unit, across, down) + data[18:]


FILES = {
    "JFIF": encoded(coloured(), "JPEG", dpi=(300, 200)),
    "JFIF in centimetres": with_jfif(2, 118, 79),
    "EXIF": with_jfif(0, 1, 1, exif=exif(300, 200)),
    "EXIF in centimetres": with_jfif(0, 1, 1, exif=exif(118.11, 78.74, 3)),
    "EXIF beside nonsense": with_jfif(1, 1, 1, exif=exif(300, 200)),
    "PNG": encoded(coloured(), "PNG", dpi=(300, 200)),
    "PNG with EXIF": encoded(coloured(), "PNG", exif=exif(300, 200)),
    "BMP": encoded(coloured(), "BMP", dpi=(300, 200)),
    "TIFF": encoded(coloured(), "TIFF", dpi=(300, 200)),
    "TIFF in centimetres": encoded(
        coloured(), "TIFF", resolution_unit=3, x_resolution=118.11, y_resolution=78.74
    ),
    "fax": encoded(form().convert("1"), "TIFF", compression="group4", dpi=(300, 200)),
    "WebP": encoded(coloured(), "WEBP", exif=exif(300, 200)),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_page_tells_the_resolution_of_its_file(kind):
    (page,) = open_source(FILES[kind])
    assert page.resolution == pytest.approx((300, 200), rel=0.005)


@pytest.mark.parametrize("kind", ["JFIF", "EXIF", "PNG", "PNG with EXIF", "BMP"])
def test_a_file_that_is_not_decoded_tells_it_too(kind):
    head = head_of(FILES[kind])
    page = passthrough(FILES[kind], LIMITS)
    assert head is not None
    assert page is not None
    assert page.resolution == head.resolution == pytest.approx((300, 200), rel=0.005)


@pytest.mark.parametrize(
    "data",
    [
        with_jfif(0, 300, 300),
        with_jfif(7, 300, 300),
        encoded(coloured(), "PNG"),
        encoded(coloured(), "GIF"),
        encoded(coloured(), "TIFF", resolution_unit=1, x_resolution=300, y_resolution=300),
        encoded(coloured(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff"),
    ],
    ids=["a ratio", "an unknown unit", "PNG", "GIF", "TIFF without a unit", "broken EXIF"],
)
def test_a_file_that_tells_none_has_none(data):
    (page,) = open_source(data)
    assert page.resolution is None


def test_a_page_of_a_pdf_has_that_of_its_scan():
    (page,) = open_source(encoded(coloured(), "PDF", resolution=300))
    assert page.resolution == pytest.approx((300, 300), rel=0.01)


@pytest.mark.parametrize("kind", ["TIFF", "JFIF", "PDF"])
def test_it_arrives_from_the_sandbox(kind):
    data = FILES.get(kind) or encoded(coloured(), "PDF", resolution=300)
    (source,) = open_source(data)
    request = Session(data, LIMITS, "auto").first_request()
    answer = wire.page_from(SandboxWorker().answer(request))
    assert answer.page.resolution == pytest.approx(source.resolution)


@pytest.mark.parametrize(
    "told", ["300", [300], [300, 300, 300], [float("nan"), 300], ["x", "y"], [{}, {}], 7]
)
def test_nonsense_of_a_sandbox_is_no_resolution(told):
    data = FILES["TIFF"]
    request = Session(data, LIMITS, "auto").first_request()
    answer = SandboxWorker().answer(request)
    page = {**answer.facts["page"], "resolution": told}
    try:
        arrived = wire.page_from(Message({**answer.facts, "page": page}, answer.body))
    except NONSENSE:
        return
    assert arrived.page.resolution is None


@pytest.mark.parametrize(
    ("resolution", "size", "is_credible"),
    [
        ((300, 300), A4, True),
        ((204, 98), (1728, 1100), True),
        ((72, 72), (595, 842), True),
        ((96, 96), (1920, 1080), True),
        ((72, 72), (4000, 3000), False),
        ((96, 96), A4, False),
        ((1, 1), A4, False),
        ((0, 0), A4, False),
        ((-300, -300), A4, False),
        ((10_000, 10_000), A4, False),
        ((300, 30), A4, False),
        ((float("nan"), 300), A4, False),
        ((float("inf"), float("inf")), A4, False),
    ],
)
def test_a_resolution_that_makes_no_sense_is_none(resolution, size, is_credible):
    assert (credible(resolution, size) is not None) is is_credible


def test_a_hostile_resolution_costs_nothing():
    data = io.BytesIO()
    coloured().save(data, "TIFF", dpi=(300, 300))
    broken = data.getvalue().replace(struct.pack("<HHI", 282, 5, 1), struct.pack("<HHI", 282, 3, 1))
    (page,) = open_source(broken)
    assert page.resolution is None
