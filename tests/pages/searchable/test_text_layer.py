"""What is found, selected and copied in a searchable PDF is what was read, where it was read."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

import pikepdf
import pytest
from PIL import Image

from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.searchable.visual import visual
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pages import (
    HUNDRED_DPI,
    PROSE,
    SIZE,
    boxes_of,
    encoded,
    parted,
    placed,
    text_of,
    turned,
    words_of,
)
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    needs_poppler,
    overlap,
    pdfium_text,
    poppler_pages,
    poppler_text,
)
from tests.scans.papers import chinese_downwards, letter, two_columns
from tests.scans.typeset import has_fonts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Point = tuple[float, float]

SHEET = encoded(Image.new("L", SIZE, 255), "PNG", dpi=HUNDRED_DPI)

pytestmark = needs_poppler
needs_fonts = pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core, fonts-noto-cjk")


def laid(*rows: str) -> bytes:
    return searchable(SHEET, [text_of(rows)])


def test_a_thousand_chinese_characters_are_copied_as_they_were_read() -> None:
    characters = "".join(chr(code) for code in range(0x4E00, 0x4E00 + 1000))
    rows = [characters[start : start + 50] for start in range(0, 1000, 50)]
    pdf = laid(*rows)
    assert "".join(poppler_text(pdf).split()) == characters
    assert "".join(pdfium_text(pdf).split()) == characters


ASTRAL = ["𠀀𠮷野家", "\U0001d49c\U0001d4d1", "😀", "𐍈"]


def test_characters_beyond_the_basic_plane_are_copied_as_they_were_read() -> None:
    pdf = laid(" ".join(ASTRAL))
    assert poppler_text(pdf).split() == ASTRAL
    assert pdfium_text(pdf).split() == ASTRAL


@pytest.mark.parametrize(
    "row",
    ["שלום לכולם מ־2024 ועד 12,50 היום", "مرحبا بالعالم 456 اليوم", "שלום לכולם היום"],
    ids=["Hebrew with numbers", "Arabic with numbers", "Hebrew"],
)
def test_writing_from_right_to_left_is_copied_in_the_order_in_which_it_is_read(row: str) -> None:
    words = row.split()
    (line,) = text_of([row]).lines
    mirrored = tuple(
        PlacedWord(word.text, tuple((SIZE[0] - x, y) for x, y in _mirrored(word.quad)), word.spaced)
        for word in line
    )
    pdf = searchable(SHEET, [PageText(1, *SIZE, (mirrored,))])
    assert pdfium_text(pdf).split() == words
    if not any(character.isdigit() for character in row):  # poppler loses spaces beside numbers
        assert poppler_text(pdf).split() == words


def _mirrored(quad: Sequence[Point]) -> tuple[Point, ...]:
    top_left, top_right, bottom_right, bottom_left = quad
    return top_right, top_left, bottom_left, bottom_right


def test_marks_stay_with_their_letters_where_a_word_is_turned_round() -> None:
    assert visual("שָׁ12ב") == "ב12שָׁ"


@needs_fonts
def test_columns_of_vertical_japanese_are_found_from_right_to_left() -> None:
    columns = ["吾輩は猫である", "名前はまだ無い", "どこで生れたか", "見当がつかぬ"]
    lines = []
    for number, column in enumerate(columns):
        left, bottom = 700 - 80 * number, 100 + 50 * len(column)
        quad = ((left + 40, 100), (left + 40, bottom), (left, bottom), (left, 100))
        lines.append((PlacedWord(column, quad),))
    text = PageText(1, *SIZE, tuple(lines))
    pdf = searchable(SHEET, [text])
    assert poppler_text(pdf).split() == columns
    assert pdfium_text(pdf).split() == columns
    for (word, place), (found, box) in zip(
        boxes_of(text, 0.72), poppler_pages(pdf)[0].words, strict=True
    ):
        assert (found, overlap(place, box) > 0.95) == (word, True)


BOUGHT = [("Apples", "3.48"), ("Rye bread", "2.95"), ("Butter", "12.60"), ("Paper bag", "0.20")]
"""What stands at the left and at the right of a till receipt, far apart."""


def bought(pitch: int = 40) -> PageText:
    """A receipt with nothing above or below its two columns."""
    rows = []
    for number, (article, price) in enumerate(BOUGHT):
        top, right = 100 + pitch * number, 800
        row, left = [], 50
        for word in article.split():
            row.append(_box(word, left, top))
            left = round(row[-1].quad[1][0]) + 10
        row.append(_box(price, right - 14 * len(price), top, spaced=False))
        rows.append(tuple(row))
    return PageText(1, *SIZE, tuple(rows))


def _box(word: str, left: float, top: float, *, spaced: bool = True) -> PlacedWord:
    right, bottom = left + 14 * len(word), top + 24
    return PlacedWord(word, ((left, top), (right, top), (right, bottom), (left, bottom)), spaced)


@pytest.mark.parametrize("degrees", [-2, 0, 2, 180])
def test_articles_and_prices_are_found_row_by_row(degrees: int) -> None:
    pdf = searchable(SHEET, [turned(bought(), degrees)])
    rows = [" ".join(row) for row in BOUGHT]
    assert [
        " ".join(line.split()) for line in poppler_text(pdf).splitlines() if line.strip()
    ] == rows
    assert pdfium_text(pdf).split() == words_of(bought())


@pytest.mark.parametrize("step", [22, 30])
def test_a_price_below_its_article_is_found_after_it_and_before_the_next_article(step: int) -> None:
    rows = []
    for number, (article, price) in enumerate(BOUGHT):
        top = 100 + 2 * step * number
        word = article.replace(" ", "")
        rows += [
            (_box(word, 50, top, spaced=False),),
            (_box(price, 400, top + step, spaced=False),),
        ]
    text = PageText(1, *SIZE, tuple(rows))
    pdf = searchable(SHEET, [text])
    assert poppler_text(pdf).split() == words_of(text)
    assert pdfium_text(pdf).split() == words_of(text)


def test_a_wide_space_is_no_part_of_the_words_beside_it() -> None:
    text = bought()
    places = dict(boxes_of(text, 0.72))
    found = [(word, box) for word, box in poppler_pages(searchable(SHEET, [text]))[0].words]
    assert sorted(word for word, _ in found if word.strip()) == sorted(words_of(text))
    assert {word for word, _ in found if not word.strip()} == {"  "}
    assert min(overlap(places[word], box) for word, box in found if word.strip()) > 0.85


@pytest.mark.parametrize("degrees", [-3, -2, -1, 1, 2, 3])
def test_rows_that_rise_by_more_than_their_height_are_found_in_order(degrees: int) -> None:
    rows = [f"row {number} has many words that lie side by side to its end" for number in range(20)]
    text = turned(text_of(rows), degrees)
    pdf = searchable(SHEET, [text])
    assert found_in_order(words_of(text), poppler_text(pdf).split()) == 1
    assert [line for line in pdfium_text(pdf).splitlines() if line.strip()] == rows


@pytest.mark.parametrize(
    ("rows", "copied"),
    [
        (["see the well-", "known quay"], ["see", "the", "wellknown", "quay"]),
        (["TAX INVOICE-", "BATTERY 12"], ["TAX", "INVOICE-", "BATTERY", "12"]),
        (["less 11.60-", "0.20 more"], ["less", "11.60-", "0.20", "more"]),
    ],
)
def test_a_hyphen_joins_rows_only_if_it_parts_a_word(rows: list[str], copied: list[str]) -> None:
    assert poppler_text(laid(*rows)).split() == copied


def test_a_character_that_is_taken_for_a_column_stands_in_its_row() -> None:
    words = [_box("3.72", 50, 100), _box("0", 300, 100), _box("11.16", 500, 100, spaced=False)]
    above, right, below, left = words[1].quad
    words[1] = PlacedWord("0", (right, below, left, above), spaced=True)
    pdf = searchable(SHEET, [PageText(1, *SIZE, (tuple(words),))])
    assert poppler_text(pdf).split() == ["3.72", "0", "11.16"]
    assert pdfium_text(pdf).split() == ["3.72", "0", "11.16"]


@pytest.mark.parametrize("degrees", [-8, 8])
def test_a_word_whose_frame_leans_by_chance_stands_in_its_row(degrees: int) -> None:
    lines = [*bought(pitch=32).lines]
    written = PlacedWord("V1.26", ((705, 138), (797, 138), (797, 172), (705, 172)))
    (leaning,) = turned(PageText(1, 1502, 310, ((written,),)), degrees).lines
    lines[1] = (*lines[1][:-1], *leaning)
    text = PageText(1, *SIZE, tuple(lines))
    pdf = searchable(SHEET, [text])
    assert poppler_text(pdf).split() == words_of(text)
    assert pdfium_text(pdf).split() == words_of(text)


@pytest.mark.parametrize("degrees", [-3, -1, 0, 1, 3, 20, 90, 180, 270])
def test_each_word_of_a_turned_page_is_whole_and_lies_on_its_ink(degrees: int) -> None:
    text = turned(text_of(PROSE, (1100, 1100)), degrees)
    pdf = searchable(encoded(Image.new("L", (1100, 1100), 255), "PNG", dpi=HUNDRED_DPI), [text])
    assert found_in_order(words_of(text), pdfium_text(pdf).split()) == 1
    if degrees != 20:  # poppler reads along the edges of the page
        assert found_in_order(words_of(text), poppler_text(pdf, "-raw").split()) == 1
        places = boxes_of(text, 0.72)
        words = [(word, box) for word, box in poppler_pages(pdf)[0].words if word.strip()]
        assert sorted(word for word, _ in words) == sorted(words_of(text))
        for found, box in words:
            assert max(overlap(place, box) for word, place in places if word == found) >= 0.7


@needs_fonts
@pytest.mark.parametrize(
    "paper", [letter, two_columns, chinese_downwards], ids=lambda of: of.__name__
)
def test_a_printed_page_is_found_in_the_order_in_which_it_is_read(
    paper: Callable[[], object],
) -> None:
    page = paper()
    size = page.drawing.image.size
    lines = tuple(map(parted, placed(page.blocks)))
    data = encoded(page.drawing.image, "JPEG", dpi=(page.dpi, page.dpi))
    pdf = searchable(data, [PageText(1, *size, lines)])
    wanted = [word.text for words in lines for word in words]
    assert found_in_order(wanted, pdfium_text(pdf).split()) >= 0.99
    assert found_in_order(wanted, poppler_text(pdf).split()) >= 0.99


@pytest.mark.parametrize(
    ("hostile", "copied"),
    [
        ("a\x00b", "a b"),
        ("]]>", "]]>"),
        (")Tj(", ")Tj("),
        ("\\n<41>", "\\n<41>"),
        ("lone\ud800surrogate", "lone\ufffdsurrogate"),
        ("e\u0301", "é"),
        ("\u202eevil", "evil"),
        ("\uffff", "\ufffd"),
    ],
)
def test_hostile_text_is_text(hostile: str, copied: str) -> None:
    quad = ((50, 50), (300, 50), (300, 90), (50, 90))
    pdf = searchable(SHEET, [PageText(1, *SIZE, ((PlacedWord(hostile, quad),),))])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        shown = [
            str(instruction.operator)
            for instruction in pikepdf.parse_content_stream(opened.pages[0])
        ]
    assert shown.count("Tj") == 1
    direction = {ord("\u202e"): None, ord("\u202c"): None}
    found = " ".join(poppler_text(pdf).translate(direction).split())
    assert unicodedata.normalize("NFC", found) == copied


@pytest.mark.parametrize(
    "quad",
    [
        ((50, 50), (50, 50), (50, 50), (50, 50)),
        ((50, 50), (90, 50), (90, 50), (50, 50)),
        ((-1e7, -1e7), (1e7, -1e7), (1e7, 1e7), (-1e7, 1e7)),
    ],
)
def test_a_word_without_a_proper_place_does_no_harm(quad: tuple[Point, ...]) -> None:
    pdf = searchable(SHEET, [PageText(1, *SIZE, ((PlacedWord("word", quad),),))])
    assert "word" in pdfium_text(pdf)


def test_nothing_of_it_is_seen() -> None:
    from tests.pages.searchable.test_pictures import drawn  # noqa: PLC0415

    assert drawn(laid(*PROSE)).getextrema() == ((255, 255),) * 3


def test_spaces_stand_between_words_and_nowhere_else() -> None:
    quads = [((x, 50), (x + 60, 50), (x + 60, 80), (x, 80)) for x in (50, 110, 170)]
    words = tuple(
        PlacedWord(text, quad, spaced)
        for text, quad, spaced in zip(
            ["发票", "号码", "one"], quads, [False, True, False], strict=True
        )
    )
    pdf = searchable(SHEET, [PageText(1, *SIZE, (words,))])
    assert poppler_text(pdf).split() == ["发票号码", "one"]
    assert pdfium_text(pdf).split() == ["发票号码", "one"]
