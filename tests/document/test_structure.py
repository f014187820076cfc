import pytest
from PIL import ImageFont

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.structure import Heading, Listing, Paragraph, structure_of
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from tests.document.paper import CHARACTER, PRINT, ROW, drawn

TEXT = """
It was a dark evening when the
ship came in, and nobody stood
there.
"""


def structure(page: RecognisedPage) -> list[object]:
    (found,) = structure_of([page])
    return found


def with_print(page: RecognisedPage, text: str, row: float, size: float) -> RecognisedPage:
    """Return a page with a row more, in print of so many times the usual size."""
    right, top = len(text) * CHARACTER * size, row * ROW
    bottom = top + PRINT * size
    line = Line(text, quad=((0, top), (right, top), (right, bottom), (0, bottom)))
    return RecognisedPage(1, 4000, 4000, (*page.lines, line), page.details)


def test_print_that_is_larger_than_the_text_is_a_heading():
    page = with_print(drawn(TEXT), "The Harbour", -3, 1.6)
    assert structure(page) == [
        Heading("The Harbour", 1),
        Paragraph(("It was a dark evening when the ship came in, and nobody stood there.",)),
    ]


def test_a_heading_is_one_also_between_rows_that_are_as_long():
    page = drawn("""
It was a dark evening when the

ship came in, and nobody stood
there in the long light of May
""")
    assert structure(with_print(page, "Of the old Captain, as", 1, 1.4))[:2] == [
        Paragraph(("It was a dark evening when the",)),
        Heading("Of the old Captain, as", 1),
    ]


def test_print_without_a_place_to_speak_of_makes_no_heading():
    lines = [Line("dark evening", Rectangle(0, top, 0, 0)) for top in (0, 20, 40)]
    large = Line("harbour", Rectangle(0, 60, 80, 40))
    page = RecognisedPage(1, 600, 800, (*lines, large))
    assert not any(isinstance(part, Heading) for part in structure(page))


def test_the_largest_heading_of_all_pages_is_of_the_first_level():
    one = with_print(with_print(drawn(TEXT), "Part One", -9, 3), "The Harbour", -3, 1.6)
    other = with_print(drawn(TEXT), "The Captain", -3, 1.55)
    found = [part for page in structure_of([one, other]) for part in page]
    assert [part for part in found if isinstance(part, Heading)] == [
        Heading("Part One", 1),
        Heading("The Harbour", 2),
        Heading("The Captain", 2),
    ]


def printed(rows: list[tuple[str, float]]) -> RecognisedPage:
    """Return a page with rows in a font whose letters differ in width, each in its size."""
    lines, top = [], 0.0
    for text, size in rows:
        width = ImageFont.load_default(size).getlength(text)
        lines.append(Line(text, Rectangle(0, round(top), round(width), round(size))))
        top += 2.5 * size
    return RecognisedPage(1, 4000, 4000, tuple(lines))


def test_the_size_of_print_does_not_depend_on_how_wide_its_letters_are():
    text = "It was a dark evening when the ship came in"
    heads = ["Illicit tilt", "MAMMOTH", "Women", "Mummy's womb"]
    rows = [row for head in heads for row in ((head, 32.0), (text, 20.0))]
    page = printed([*rows, ("WWW MMM", 20.0), (text, 20.0)])
    found = [part for part in structure(page) if isinstance(part, Heading)]
    assert found == [Heading(head, 1) for head in heads]


@pytest.mark.parametrize("text", ["17.98", "RM", "Total:", "合计\uff1a"])
def test_a_large_amount_and_what_leads_to_one_are_no_headings(text):
    page = with_print(drawn(TEXT), text, 5, 1.6)
    assert structure(page)[-1] == Paragraph((text,))


def test_rows_that_are_near_each_other_are_lines_of_one_paragraph():
    assert structure(
        drawn("""
Tamsin Quillfeather
14 Harbour Lane
Northwick

It was a dark evening when the ship came in
""")
    ) == [
        Paragraph(("Tamsin Quillfeather", "14 Harbour Lane", "Northwick")),
        Paragraph(("It was a dark evening when the ship came in",)),
    ]


def test_items_with_bullets_are_a_list():
    assert structure(
        drawn("""
These things are needed by all
• a pen that writes on paper
- a lamp for the long evening,
  which is without end in May
* a chair, or a bench to sit
""")
    )[1] == Listing(
        (
            "a pen that writes on paper",
            "a lamp for the long evening, which is without end in May",
            "a chair, or a bench to sit",
        )
    )


def test_items_whose_bullets_stand_by_themselves_are_a_list_and_no_table():
    assert structure(
        drawn("""
•   a pen that writes
•   a lamp for the evening
""")
    ) == [Listing(("a pen that writes", "a lamp for the evening"))]


def test_numbers_that_follow_each_other_are_a_list_and_others_begin_another():
    assert structure(
        drawn("""
7. a pen that writes
8) a lamp for the evening
10. a chair
01. a bench
""")
    ) == [
        Listing(("a pen that writes", "a lamp for the evening"), 7),
        Listing(("a chair",), 10),
        Paragraph(("01. a bench",)),
    ]


@pytest.mark.parametrize("text", ["-5.00", "3.50", "٣. x", "1234567890. x", "- ", "1."])
def test_what_only_looks_like_an_item_is_a_paragraph(text):
    assert structure(drawn(text.replace(" ", "~"))) == [Paragraph((text,))]


def test_without_places_each_line_of_the_engine_is_one_of_a_paragraph():
    page = RecognisedPage(1, 600, 800, (Line("a"), Line("- b")))
    assert structure(page) == [Paragraph(("a", "- b"))]


def test_a_page_without_text_has_nothing():
    assert structure_of([RecognisedPage(1, 600, 800, ())]) == [[]]
    assert structure_of([]) == []


def test_on_a_page_of_a_typewriter_narrow_letters_are_as_wide_as_others():
    page = drawn(f"{TEXT}\nilli till\n{TEXT}\nMUMMY WOMB\n{TEXT}")
    assert not any(isinstance(part, Heading) for part in structure(page))
    larger = with_print(page, "illi till", -3, 1.6)
    assert structure(larger)[0] == Heading("illi till", 1)


def test_a_list_that_is_numbered_on_in_the_next_column_is_one_list():
    texts = ["a pen that writes on wet paper", "a lamp for long dark evenings"]
    left = [f"{number}. {texts[number % 2]}" for number in range(1, 7)]
    right = [f"{number}. {texts[number % 2]}" for number in range(7, 13)]
    page = drawn("\n".join(f"{one:<40}{other}" for one, other in zip(left, right, strict=True)))
    items = tuple(texts[number % 2] for number in range(1, 13))
    assert structure(page) == [Listing(items, 1)]
