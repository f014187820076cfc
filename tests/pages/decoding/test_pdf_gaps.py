"""Which runs of a PDF go on with a line, although PDFium ends it between them."""

import pytest

from ocr_watcher.pages.decoding.pdf_gaps import gaps_of, is_right_of
from ocr_watcher.pages.decoding.pdf_runs import PdfRun


def run(text: str, begin: float, end: float, *, top: float = 0, bottom: float = 50) -> PdfRun:
    return PdfRun(text, True, (1.0, 0.0), begin, end, top, bottom, (1, 1), 0)


@pytest.mark.parametrize(
    ("begin", "joined"), [(80, "shelf"), (84, "shelf"), (95, "she lf"), (60, None), (140, None)]
)
def test_what_abuts_is_a_word_and_what_is_near_is_on_the_line(begin, joined):
    she, lf = run("she", 0, 80), run("lf", begin, begin + 30)
    assert is_right_of(she, lf) == bool(joined)
    if joined:
        (between,) = gaps_of([she, lf])
        assert f"she{between}lf" == joined


def test_columns_of_vertical_writing_do_not_go_on_with_each_other():
    right, left = (run("\u65e5" * 30, x, x + 54, bottom=1620) for x in (500, 410))
    assert not is_right_of(right, left)
    short, shorter = (run("\u65e5" * 3, x, x + 54, bottom=162) for x in (500, 410))
    assert not is_right_of(short, shorter)
