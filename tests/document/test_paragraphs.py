from dataclasses import replace

import pytest

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from tests.document.paper import drawn, laid_out


def paragraphs(drawing: str, **details: object) -> list[str]:
    return laid_out(drawn(drawing, **details), "paragraphs")


def test_the_rows_of_a_paragraph_are_one_line_with_an_empty_line_between_paragraphs():
    assert paragraphs("""
It was a dark evening when the
ship came in, and nobody stood
there.
The captain saw him first, and
went down to speak to him.

But the man did not answer, he
walked away.
""") == [
        "It was a dark evening when the ship came in, and nobody stood there.",
        "",
        "The captain saw him first, and went down to speak to him.",
        "",
        "But the man did not answer, he walked away.",
    ]


def test_an_indented_row_begins_a_paragraph():
    assert paragraphs("""
It was a dark evening when the
ship came in, and nobody stood
  there, but there was a light
and a voice could be heard too
""") == [
        "It was a dark evening when the ship came in, and nobody stood",
        "",
        "there, but there was a light and a voice could be heard too",
    ]


def test_an_item_of_a_list_begins_a_paragraph():
    assert paragraphs("""
These things are needed by all
- a pen that writes on paper,
1. a lamp for the long evening
(b) a chair, or a bench to sit
""") == [
        "These things are needed by all",
        "",
        "- a pen that writes on paper,",
        "",
        "1. a lamp for the long evening",
        "",
        "(b) a chair, or a bench to sit",
    ]


def test_a_word_that_was_parted_at_the_end_of_a_row_is_whole():
    assert paragraphs("""
It was a dark evening when the har-
bour was shut, and the ship-owner -
who was not from Stratford-
Upon Avon - came to speak about it.
""")[0].startswith("It was a dark evening when the harbour was shut, and the ship-owner - who")


@pytest.mark.parametrize(
    "mark",
    [
        "- ",
        "• ",
        "1. ",
        "12) ",
        "b) ",
        "(c) ",
        "iv. ",
        "一、",
        "\uff08二\uff09",
        "十二、",
        "①",
        "3、",
    ],
)
def test_items_of_a_list_may_begin_with(mark):
    first = "It was a dark evening when the ship"
    item = f"{mark}came in and nobody stood there"
    assert paragraphs(f"{first}\n{item}") == [first, "", item]


@pytest.mark.parametrize(
    "begin", ["it. The ship ", "a.m. the ship ", "水、电、", "です。", "1.5 miles off "]
)
def test_a_short_word_before_a_sign_begins_no_item(begin):
    first = "It was a dark evening when the ship"
    text = f"{begin}came in"
    assert paragraphs(f"{first}\n{text}") == [f"{first} {text}"]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("the old ship-", "owner", "the old shipowner"),
        ("the ad\u2010", "ministration", "the administration"),
        ("the (re\u00ad", "served) seats", "the (reserved) seats"),
        ("my mother-in-", "law", "my mother-in-law"),
        ("der Ein-", "und Ausgang", "der Ein- und Ausgang"),
        ("pages 10-", "page 12", "pages 10- page 12"),
        ("Stratford-", "Upon Avon", "Stratford- Upon Avon"),
    ],
)
def test_the_hyphen_goes_where_a_word_was_parted_by_it(above, below, joined):
    row = "It was a dark evening when "
    assert paragraphs(f"{row}{above}\n{below} shut") == [f"{row}{joined} shut"]


def test_the_rows_of_a_table_stay_lines():
    assert paragraphs("""
Item              Price
Apples             4.20
Bread              2.95
""") == ["Item              Price", "Apples             4.20", "Bread              2.95"]


@pytest.mark.parametrize(
    "stanza",
    [
        pytest.param(
            """
Mrs M. Oakley
22 Mill Lane
Oxford OX3 7QT
""",
            id="rows that begin with capitals and numbers",
        ),
        pytest.param(
            """
Harbour Joinery Ltd
14 Quay Street
Telephone 01496 302 118
office@harbour-joinery.example
""",
            id="rows with room for the next word",
        ),
        pytest.param(
            """
A lamp is lit behind,
a kettle starts to sing;
we mend the nets as once before
and wait upon the spring.
""",
            id="a stanza of a poem",
        ),
    ],
)
def test_each_row_of_an_address_and_of_a_poem_is_a_paragraph(stanza):
    text = """

It was a dark evening when the
ship came in, and nobody stood
there.
"""
    whole = "It was a dark evening when the ship came in, and nobody stood there."
    rows = stanza.strip("\n").split("\n")
    expected = [line for row in rows for line in (row, "")]
    assert paragraphs(stanza + text) == [*expected, whole]


@pytest.mark.parametrize(
    "rows",
    [
        ["Harbour Savings Bank", "IBAN GB29 3161 2681 98", "BIC NWBKGB2L"],
        ["22 Mill Lane, Gate 3", "OXFORD OX3 7QT", "Telephone 0149 23 118"],
    ],
)
def test_rows_of_an_address_may_be_in_capitals(rows):
    assert paragraphs("\n".join(rows)) == [rows[0], "", rows[1], "", rows[2]]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            """
Die Lieferung erfolgt in zehn
Werktagen an die oben genannte
Adresse. Sehr geehrte Damen und
Herren, wir danken Ihnen.
""",
            id="German nouns",
        ),
        pytest.param(
            """
GOODS THAT WERE SOLD ARE NOT
RETURNABLE, BUT MAY BE CHANGED
WITHIN A WEEK.
""",
            id="capitals",
        ),
        pytest.param(
            """
The goods of the Old Harbour 14
Joinery of the Island of Islay,
Have stood the test of time in
""",
            id="rows that all end alike",
        ),
    ],
)
def test_rows_of_a_text_that_begin_with_capitals_are_one_text(text):
    assert paragraphs(text) == [" ".join(text.split())]


def test_rows_of_chinese_are_joined_without_a_space():
    rows = ["天地玄黄宇宙洪荒日月盈昃", "辰宿列张寒来暑往秋收冬藏", "闰余成岁。"]
    page = drawn("\n".join(row for row in rows))
    lines = tuple(
        Line(row, Rectangle(0, 30 * at, 20 * len(row), 20)) for at, row in enumerate(rows)
    )
    page = RecognisedPage(1, 800, 800, lines)
    assert laid_out(page, "paragraphs") == ["".join(rows)]


def told(*paragraphs: list[int]) -> RecognisedPage:
    lines = tuple(Line(words) for words in ("A dark", "evening.", "The", "captain."))
    details = {"paragraphs_result": [{"words_result_idx": indexes} for indexes in paragraphs]}
    return RecognisedPage(1, 600, 800, lines, details)


def test_without_places_the_paragraphs_are_those_of_the_service():
    assert laid_out(told([0, 1], [2, 3]), "paragraphs") == ["A dark evening.", "", "The captain."]


@pytest.mark.parametrize(
    "wrong",
    [([0, 1],), ([0, 1], [1, 2, 3]), ([0, 1], [2, 9]), ([0, 1], [2, "3"]), ([0, 1], [2, -1])],
)
def test_paragraphs_that_leave_out_or_repeat_a_line_are_passed_over(wrong):
    assert laid_out(told(*wrong), "paragraphs") == ["A dark", "evening.", "The", "captain."]


def test_the_rows_of_an_item_may_stand_below_its_text():
    assert paragraphs("""
- a pen that writes on any paper
  which has been in the rain for
  days
- a lamp
  It was a dark evening, and none
""") == [
        "- a pen that writes on any paper which has been in the rain for days",
        "",
        "- a lamp",
        "",
        "It was a dark evening, and none",
    ]


def test_what_stands_to_the_left_of_the_bullet_is_no_row_of_the_item():
    assert paragraphs("""
It was a dark evening when the
   - a pen that writes on paper
There was a light, and a voice
""") == [
        "It was a dark evening when the",
        "",
        "- a pen that writes on paper",
        "",
        "There was a light, and a voice",
    ]


def test_the_margin_of_two_rows_is_where_the_longer_one_ends():
    assert paragraphs("""
It was a dark evening when the ship came in
and nobody stood there.
""") == ["It was a dark evening when the ship came in and nobody stood there."]


def with_line(page: RecognisedPage, text: str, box: Rectangle) -> RecognisedPage:
    return replace(page, lines=(*page.lines, Line(text, box)))


STORY = """
    here was a light on the pier
    and a voice could be heard
where nobody had ever stood on
a dark evening.
"""


def test_an_initial_begins_the_first_of_the_rows_that_it_stands_beside():
    page = with_line(drawn(STORY, places="box"), "T", Rectangle(0, 0, 35, 42))
    whole = "There was a light on the pier and a voice could be heard where nobody had ever stood"
    assert laid_out(page, "paragraphs") == [f"{whole} on a dark evening."]
    assert laid_out(page)[:2] == ["There was a light on the pier", "and a voice could be heard"]


@pytest.mark.parametrize(
    ("initial", "text", "expected"),
    [
        ("I", "n the light of", "In the light of"),
        ("A", "light on the pier", "A light on the pier"),
        ("2", "old men stood there", "2 old men stood there"),
        ("U", "Boats were seen on", "U Boats were seen on"),
    ],
)
def test_an_initial_is_part_of_a_word_or_a_word_of_its_own(initial, text, expected):
    page = drawn(f"    {text}\n    and none of them saw it", places="box")
    assert laid_out(with_line(page, initial, Rectangle(0, 0, 33, 42)))[0] == expected


def test_a_letter_that_is_higher_than_the_row_it_stands_on_begins_its_first_word():
    page = drawn("    here was a light\n\n\nand none of them saw it", places="box")
    assert laid_out(with_line(page, "T", Rectangle(0, -6, 33, 30)))[0] == "There was a light"


def test_a_text_that_is_indented_as_a_whole_is_one_paragraph():
    quoted = """
    The captain saw him first, and he went down to speak to him,
    but the man did not answer him a word, and he looked out at
    the sea.
"""
    text = "It was a dark evening when the ship came in, and the old man said to him:"
    *_, last = paragraphs(f"{text}\n{text}\n{quoted.strip(chr(10))}")
    assert last == " ".join(quoted.split())


def test_a_text_that_is_narrower_than_its_block_is_one_paragraph():
    narrow = """
The captain saw him first,
and he went down to speak
to him, but the man would
not answer him a word, and
so the captain looked out
at the sea.
"""
    wide = "It was a dark evening when the ship came in and"
    found = paragraphs(f"{wide}\n{wide}\n\n{narrow.strip(chr(10))}")
    assert found == [f"{wide} {wide}", "", " ".join(narrow.split())]


@pytest.mark.parametrize("texts", [["", "", "", ""], ["A ", " B", "C", " "], ["1", "", "2", "3"]])
def test_rows_without_a_word_are_rows_all_the_same(texts):
    lines = tuple(Line(text, Rectangle(0, 24 * at, 90, 18)) for at, text in enumerate(texts))
    found = laid_out(RecognisedPage(1, 800, 800, lines), "paragraphs")
    assert "".join("".join(found).split()) == "".join("".join(texts).split())


def test_the_rows_of_a_chinese_notice_are_no_stanza():
    rows = ["各位住户", "因更换水管本楼定于四月六日上午至", "下午停水", "如有疑问请打电话"]
    lines = tuple(
        Line(row, Rectangle(0, 30 * at, 40 * len(row), 40)) for at, row in enumerate(rows)
    )
    found = laid_out(RecognisedPage(1, 800, 800, lines), "paragraphs")
    assert rows[1] + rows[2] in found
