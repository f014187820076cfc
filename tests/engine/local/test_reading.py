# ruff: noqa: RUF001  Chinese has its own punctuation
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.process.worker import answer_for
from ocr_watcher.errors import ImageError
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import Reading
from tests.engine.local.pictures import SAMPLES, columns, drawn, page_of, sample, turned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.values.reading import Line

# A minute of both processors; what every engine has to keep is tested with these models as well.
pytestmark = pytest.mark.slow

LINES = {
    "letter.jpg": [
        "Harbour Lane Bookbinders",
        "14 Harbour Lane, Northwick",
        "3 March 2025",
        "Dear Ms Ellery,",
        "Thank you for the two ledgers, which arrived on Monday.",
        "The older volume has lost its spine, and its first leaves are",
        "loose, but we can sew it again on linen tapes and keep the",
        "original boards.",
        "The work takes three weeks and costs 285.00 in all.",
        "Please let us know whether we may begin.",
        "Yours sincerely,",
        "Tamsin Quillfeather",
    ],
    "receipt.jpg": [
        *("GREEN BASKET", "27 Orchard Road", "Receipt 004817", "2025-03-08", "17:42"),
        *("Apples 1.2 kg", "3.48", "Rye bread", "2.95", "Butter 250 g", "2.60"),
        *("Coffee beans", "8.75", "Paper bag", "0.20", "TOTAL", "17.98"),
        *("Cash", "20.00", "Change", "2.02", "Thank you, come again"),
    ],
    "invoice-zh.jpg": [
        *("云杉办公用品商店", "销售清单", "客户：松林小学", "日期：2025年3月12日"),
        *("品名", "数量", "单价", "金额"),
        *("复印纸", "20", "23.50", "470.00"),
        *("文件夹", "45", "6.80", "306.00"),
        *("黑色墨水", "12", "39.00", "468.00"),
        *("订书机", "3", "28.00", "84.00"),
        *("合计人民币：1328.00元", "货物已当面点清，请妥善保管此单。", "经手人：陈小禾"),
    ],
    "notice-zh.png": [
        *("停水通知", "各位住户：", "因更换水管，本楼定于4月6日上午9时至"),
        *("下午3时停水，请提前储水。", "如有疑问，请拨打电话 5550 1234。"),
        *("梧桐苑物业服务中心", "2025年4月2日"),
    ],
    "delivery-mixed.jpg": [
        *("Delivery Note 送货单", "No. DN-20250318-07"),
        "收货人 Ship to: 蓝湾书店 Blue Bay Books",
        *("Item 货品", "Qty 数量", "Weight 重量"),
        *("Picture books 绘本", "36", "14.4 kg"),
        *("Dictionaries 词典", "8", "19.2 kg"),
        *("Postcards 明信片", "500", "2.5 kg"),
        *("Keep dry 防潮", "Signature 签收："),
    ],
}


@pytest.fixture(scope="module")
def readings(engine) -> dict[str, Reading]:
    """The reading of each sample; each is read once for all tests."""
    return {name: engine.recognise(sample(name)) for name in LINES}


def words_of(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


def unspaced(lines: list[str]) -> list[str]:
    """Return a text without blanks and widths of punctuation, in which two versions of a model may
    differ."""
    widths = str.maketrans("：，。", ":,.", " ")
    return [line.translate(widths) for line in lines]


@pytest.mark.parametrize("name", LINES)
def test_a_sample_is_read_line_by_line_in_reading_order(readings, name):
    assert unspaced(words_of(readings[name])) == unspaced(LINES[name])
    assert readings[name].details == {"direction": 0}


def test_each_line_is_described_by_its_text_its_place_and_a_score(engine):
    canvas = Image.new("RGB", (900, 500), "white")
    font = ImageFont.load_default(size=60)
    ImageDraw.Draw(canvas).text((200, 300), "Northwick", fill="black", font=font)
    left, top, right, bottom = ImageDraw.Draw(canvas).textbbox((200, 300), "Northwick", font=font)
    (line,) = engine.recognise(page_of(canvas)).lines
    assert line.text == "Northwick"
    box = line.box
    assert abs(box.left - left) < 20
    assert abs(box.top - top) < 20
    assert abs(box.left + box.width - right) < 20
    assert abs(box.top + box.height - bottom) < 20
    assert all(isinstance(value, int) for value in box)
    assert 0.5 < line.score <= 1
    assert len(line.quad) == 4
    assert min(x for x, _ in line.quad) == box.left
    assert max(y for _, y in line.quad) == box.top + box.height


def test_a_page_without_text_is_a_success_without_lines(engine):
    blank = page_of(Image.new("L", (600, 400), "white"))
    assert engine.recognise(blank) == Reading((), {"direction": -1})


def box_of(line: Line) -> tuple[int, int, int, int]:
    left, top, width, height = line.box
    return left, top, left + width, top + height


def shown(page: Image.Image, lines: Sequence[Line], direction: int) -> list[Image.Image]:
    """Cut out the picture at the location of each line, and turn it upright."""
    return [turned(page.crop(box_of(line)), -direction % 4) for line in lines]


@pytest.fixture(scope="module")
def upright() -> Image.Image:
    return drawn("Harbour Lane 14", "Dear Ms Ellery,", "we bind your ledgers on linen")


@pytest.fixture(scope="module")
def straight(engine, upright) -> Reading:
    return engine.recognise(page_of(upright))


@pytest.mark.parametrize("direction", [1, 2, 3])
def test_a_turned_page_is_read_as_if_it_lay_upright_and_located_as_it_lies(
    engine, upright, straight, direction
):
    page = turned(upright, direction)
    reading = engine.recognise(page_of(page))
    assert reading.details == {"direction": direction}
    assert words_of(reading) == words_of(straight)
    assert shown(page, reading.lines, direction) == shown(upright, straight.lines, 0)


def test_a_crooked_page_on_its_side_is_read_in_order(engine, readings):
    with Image.open(SAMPLES / "receipt.jpg") as receipt:
        crooked = receipt.rotate(3, Image.Resampling.BICUBIC, fillcolor="white")
    reading = engine.recognise(page_of(turned(crooked, 1)))
    assert unspaced(words_of(reading)) == unspaced(LINES["receipt.jpg"])
    assert reading.details == {"direction": 1}


@pytest.mark.parametrize("direction", [0, 2, 3])
def test_columns_of_vertical_writing_are_read_from_the_right_whichever_way_they_lie(
    engine, direction
):
    reading = engine.recognise(page_of(turned(columns(), direction)))
    assert words_of(reading) == ["梧桐苑物业服务中心", "因更换水管"]
    assert reading.details == {"direction": direction}


def test_columns_are_located_where_they_are_on_the_page(engine):
    first, second = map(box_of, engine.recognise(page_of(columns())).lines)
    assert first == pytest.approx((320, 80, 372, 80 + 9 * 64), abs=12)
    assert second == pytest.approx((160, 80, 212, 80 + 5 * 64), abs=12)


def test_columns_that_lie_level_are_read_as_rows(engine):
    reading = engine.recognise(page_of(turned(columns(), 1)))
    assert words_of(reading) == ["梧桐苑物业服务中心", "因更换水管"]
    assert reading.details == {"direction": 0}


def test_ideographs_on_their_side_are_no_columns(engine):
    with Image.open(SAMPLES / "notice-zh.png") as notice:
        signature = notice.crop((1060, 780, 1620, 1010))
    reading = engine.recognise(page_of(turned(signature, 3)))
    assert reading.details == {"direction": 3}
    assert words_of(reading) == LINES["notice-zh.png"][-2:]


def test_a_page_with_too_little_on_it_is_not_turned(engine):
    upside_down = turned(drawn("7", size=(400, 300), print_size=60), 2)
    assert engine.recognise(page_of(upside_down)).details["direction"] <= 0


@pytest.mark.parametrize("words", ["OK", "Box 7", "Harbour Lane", "020 7946 0953", "2025-03-08"])
def test_a_lone_line_is_read_whichever_way_it_lies(engine, words):
    line = drawn(words, size=(440, 90), print_size=36)
    expected = words.replace(" ", "")
    for direction in (0, 2, 1, 3):
        reading = engine.recognise(page_of(turned(line, direction)))
        assert "".join(words_of(reading)).replace(" ", "") == expected, direction


@pytest.mark.parametrize("direction", [0, 2, 1, 3])
def test_a_lone_line_of_chinese_is_read_whichever_way_it_lies(engine, direction):
    with Image.open(SAMPLES / "notice-zh.png") as notice:
        date = notice.crop((1060, 910, 1620, 1010))
    reading = engine.recognise(page_of(turned(date, direction)))
    assert words_of(reading) == LINES["notice-zh.png"][-1:]


def test_a_note_along_the_edge_does_not_turn_an_upright_letter(engine):
    letter = drawn("Dear Ms Ellery,", "we bind your two ledgers")
    letter.paste(turned(drawn("COPY 3 of 12", size=(400, 80)), 1), (540, 50))
    reading = engine.recognise(page_of(letter))
    assert reading.details == {"direction": 0}
    assert len(reading.lines) == 3


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_pixels_are_read_whether_bilevel_or_in_colour(engine, mode):
    assert words_of(engine.recognise(page_of(drawn("Orchard").convert(mode)))) == ["Orchard"]


def test_threads_that_read_at_once_get_what_each_would_get_alone(engine, upright, straight):
    on_its_head = page_of(turned(upright, 2))
    alone = engine.recognise(on_its_head)
    with ThreadPoolExecutor(3) as pool:
        pages = [on_its_head, page_of(upright), on_its_head]
        together = list(pool.map(engine.recognise, pages))
    assert together == [alone, straight, alone]


def test_a_page_that_cannot_be_decoded_is_the_fault_of_the_image(engine):
    with pytest.raises(ImageError) as caught:
        engine.recognise(Page(b"\xff\xd8\xff", "JPEG", 100, 100))
    assert caught.value.code == "cut-off"


def test_a_page_that_rapidocr_fails_on_is_the_fault_of_the_image(reader, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(reader._line_reader._steps._rapidocr, "max_side_len", 0)
        error = answer_for(page_of(drawn()).data, reader).facts["error"]
    assert (error["kind"], error["code"]) == ("ImageError", "engine-failed")
    assert "ResizeImgError" in error["text"]


@pytest.mark.parametrize("name", LINES)
def test_a_reading_arrives_from_the_process_as_it_was(readings, reader, name):
    with Image.open(SAMPLES / name) as image:
        assert readings[name] == reader.read(image)
