from dataclasses import replace

import pytest

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.structure import Paragraph, structure_of
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from tests.document.paper import drawn, laid_out, turned

HEADLINE = "The headline of this page"
LEFT = """
It was a dark evening when the
ship came in, and nobody stood
on the pier but an old man who
had waited since the morning.

The captain saw him first, and
went down to speak to him. But
the man did not answer, and he
walked away.
"""
RIGHT = """
of the harbour, which had been
closed for a year, and the men
who had worked there sat in the
tavern.

The next day nobody spoke of it
any more, and the old man was
gone as if he had never been.
A letter came a week later.
"""
NARROW = (
    """
The mayor said on
Monday that the old
bridge will be shut
in May, and that no
cars may cross it
until the repairs
are done. This will
take a year or a
""",
    """
two weeks, as a man
of the city told us.

Nobody knows how the
trade will live with
it. The ferry, which
runs once an hour, is
full on most days.
""",
    """
lion, which is less
than had been said a
year ago.
The next session is
in June, and all who
live near the river
may come to it, the
mayor said.
""",
)
TABLE = """
Ship           tons                men        berth
Anna           1200                14         A3
Bertha         900                 9          B1
Clara          2400                22         A1
"""
FOOTNOTE = "1 The figures are those of the city's own office, as of the first of May in this year."


def rows(drawing: str) -> list[str]:
    return [row for row in drawing.strip("\n").split("\n") if row]


def side_by_side(*columns: str, gap: int = 5) -> str:
    """Draw columns beside each other, with their first rows on one height."""
    split = [column.strip("\n").split("\n") for column in columns]
    widths = [max(map(len, column)) + gap for column in split]
    height = max(map(len, split))
    padded = [column + [""] * (height - len(column)) for column in split]
    return "\n".join(
        "".join(row.ljust(width) for row, width in zip(line, widths, strict=True)).rstrip()
        for line in zip(*padded, strict=True)
    )


def below(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts)


TWO = side_by_side(LEFT, RIGHT)


def test_columns_of_text_are_read_one_after_the_other():
    assert laid_out(drawn(TWO)) == rows(LEFT) + rows(RIGHT)


@pytest.mark.parametrize("gap", [2, 3, 12])
def test_the_gutter_may_be_narrow_or_wide(gap):
    assert laid_out(drawn(side_by_side(LEFT, RIGHT, gap=gap))) == rows(LEFT) + rows(RIGHT)


@pytest.mark.parametrize("degrees", [-3, 3])
def test_columns_of_a_crooked_page_are_found(degrees):
    assert laid_out(drawn(TWO, move=turned(degrees))) == rows(LEFT) + rows(RIGHT)


def test_three_columns_stand_under_a_headline_and_above_a_footnote():
    page = below(" " * 14 + HEADLINE, side_by_side(*NARROW), FOOTNOTE)
    columns = [row for column in NARROW for row in rows(column)]
    assert laid_out(drawn(page)) == [HEADLINE, *columns, FOOTNOTE]


def test_a_headline_may_span_some_of_the_columns():
    left = below("    A headline over two", side_by_side(*NARROW[:2]))
    page = side_by_side(left, LEFT)
    expected = ["A headline over two", *rows(NARROW[0]), *rows(NARROW[1]), *rows(LEFT)]
    assert laid_out(drawn(page)) == expected


def test_columns_may_have_different_widths():
    page = side_by_side(NARROW[0], RIGHT)
    assert laid_out(drawn(page)) == rows(NARROW[0]) + rows(RIGHT)


def test_a_column_may_begin_below_a_picture():
    lower = "\n" * 5 + NARROW[1].strip("\n")
    assert laid_out(drawn(side_by_side(LEFT + RIGHT, lower))) == (
        rows(LEFT) + rows(RIGHT) + rows(NARROW[1])
    )


def test_the_words_below_a_picture_are_not_part_of_the_text_beside_it():
    caption = "\n" * 5 + "Fig. 1: The old pier in\nthe winter of 1904."
    wide = "A text that goes across the whole page, before a picture stands in its way"
    page = f"{wide}\n{side_by_side(LEFT, caption)}\n{wide}"
    assert laid_out(drawn(page)) == [wide, *rows(LEFT), *rows(caption), wide]


def test_a_table_below_columns_is_read_row_by_row():
    # One of its own gaps lies where the gutter of the columns is.
    found = laid_out(drawn(below(TWO, TABLE)))
    assert found == [*rows(LEFT), *rows(RIGHT), *rows(TABLE)]


def test_a_table_between_columns_is_read_in_its_place():
    found = laid_out(drawn(below(TWO, TABLE, side_by_side(RIGHT, LEFT))))
    assert found == [*rows(LEFT), *rows(RIGHT), *rows(TABLE), *rows(RIGHT), *rows(LEFT)]


def test_a_footnote_in_two_pieces_is_read_after_the_columns():
    page = drawn(below(TWO, "", f"{FOOTNOTE[:30]}|{FOOTNOTE[31:]}"))
    *lines, last = page.lines
    near = replace(last, quad=tuple((x - 8, y) for x, y in last.quad))
    found = laid_out(replace(page, lines=(*lines, near)))
    assert found == [*rows(LEFT), *rows(RIGHT), FOOTNOTE]


def test_two_rows_that_were_read_as_one_do_not_end_the_columns():
    drawing = TWO.split("\n")
    drawing[2] = drawing[2].replace("     ", " of ")
    found = laid_out(drawn("\n".join(drawing)))
    assert found == [
        *rows(LEFT)[:2],
        drawing[2],
        *rows(LEFT)[3:],
        *rows(RIGHT)[:2],
        *rows(RIGHT)[3:],
    ]


def test_a_list_with_prices_is_no_column_of_text():
    receipt = "\n".join(
        f"{name:<34}{price:>6}"
        for name, price in [
            ("Coffee beans from Ethiopia 500 g", "8.75"),
            ("Rye bread, cut, in a paper bag", "2.95"),
            ("Apples of the region, 1.2 kg", "3.48"),
            ("Butter, salted, of two farms", "2.60"),
            ("Paper bag with the shop's name", "0.20"),
        ]
    )
    assert laid_out(drawn(receipt)) == rows(receipt)


def test_right_to_left_columns_begin_on_the_right():
    left, right = (
        "\n".join("\u05d0" * len(row) + str(number) for number, row in enumerate(rows(side)))
        for side in (LEFT, RIGHT)
    )
    page = side_by_side(left, right)
    assert laid_out(drawn(page)) == rows(right) + rows(left)


def test_cells_of_a_right_to_left_row_begin_on_the_right():
    page = drawn("12.50          \u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd")
    (row,) = laid_out(page)
    assert row.split() == ["\u05e9\u05dc\u05d5\u05dd", "\u05e2\u05d5\u05dc\u05dd", "12.50"]


def test_a_page_of_more_lines_than_any_paper_has_is_laid_out_all_the_same():
    many = "\n".join("word  " * 5 for _ in range(1000))
    assert len(laid_out(drawn(many))) == 1000


def test_a_letter_is_read_from_its_top_down_whichever_side_its_parts_stand_on():
    letter = """
                                        Harbour Joinery
                                        14 Quay Street
                                        Port Ellen

Mrs Margaret Oakley
Rose Cottage, Mill Lane
Oxford OX3 7QT

                                        Port Ellen, 14 March

Your order of oak shelves
"""
    assert laid_out(drawn(letter)) == [row.strip() for row in rows(letter)]


def test_the_line_that_begins_a_letter_is_read_after_both_addresses():
    addresses = side_by_side(
        "Mrs Margaret Oakley\nRose Cottage\n22 Mill Lane", "Harbour Joinery\n14 Quay Street\nOban"
    )
    read = laid_out(drawn(below(addresses, "Dear Mrs Oakley,")))
    assert read[-1] == "Dear Mrs Oakley,"
    assert len(read) > 1


def test_a_title_that_is_as_narrow_as_a_column_is_read_before_all_columns():
    middle = len(side_by_side(NARROW[0]).split("\n")[0]) + 8
    page = below(" " * middle + "The Post", "", side_by_side(*NARROW))
    columns = [row for column in NARROW for row in rows(column)]
    assert laid_out(drawn(page)) == ["The Post", *columns]


def test_a_second_column_that_begins_higher_is_read_second():
    above = rows(RIGHT)[3:]
    page = below("\n".join(" " * 36 + row for row in above), side_by_side(LEFT, RIGHT))
    assert laid_out(drawn(page)) == [*rows(LEFT), *above, *rows(RIGHT)]


def test_what_was_read_in_a_picture_between_columns_parts_none_of_them():
    page = drawn(side_by_side(*NARROW), places="box")
    large = Line("7", Rectangle(120, 20, 330, 130))
    found = laid_out(replace(page, lines=(*page.lines, large)))
    text = [row for column in NARROW for row in rows(column)]
    assert [row for row in found if row != "7"] == text
    assert "7" in found


def test_a_headline_that_is_far_higher_than_the_text_stays_where_it_is():
    page = drawn(below("\n" * 6, side_by_side(LEFT, RIGHT)), places="box")
    large = Line("FAIR", Rectangle(100, 0, 400, 120))
    lines = tuple(
        replace(line, box=line.box._replace(top=line.box.top + 200))
        for line in page.lines
        if line.box
    )
    assert laid_out(replace(page, lines=(*lines, large))) == ["FAIR", *rows(LEFT), *rows(RIGHT)]


def test_boxes_of_text_in_two_rows_are_read_row_by_row():
    boxes = [part.split("\n\n") for part in (LEFT.strip("\n"), RIGHT.strip("\n"))]
    upper, lower = (side_by_side(boxes[0][at], boxes[1][at]) for at in (0, 1))
    expected = [row for at in (0, 1) for box in boxes for row in rows(box[at])]
    assert laid_out(drawn(below(upper, "", lower))) == expected
    assert laid_out(drawn(below(upper, lower))) == rows(LEFT) + rows(RIGHT)


def test_a_caption_beside_a_text_does_not_end_columns_that_follow():
    text = "\n".join(rows(LEFT)[:6])
    page = below(side_by_side("The old harbour", text), "", "", side_by_side(LEFT, RIGHT))
    found = laid_out(drawn(page))
    assert sorted(found) == sorted(["The old harbour", *rows(text), *rows(LEFT), *rows(RIGHT)])


GOING_ON = (
    """
It was a dark evening when the
ship came in, and nobody stood
on the pier but an old man who
had waited since the morning.

The captain saw him first, and
went down to speak to the har-
""",
    """
bour master, who had seen that
ship long ago.
Nobody spoke of it any more in
the years that came after that
day, and the tavern was closed
for ever.
""",
)


def test_a_paragraph_goes_on_at_the_head_of_the_next_column():
    page = drawn(side_by_side(*GOING_ON))
    going_on = (
        "The captain saw him first, and went down to speak to the harbour master, who had seen"
    )
    assert f"{going_on} that ship long ago." in laid_out(page, "paragraphs")
    (elements,) = structure_of([page])
    assert Paragraph((f"{going_on} that ship long ago.",)) in elements


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        ("went down to that harbour, it.", "bour master"),
        ("went down to speak to the har", "Bour m"),
    ],
)
def test_a_sentence_that_ends_with_its_column_does_not_go_on(end, begin):
    left = GOING_ON[0].replace("went down to speak to the har-", end)
    right = GOING_ON[1].replace("bour master", begin)
    found = laid_out(drawn(side_by_side(left, right)), "paragraphs")
    assert found[found.index("") :][1].endswith(end)


def with_rows(page: RecognisedPage, text: str, left: int, step: float) -> RecognisedPage:
    """Return a page with further rows, in smaller print than its own."""
    lines = [
        Line(row, Rectangle(left, round(number * step), len(row) * 8, 14))
        for number, row in enumerate(rows(text))
    ]
    return replace(page, lines=(*page.lines, *lines))


def test_blocks_whose_rows_have_distances_of_their_own_are_read_one_after_the_other():
    address = "Frau\nUrsula Grote\nAhornweg 5\n89073 Ulm"
    office = "Bearbeiter: Herr Moll\nZimmer: 214\nTelefon: 0731\nDatum: 14.3.\nZeichen: 44-118/23"
    letter = drawn(f"{address}\n\n\nBescheid der Gemeinde\nSehr geehrte Frau Grote", places="box")
    assert laid_out(with_rows(letter, office, 500, 19)) == [
        *rows(address),
        *rows(office),
        "Bescheid der Gemeinde",
        "Sehr geehrte Frau Grote",
    ]


def test_the_rows_of_a_table_may_have_a_multiple_of_the_distances_of_others():
    names = drawn("Anna\n\nBertha\n\nClara\n\nDora", places="box")
    numbers = "of Ulm\nno. 12\nof Oban\nno. 13\nof Bonn\nno. 14\nof Rom\nno. 15"
    assert laid_out(with_rows(names, numbers, 200, 24))[0].split() == ["Anna", "of", "Ulm"]
