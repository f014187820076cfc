# ruff: noqa: RUF001  other scripts have letters that look like Latin ones
"""Pages in scripts that the models cannot read are distinguished from those that they can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_watcher.engine.local.page_direction import UNKNOWN, UPRIGHT
from ocr_watcher.work.confidence import low_confidence
from tests.engine.local.pictures import page_of, sample
from tests.engine.local.test_reading import LINES

pytestmark = pytest.mark.slow

DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SERIF = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf"
MONO = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
NOTO_KOREAN = 1
"""The index of the Korean font in the file of fonts."""

UNREAD = {
    "Russian": "Заказ отправлен вчера вечером. Оплата наличными при получении, сдача с тысячи.",
    "Greek": "Η παραγγελία εστάλη χθες το βράδυ. Πληρωμή με μετρητά κατά την παράδοση.",
    "Hebrew": "ההזמנה נשלחה אתמול בערב. תשלום במזומן עם המסירה, ועודף מאלף.",
    "Arabic": "تم إرسال الطلب مساء أمس. الدفع نقدا عند الاستلام والباقي من ألف.",
    "Korean": "주문은 어제 저녁에 발송되었습니다. 받으실 때 현금으로 지불해 주십시오.",
}
ROWS = (
    "Coffee beans ........................ 12.40",
    "Tea . . . . . . . . . . . . . . . .  3.10",
    "- - - - - - - - - - - - - - - - - - - - - -",
    "Sugar ----------------------------    2.00",
    "*******************************************",
    "TOTAL ............................... 17.50",
    "===========================================",
    "...........................................",
    "___________________________________________",
)
READ = {
    "English": "The order was sent yesterday evening. Payment in cash on delivery.",
    "German": "Die Bestellung wurde gestern Abend verschickt. Zahlung bar, Rückgeld für Größe.",
    "French": "La commande a été expédiée hier soir. Paiement en espèces à la réception.",
    "Polish": "Zamówienie wysłano wczoraj wieczorem. Płatność gotówką przy odbiorze, łącznie.",
}


def printed(text: str, font: str, index: int = 0) -> Image.Image:
    """A page on which a text stands three times."""
    if not Path(font).exists():
        pytest.skip(f"no font {font}; apt-get install fonts-dejavu-core fonts-noto-cjk")
    page = Image.new("L", (1240, 420), "white")
    for line in range(3):
        at = (40, 40 + 120 * line)
        ImageDraw.Draw(page).text(at, text, "black", ImageFont.truetype(font, 28, index))
    return page


@pytest.mark.parametrize("script", UNREAD)
def test_a_page_in_a_script_that_is_not_read_is_reported_and_not_turned(
    engine, script: str
) -> None:
    korean = script == "Korean"
    page = printed(UNREAD[script], *((NOTO, NOTO_KOREAN) if korean else (DEJAVU,)))
    reading = engine.recognise(page_of(page))
    score = low_confidence(reading)
    assert score is not None
    assert score < 0.9
    assert reading.details["direction"] in {UNKNOWN, UPRIGHT}


def test_a_page_of_which_only_the_marks_are_read_is_reported_and_has_no_text(engine) -> None:
    reading = engine.recognise(page_of(printed(UNREAD["Russian"], SERIF)))
    assert reading.lines == ()
    assert (low_confidence(reading), reading.details["direction"]) == (0.0, UPRIGHT)
    assert reading.details["unread_characters"] > 50


def test_rows_of_dots_dashes_and_stars_are_no_text_that_could_not_be_read(engine) -> None:
    page = Image.new("L", (1240, 620), "white")
    for number, row in enumerate(ROWS):
        at = (40, 40 + 55 * number)
        ImageDraw.Draw(page).text(at, row, "black", ImageFont.truetype(MONO, 22))
    reading = engine.recognise(page_of(page))
    assert low_confidence(reading) is None
    assert "unread_characters" not in reading.details
    assert {"12.40", "17.50"} <= {line.text.strip(". ") for line in reading.lines}


@pytest.mark.parametrize("language", READ)
def test_a_page_in_latin_letters_is_not_doubted(engine, language: str) -> None:
    assert low_confidence(engine.recognise(page_of(printed(READ[language], DEJAVU)))) is None


@pytest.mark.parametrize("name", LINES)
def test_the_samples_are_not_doubted(engine, name: str) -> None:
    assert low_confidence(engine.recognise(sample(name))) is None


def test_specks_are_no_text_that_could_not_be_read(engine) -> None:
    page = Image.new("L", (900, 600), "white")
    for left, top in ((100, 100), (300, 50), (700, 200), (500, 480)):
        ImageDraw.Draw(page).ellipse((left, top, left + 9, top + 7), fill="black")
    reading = engine.recognise(page_of(page))
    assert (reading.lines, low_confidence(reading)) == ((), None)
