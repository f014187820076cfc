"""Which pages of a PDF are taken from their own text, and what is taken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.pages.source import open_source
from tests.pages.printed import Printed, image, lines, printed

if TYPE_CHECKING:
    from ocr_watcher.values.page import PdfText
    from ocr_watcher.values.reading import Line

FOOTER = lines("Scanned by the post room", at=(50, 30))
LAYER = lines("read by another program", before="3 Tr")
CURVE = "20 20 30 30 40 20 c "
HEADING = lines("A letter")
SECRET = lines("secret", at=(50, 500))
ELL = "0 0 m 5 0 l 5 1 l 1 1 l 1 8 l 0 8 l h f "
"""An L of seven straight segments."""
CPU_SECONDS = 5
"""Most processor time of a page: a second where its runs are compared with one other run each."""


def own_lines(page: Printed | str, wanted: PdfText = "auto") -> tuple[Line, ...] | None:
    return next(open_source(printed(page))).own_lines(wanted)


def texts(page: Printed | str, wanted: PdfText = "auto") -> list[str] | None:
    found = own_lines(page, wanted)
    return None if found is None else [line.text for line in found]


def test_text_that_shows_is_taken_line_by_line():
    assert texts(lines("The first line,", "and the second.")) == [
        "The first line,",
        "and the second.",
    ]


def test_a_line_stands_where_it_is_printed_at_300_dots_an_inch():
    (line,) = own_lines(lines("Where it stands")) or ()
    assert line.box is not None
    assert line.quad == line.box.corners
    left, top, width, height = (value * 72 / 300 for value in line.box)
    assert left == pytest.approx(50, abs=0.5)
    assert top < 842 - 780 - 7 < 842 - 780 < top + height  # from the capitals to the base line
    assert 68 < width < 76
    assert 10 < height < 14


def test_the_places_of_a_turned_page_are_those_of_the_page_as_it_is_shown():
    (line,) = own_lines(Printed(lines("Where it stands"), "/Rotate 90")) or ()
    assert line.quad
    (left, top), (right, bottom), *_ = line.quad
    assert left == right
    assert top < bottom
    assert line.box is not None
    assert line.box.height > 5 * line.box.width
    assert (line.box.left + line.box.width) * 72 / 300 > 780


def test_a_crop_box_moves_the_places():
    whole, cropped = (
        own_lines(Printed(lines("Where it stands"), further))
        for further in ("", "/CropBox [30 40 595 842]")
    )
    first, second = (found[0].box for found in (whole, cropped) if found)
    assert first
    assert second
    assert first.left - second.left == pytest.approx(30 * 300 / 72, abs=1)
    assert first.top == pytest.approx(second.top, abs=1)


def test_a_slanted_line_has_slanted_corners():
    page = "BT /F1 12 Tf 0.866 0.5 -0.5 0.866 100 100 Tm (thirty degrees) Tj ET"
    (line,) = own_lines(page) or ()
    assert line.quad
    (left, top), (right, upper), *_ = line.quad
    assert (top - upper) / (right - left) == pytest.approx(0.577, abs=0.03)


def test_cells_of_a_table_are_lines_of_their_own():
    assert texts("BT /F1 10 Tf 100 100 Td [(Item one)-5000(Price)] TJ ET") == ["Item one", "Price"]
    assert texts(lines("Words") + lines("apart", at=(300, 780))) == ["Words", "apart"]


def test_words_of_a_line_may_be_printed_by_themselves():
    page = lines("Words") + lines("of one", at=(82, 780)) + lines("line", at=(117, 780))
    assert texts(page) == ["Words of one line"]


def test_hyphens_at_the_end_of_a_line_stay_and_ligatures_are_letters():
    assert texts(lines("docu-", "mentation soft\xad", "ware")) == [
        "docu-",
        "mentation soft-",
        "ware",
    ]
    assert texts("BT /F3 12 Tf 100 100 Td <00010002> Tj ET") == ["fifi"]


def test_characters_beyond_the_first_plane_and_bullets_are_themselves():
    page = "BT /F3 12 Tf 100 100 Td <00060003000800080008> Tj ET"
    assert texts(page) == ["\u2022\U0001f600日日日"]


def test_vertical_writing_of_single_characters_is_one_line_a_column():
    def column(x: int) -> str:
        return "".join(f"BT /F4 12 Tf {x} {700 - 13 * n} Td (A) Tj ET " for n in range(5))

    found = own_lines(column(200) + column(170)) or ()
    assert [line.text for line in found] == ["日" * 5] * 2
    assert all(line.box and line.box.height > 4 * line.box.width for line in found)


def test_a_column_of_thousands_of_characters_is_grouped_in_a_moment():
    number, step = 16_000, 0.85
    column = "".join(
        f"BT /F4 0.81 Tf 200 {13_900 - step * place:.3f} Td (A) Tj ET " for place in range(number)
    )
    began = time.process_time()
    found = own_lines(Printed(column, "/MediaBox [0 0 595 14400]"), "trust") or ()
    assert max(len(line.text) for line in found) > 0.9 * number
    assert time.process_time() - began < CPU_SECONDS


def test_right_to_left_writing_is_in_the_order_of_reading():
    arabic = "BT /F3 12 Tf 100 100 Td <0009000A000A> Tj ET"
    assert texts(arabic) == ["\u0628\u0628\u0627"]
    assert texts("BT /F3 12 Tf 100 100 Td <00040005> Tj ET") == ["\u05d1\u05d0"]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("", id="without text"),
        pytest.param(image(595, 842), id="a scan"),
        pytest.param(LAYER, id="an invisible layer"),
        pytest.param(image(595, 842) + LAYER, id="an invisible layer over a scan"),
        pytest.param(lines("under") + image(595, 842), id="a layer under a scan"),
        pytest.param(image(595, 842) + FOOTER, id="a scan with a footer of real text"),
        pytest.param(image(595, 842) + LAYER + FOOTER, id="a scan with a layer and a footer"),
        pytest.param(lines("beside") + image(200, 200), id="a photo that may show writing"),
        pytest.param(
            lines("a name") + image(60, 40, at=(40, 770)) + LAYER, id="a layer over a small image"
        ),
        pytest.param(lines("a name") + image(4, 4) * 51, id="letters that are images"),
        pytest.param(lines("a name") + "0 0 1 1 re f " * 10_000, id="too many objects to look at"),
        pytest.param(lines("x" * 300_000), id="more text than on any page"),
        pytest.param(lines("white on white", before="1 1 1 rg"), id="white on white"),
        pytest.param(lines("far away", at=(700, 780)), id="off the page"),
        pytest.param("BT /F2 12 Tf 50 700 Td <002400250026> Tj ET", id="no meaning"),
        pytest.param("BT /F3 12 Tf 50 700 Td <000700070008> Tj ET", id="replacement characters"),
        pytest.param(
            lines("A footer") + "20 20 m " + CURVE * 3000 + "f", id="letters drawn as outlines"
        ),
    ],
)
def test_other_pages_are_recognised(page: str):
    assert texts(page) is None


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param("20 20 m " + CURVE * 200 + "S", id="handwriting"),
        pytest.param(f"20 20 m {CURVE} S " * 130, id="handwriting in many strokes"),
        pytest.param("0 0 m 5 8 l S " * 300, id="letters of a technical drawing"),
        pytest.param("0 0 m 1 9 9 9 9 0 c 7 7 3 7 0 0 c f " * 100, id="curved letters"),
        pytest.param(ELL * 300, id="letters of straight lines"),
        pytest.param("/Pattern cs /Tiles scn 0 0 595 600 re f", id="text in a pattern"),
        pytest.param("/Pattern CS /Tiles SCN 9 w 0 0 m 595 600 l S", id="a stroke of a pattern"),
        pytest.param("/Coloured cs 1 0 0 /Mask scn 0 0 595 600 re f", id="a pattern in a colour"),
        pytest.param("/Form4 Do", id="forms deeper than are searched"),
        pytest.param(
            lines("to pay: 199 EUR " * 10, at=(450, 600)), id="text beyond the right edge"
        ),
        pytest.param(lines("to pay: 199 EUR" * 9, at=(-500, 600)), id="text beyond the left edge"),
    ],
)
def test_no_writing_that_shows_is_lost(shown: str):
    assert texts(HEADING + shown) is None


def test_text_cut_by_the_crop_box_is_recognised():
    assert texts(Printed(lines("cut in two parts"), "/CropBox [100 40 595 842]")) is None
    assert texts(Printed(HEADING + SECRET, "/CropBox [0 740 595 842]")) == ["A letter"]


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(SECRET + "0 g 40 490 200 20 re f", id="under a bar"),
        pytest.param(SECRET + "20 w 40 502 m 240 502 l S", id="under a thick line"),
        pytest.param(SECRET + "1 g 40 490 200 20 re f", id="whited out"),
        pytest.param("0 g 40 490 200 20 re f " + SECRET, id="black on black"),
        pytest.param("0.03 g 40 490 200 20 re f " + SECRET, id="nearly black on black"),
        pytest.param("1 0 0 rg 40 490 200 20 re f " + SECRET, id="red on red"),
        pytest.param("/Hidden Do", id="a form of a layer that is switched off"),
    ],
)
def test_hidden_text_is_left_out(hidden: str):
    assert texts(HEADING + hidden) == ["A letter"]


@pytest.mark.parametrize(
    "hidden",
    [
        pytest.param(f"q 0 0 10 10 re W n {SECRET} Q", id="clipped away"),
        pytest.param(f"q 0 0 65 842 re W n {SECRET} Q", id="clipped in part"),
        pytest.param(f"q /Masked gs {SECRET} Q", id="masked"),
        pytest.param("/F1 0.3 Tf BT 50 500 Td (secret) Tj ET", id="tiny"),
        pytest.param(
            lines("a name, then a secret", at=(50, 500)) + "0 g 90 490 50 20 re f",
            id="under a bar in part",
        ),
        pytest.param(
            lines("one 5 is secret", at=(50, 500)) + "0 g 68 490 6 20 re f",
            id="a digit under a bar",
        ),
        pytest.param(
            "0 g 68 490 6 20 re f " + lines("one 5 is secret", at=(50, 500)),
            id="a digit, black on black",
        ),
    ],
)
def test_text_of_which_it_is_not_sure_whether_it_shows_has_the_page_recognised(hidden: str):
    assert texts(HEADING + hidden) is None


def test_tables_underlines_and_coloured_heads_do_not_have_a_page_recognised():
    head = "0.1 0.2 0.5 rg 40 695 400 20 re f " + lines("Item", at=(50, 700), before="1 g")
    pale = "0.75 g 40 675 400 20 re f " + lines("Sum", at=(50, 680), before="0 g")
    borders = "".join(f"40 {y} m 440 {y} l S 40 {y} 100 20 re S " for y in range(200, 690, 2))
    underline = "50 777 m 90 777 l S 50 776 40 0.5 re f "
    clipped = f"q 0 0 595 842 re W n {lines('Clipped by the page', at=(50, 600))} Q "
    rounded = "".join(f"{x} 50 m {CURVE} h S " for x in range(20))
    round_ = "1 0 m 1 0.55 0.55 1 0 1 c -0.55 1 -1 0.55 -1 0 c -1 -0.55 -0.55 -1 0 -1 c "
    bullets = f"q 1 0 0 1 30 100 cm {round_} 0.55 -1 1 -0.55 1 0 c f Q " * 60
    page = HEADING + underline + head + pale + clipped + borders + rounded + bullets
    assert texts(page) == ["A letter", "Item", "Sum", "Clipped by the page"]


def test_text_whose_font_is_missing_is_taken_where_nothing_is_near_it():
    text = "BT /F3 12 Tf 100 100 Td <00010002> Tj ET "
    assert texts(text + "50 300 400 200 re f") == ["fifi"]
    assert texts("50 50 400 200 re f " + text) is None


def test_a_filled_form_is_recognised_and_a_link_is_no_writing():
    def page(kind: str) -> Printed:
        annotation = f"<< /Type /Annot /Subtype /{kind} /Rect [50 600 200 620] >>"
        return Printed(lines("Name:"), f"/Annots [{annotation}]")

    assert texts(page("Widget")) is None
    assert texts(page("FreeText")) is None
    assert texts(page("Link")) == ["Name:"]


def test_a_signature_that_is_not_to_be_seen_is_no_writing():
    def page(box: str) -> Printed:
        annotation = f"<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /Rect [{box}] >>"
        return Printed(lines("An invoice"), f"/Annots [{annotation}]")

    assert texts(page("0 0 0 0")) == texts(page("90 90 90 90")) == ["An invoice"]
    assert texts(page("50 50 200 100")) is None


def test_a_logo_and_rules_do_not_have_a_page_recognised():
    frames = "".join(f"{x} 100 50 20 re f " for x in range(1000))
    assert texts(image(100, 60) + frames + lines("A letter")) == ["A letter"]


def test_white_text_on_a_dark_ground_shows_and_on_paper_it_is_left_out():
    dark = "0 0 0 rg 40 700 300 100 re f "
    assert texts(dark + lines("heading", before="1 1 1 rg")) == ["heading"]
    hidden = lines("keywords", at=(50, 500), before="1 1 1 rg")
    assert texts(lines("A letter") + hidden) == ["A letter"]


def test_an_image_that_text_shows_through_covers_nothing():
    assert texts(lines("A letter") + image(150, 80, at=(40, 770), before="/Half gs")) == [
        "A letter"
    ]
    assert texts(lines("A letter") + image(150, 80, at=(40, 770))) is None


def test_trust_takes_whatever_text_there_is_and_ignore_none():
    assert texts(image(595, 842) + LAYER, "trust") == ["read by another program"]
    assert texts(image(595, 842), "trust") is None
    assert texts(lines("A letter"), "ignore") is None


def test_a_page_with_more_text_than_is_taken_is_recognised():
    assert texts(lines(*["x" * 2000] * 101), "trust") is None


def test_hidden_text_beside_a_logo_is_left_out():
    page = image(100, 60) + lines("A letter") + lines("tag", at=(50, 500), before="3 Tr")
    assert texts(page) == ["A letter"]


def test_a_word_that_is_hidden_in_part_has_the_page_recognised():
    assert texts("BT /F1 10 Tf 50 780 Td 3 Tr (in) Tj 0 Tr (part) Tj ET") is None
    assert texts("BT /F1 10 Tf 50 780 Td (in) Tj 3 Tr (part) Tj ET") is None


def test_text_of_a_layer_that_is_switched_off_is_left_out():
    off = "/OC /Off BDC " + lines("draft", at=(50, 500)) + "EMC "
    assert texts(lines("A letter") + off) == ["A letter"]


def test_text_within_a_form_is_text_of_the_page():
    assert texts("q 1 0 0 1 0 0 cm /Form Do Q " + lines("A letter")) == ["In a form", "A letter"]


WIDTHS = {"l": 2.7, "s": 6.0, "O": 9.3, "J": 6.0, "k": 6.0}
WIDTHS |= {
    **dict.fromkeys("fI. ", 3.3),
    **dict.fromkeys("ABEY", 8.0),
    **dict.fromkeys("HUNRCD", 8.7),
}
"""Those of Helvetica in 12 points that differ from its usual one."""


def letter_by_letter(text: str, y: int, x: float = 50.0, *, apart: float = 0.0) -> str:
    """Print each letter of Helvetica in 12 points by itself, so many points from the next one."""
    page = ""
    for letter in text:
        page += f"BT /F1 12 Tf {x:.2f} {y} Td ({letter}) Tj ET " if letter != " " else ""
        x += WIDTHS.get(letter, 6.7) + apart
    return page


def test_words_that_are_printed_letter_by_letter_are_whole():
    """PDFium takes such a page for one that is written downwards, and ends lines within words."""
    rows = range(700, 500, -10)
    page = "".join(letter_by_letter("shelf and hook", y) for y in rows)
    page += "".join(letter_by_letter("3.50", y, 400) for y in rows)
    assert texts(page) == ["shelf and hook"] * len(rows) + ["3.50"] * len(rows)


def test_letters_that_are_set_apart_are_words():
    assert texts(letter_by_letter("HARBOUR JOINERY", 700, apart=4.5)) == ["HARBOUR JOINERY"]


@pytest.mark.parametrize("answers", ["ABCDEF", "ABC", "123456"])
def test_letters_and_numbers_that_stand_for_themselves_stay_apart(answers):
    assert texts(letter_by_letter(answers, 700, apart=4.5)) == [" ".join(answers)]
