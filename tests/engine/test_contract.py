"""What every engine keeps to, the fake included: else tests that use it would prove nothing."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo
from pydantic import SecretStr

from ocr_watcher.engine.baidu.credentials import Credentials
from ocr_watcher.engine.baidu.engine import BaiduEngine
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.engine.local.engine import LocalEngine
from ocr_watcher.errors import EngineError, ImageError
from ocr_watcher.values.page import Page
from tests.engine.fake import FakeEngine
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Engine

LINES = ["Harbour Lane", "Northwick 2025"]


def page(lines: list[str]) -> Page:
    """A page that shows its lines to who reads, and carries them for who only pretends to."""
    image = Image.new("RGB", (640, 240), "white")
    for number, line in enumerate(lines):
        at = (40, 30 + 100 * number)
        ImageDraw.Draw(image).text(at, line, "black", ImageFont.load_default(48))
    carried, stream = PngInfo(), io.BytesIO()
    carried.add_itxt("words", "\n".join(lines))
    image.save(stream, "PNG", pnginfo=carried)
    return Page(stream.getvalue(), "PNG", *image.size)


@pytest.fixture
def local() -> Iterator[LocalEngine]:
    engine = LocalEngine()
    yield engine
    engine.close()


@pytest.fixture
def fake() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def baidu() -> Iterator[BaiduEngine]:
    with Simulator() as simulator:
        keys = Credentials(SecretStr(simulator.api_key), SecretStr(simulator.secret_key))
        engine = BaiduEngine(BaiduSettings(base_url=simulator.url), keys, callers=4)
        yield engine
        engine.close()


@pytest.fixture(params=["fake", "baidu", pytest.param("local", marks=pytest.mark.slow)])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.getfixturevalue(request.param)
    return made


def test_the_lines_of_a_page_come_in_reading_order(engine):
    assert [line.text for line in engine.recognise(page(LINES)).lines] == LINES


def test_a_page_without_text_is_a_success_without_lines(engine):
    assert engine.recognise(page([])).lines == ()


def test_several_threads_read_at_once_and_each_gets_its_own_page(engine):
    words = ["Harbour", "Northwick", "Bookbinders", "Ledger"]
    with ThreadPoolExecutor(4) as threads:
        readings = list(threads.map(engine.recognise, [page([word]) for word in words]))
    assert [[line.text for line in reading.lines] for reading in readings] == [[w] for w in words]


def test_what_is_no_picture_is_a_fault_of_the_image(engine):
    with pytest.raises(ImageError) as raised:
        engine.recognise(Page(b"no picture", "PNG", 100, 100))
    assert isinstance(raised.value, EngineError)
    assert raised.value.code
    assert str(raised.value)


def test_an_engine_goes_on_after_a_fault(engine):
    with pytest.raises(ImageError):
        engine.recognise(Page(b"no picture", "PNG", 100, 100))
    assert [line.text for line in engine.recognise(page(LINES)).lines] == LINES


def test_an_engine_has_a_name_and_says_what_it_reads_with(engine):
    description = engine.identity
    assert description.name
    assert description.endpoint
    assert all(isinstance(value, str) for value in description.options.values())


def test_an_engine_takes_pages_of_the_common_kinds_and_sizes(engine):
    limits = engine.limits
    assert limits.formats & {"JPEG", "BMP"}
    assert 1 <= limits.shortest_side < 512 < limits.longest_side
    assert limits.body_bytes > 1_000_000


def test_a_probe_says_in_one_line_what_it_proved(engine):
    told = engine.self_test()
    assert told
    assert told.isprintable()
