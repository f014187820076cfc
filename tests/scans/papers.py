"""Every kind of printed page whose text has rows, columns and an order."""
# ruff: noqa: RUF001  Chinese has its own punctuation

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.scans.prose import chinese, english
from tests.scans.typeset import BOLD, CHINESE, MONO, SANS, SERIF, Face, Paper, Sheet, Text, column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_LEFT = 57.0
_RIGHT = 538.0
_TILL_ROLL = (227, 400)


def letter() -> Paper:
    """A letter: sender, date at the right, paragraphs, signature."""
    sheet = Sheet()
    sheet.block([_text("Larch & Sons, Boatbuilders", 60, BOLD, 18)])
    sheet.block([_text("3 Kettleness Quay, Dunmarrow", 84, SANS, 10)])
    sheet.block([(Text(_RIGHT, 140, "9 October 2024", right=True),)])
    sheet.block([_text("Dear Mr Brannock,", 190)])
    sheet.block(column(english(0, 55), _LEFT, 220, _RIGHT - _LEFT))
    sheet.block(column(english(55, 60), _LEFT, 320, _RIGHT - _LEFT))
    sheet.block([_text("Yours faithfully,", 430)])
    sheet.block([_text("Oswin Tattersall", 500)])
    return sheet.scanned("letter")


def receipt() -> Paper:
    """A till receipt: articles on the left, prices on the right."""
    return _receipt("receipt", 0)


def crooked_receipt() -> Paper:
    """The same, turned clockwise."""
    return _receipt("crooked receipt", -1.5)


def two_columns() -> Paper:
    """Two columns of the same width."""
    return _two_columns(Sheet()).scanned("two columns")


def crooked_columns() -> Paper:
    """The same, turned counter-clockwise."""
    return _two_columns(Sheet()).scanned("crooked columns", crooked=2)


def coarse_columns() -> Paper:
    """The same, at a hundred dots an inch."""
    return _two_columns(Sheet(dpi=100)).scanned("two columns, 100 dpi")


def headline() -> Paper:
    """Three columns, and a headline over all of them."""
    return _newspaper(Sheet()).scanned("headline over three columns")


def fine_headline() -> Paper:
    """The same, at three hundred dots an inch."""
    return _newspaper(Sheet(dpi=300)).scanned("headline over three columns, 300 dpi")


def uneven_columns() -> Paper:
    """A wide column, and a narrow one in smaller letters."""
    sheet = Sheet()
    sheet.block(column(english(40, 190), _LEFT, 80, 320))
    sheet.block(column(english(300, 120), 397, 80, 141, size=9, face=SANS))
    return sheet.scanned("columns of different widths")


def picture() -> Paper:
    """A heading, a picture with text beside it, and text below both."""
    sheet = Sheet()
    sheet.block([_text("The lighthouse at Dunmarrow", 60, BOLD, 18)])
    sheet.picture(_LEFT, 100, 290, 330)
    sheet.block(column(english(160, 95), 306, 100, _RIGHT - 306))
    sheet.block(column(english(330, 90), _LEFT, 350, _RIGHT - _LEFT))
    return sheet.scanned("picture beside a column")


def table() -> Paper:
    """A table between two paragraphs."""
    sheet = Sheet()
    sheet.block(column(english(200, 50), _LEFT, 70, _RIGHT - _LEFT))
    rows = (
        ("Harbour", "Boats", "Catch in kg", "Paid"),
        ("Kettleness", "14", "2310", "4158.00"),
        ("Dunmarrow", "9", "1745", "3141.00"),
        ("Old Quay", "27", "5020", "9036.00"),
        ("Sealskin Bay", "3", "480", "864.00"),
        ("Heather Point", "11", "1966", "3538.80"),
    )
    sheet.block(_ruled(sheet, rows, (_LEFT + 10, 210, 310, 430), 170))
    sheet.block(column(english(420, 60), _LEFT, 340, _RIGHT - _LEFT))
    return sheet.scanned("table")


def footnote() -> Paper:
    """Two columns, and a footnote under a rule below both."""
    sheet = Sheet()
    sheet.block(column(english(90, 150), _LEFT, 80, 230))
    sheet.block(column(english(240, 150), 308, 80, 230))
    sheet.rule(_LEFT, 745, 200, 745)
    sheet.block(column(english(560, 38), _LEFT, 752, _RIGHT - _LEFT, size=8))
    return sheet.scanned("footnote")


def form() -> Paper:
    """A form that was filled in: labels, and what was written behind them on a rule."""
    sheet = Sheet()
    sheet.block([_text("Application for a berth", 60, BOLD, 18)])
    rows = (
        ("Name", "Tamsin Quillfeather"),
        ("Address", "14 Harbour Lane, Northwick"),
        ("Telephone", "5550 1234"),
        ("Boat", "Green Lantern"),
        ("Length", "7.80 m", "Draught", "1.10 m"),
        ("From", "1 May 2025", "Until", "30 September 2025"),
        ("Berth wanted", "North pier"),
    )
    sheet.block(_filled_in(sheet, rows, 120))
    sheet.block(column(english(125, 40), _LEFT, 380, _RIGHT - _LEFT, size=9, face=SANS))
    return sheet.scanned("form")


def chinese_columns() -> Paper:
    """Chinese in two columns under a headline."""
    sheet = Sheet()
    sheet.block([(Text(200, 60, "渡口与集市的一年", 24, CHINESE),)])
    sheet.block(column(chinese(0, 9), _LEFT, 120, 230, face=CHINESE))
    sheet.block(column(chinese(9, 9), 308, 120, 230, face=CHINESE))
    return sheet.scanned("Chinese in two columns")


def chinese_list() -> Paper:
    """A Chinese list of goods."""
    sheet = Sheet()
    sheet.block([(Text(200, 60, "云杉办公用品商店", 22, CHINESE),)])
    rows = (
        ("品名", "数量", "单价", "金额"),
        ("复印纸", "20", "23.50", "470.00"),
        ("文件夹", "45", "6.80", "306.00"),
        ("黑色墨水", "12", "39.00", "468.00"),
        ("订书机", "3", "28.00", "84.00"),
    )
    sheet.block(_ruled(sheet, rows, (_LEFT + 10, 240, 350, 460), 130, CHINESE))
    sheet.block([_text("货物已当面点清，请妥善保管此单。", 310, CHINESE, 13)])
    return sheet.scanned("Chinese list")


def chinese_downwards() -> Paper:
    """Two paragraphs in Chinese, set downwards from right to left."""
    sheet = Sheet()
    sentences = [chinese(first, 1) for first in range(12)]
    for paragraph, right in ((sentences[:6], _RIGHT - 30), (sentences[6:], _RIGHT - 250)):
        sheet.block(
            (Text(right - 32 * number, 90, words, 18, CHINESE, down=True),)
            for number, words in enumerate(paragraph)
        )
    return sheet.scanned("Chinese downwards")


KINDS: Mapping[str, Callable[[], Paper]] = {
    kind.__name__: kind
    for kind in (
        letter,
        receipt,
        crooked_receipt,
        two_columns,
        crooked_columns,
        coarse_columns,
        headline,
        fine_headline,
        uneven_columns,
        picture,
        table,
        footnote,
        form,
        chinese_columns,
        chinese_list,
        chinese_downwards,
    )
}
"""All of them, by the names of their functions."""


def _text(words: str, top: float, face: Face = SERIF, size: float = 11) -> tuple[Text]:
    return (Text(_LEFT, top, words, size, face),)


def _receipt(name: str, crooked: float) -> Paper:
    sheet = Sheet(dpi=190, size=_TILL_ROLL)
    sheet.block([(Text(50, 20, "GREEN BASKET", 16, BOLD),), (Text(52, 42, "27 Orchard Road", 11),)])
    sheet.block([_left("Receipt 004817", 76), _left("2025-03-08  17:42", 93)])
    sheet.rule(14, 116, 212, 116)
    bought = (
        ("Apples 1.2 kg", "3.48"),
        ("Rye bread", "2.95"),
        ("Butter 250 g", "2.60"),
        ("Coffee beans", "8.75"),
        ("Paper bag", "0.20"),
        ("Thyme honey", "6.15"),
    )
    sheet.block(_priced(bought, 126))
    sheet.rule(14, 240, 212, 240)
    sheet.block(_priced((("TOTAL", "24.13"), ("Cash", "30.00"), ("Change", "5.87")), 250))
    sheet.block([(Text(46, 330, "Thank you, come again", 9, MONO),)])
    return sheet.scanned(name, crooked=crooked)


def _left(words: str, top: float) -> tuple[Text]:
    return (Text(14, top, words, 10, MONO),)


def _priced(rows: Iterable[tuple[str, str]], top: float) -> list[tuple[Text, Text]]:
    return [
        (
            Text(14, top + 18 * number, article, 10, MONO),
            Text(212, top + 18 * number, price, 10, MONO, right=True),
        )
        for number, (article, price) in enumerate(rows)
    ]


def _two_columns(sheet: Sheet) -> Sheet:
    sheet.block(column(english(20, 160), _LEFT, 80, 230))
    sheet.block(column(english(180, 160), 308, 80, 230))
    return sheet


def _newspaper(sheet: Sheet) -> Sheet:
    sheet.block([_text("Second boat for the northern islands", 60, BOLD, 22)])
    sheet.rule(_LEFT, 98, _RIGHT, 98)
    for number in range(3):
        left = _LEFT + 165 * number
        sheet.block(column(english(60 + 110 * number, 110), left, 110, 150, size=10))
    return sheet


def _ruled(
    sheet: Sheet,
    rows: Sequence[Sequence[str]],
    lefts: Sequence[float],
    top: float,
    face: Face = SANS,
) -> list[list[Text]]:
    """The rows of a table, with a rule above and below each."""
    for number in range(len(rows) + 1):
        sheet.rule(_LEFT, top + 25 * number, _RIGHT, top + 25 * number)
    return [
        [
            Text(left, top + 5 + 25 * row, words, 11, face)
            for left, words in zip(lefts, cells, strict=True)
        ]
        for row, cells in enumerate(rows)
    ]


def _filled_in(sheet: Sheet, rows: Sequence[Sequence[str]], top: float) -> list[list[Text]]:
    """The rows of a form: labels in small letters, each with a rule behind it."""
    texts = []
    for number, cells in enumerate(rows):
        y = top + 34 * number
        lefts, ends = (_LEFT, 150, 330, 400), (300 if len(cells) > 2 else _RIGHT, _RIGHT)
        for left, end in zip(lefts[1 : len(cells) : 2], ends, strict=False):
            sheet.rule(left, y + 16, end, y + 16)
        texts.append(
            [
                Text(left, y, words, *((12, MONO) if place % 2 else (10, SANS)))
                for place, (left, words) in enumerate(zip(lefts, cells, strict=False))
            ]
        )
    return texts
