from __future__ import annotations

import pytest

from ocr_watcher.engine.local.detection.line_ends import LineEnds
from ocr_watcher.engine.local.detection.row_ink import ink_of_rows
from ocr_watcher.engine.local.recognition.further_models import Read
from ocr_watcher.engine.local.recognition.word_places import WordPlace
from ocr_watcher.engine.local.runtime.rapidocr_steps import FoundLines

np = pytest.importorskip("numpy")
pytest.importorskip("cv2")

LINE = [[20, 20], [120, 20], [120, 60], [20, 60]]
LETTERS = [(left, 30, left + 12, 50) for left in range(140, 260, 18)]
"""Seven letters behind the line, the first of them a space away from it."""


def page_with(*pieces):
    page = np.full((200, 400, 3), 255, dtype="uint8")
    for left, top, right, bottom in [(30, 30, 110, 50), *pieces]:
        page[top:bottom, left:right] = 0
    return page


def read(words, score):
    places = [WordPlace(word, 0.0, 0.0, 1.0, 1.0, score) for word in words.split()]
    return Read(words, score, tuple(places))


def followed(page, longer="TAX INVOICE", score=0.98, lines=(LINE,)):
    """The corners of the lines of a page, whose margins are 40 above and 0 on the left."""
    recognise = iter([[read(longer, score)] * len(lines), [read("TAX", 0.99)] * len(lines)])
    ends = LineEnds(
        lambda _: next(recognise), lambda _, quads: [f"{quad[1][0]:.0f}" for quad in quads]
    )
    boxes = np.array(lines, dtype="float32") + np.array((0, 40))
    found = FoundLines(boxes, ["strip"] * len(lines), page, (0, 40), (1.0, 1.0), {}, (200, 400))
    after = ends(found, ink_of_rows(found))
    return (after.boxes - (0, 40)).tolist(), after.strips


UNCHANGED = ([LINE], ["strip"])


def test_a_line_is_followed_over_a_space_to_the_end_of_its_words():
    boxes, strips = followed(page_with(*LETTERS))
    assert boxes == [[[20, 20], [268, 20], [268, 60], [20, 60]]]
    assert strips == ["268"]


@pytest.mark.parametrize(
    ("longer", "score"),
    [("TAX INVOICE", 0.8), ("TOX INVOICE", 0.98), ("TAX", 0.99), ("TAX V", 0.98), ("TAX --", 0.98)],
)
def test_a_line_stays_as_it_is_unless_words_are_surely_added_to_its_text(longer, score):
    assert followed(page_with(*LETTERS), longer, score) == UNCHANGED


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [(140, 32, 170, 48)],
        [(180, 30, 300, 50)],
        [(120, 25, 400, 28)],
        [(140, 70, 300, 90)],
        [(left, 38, left + 10, 42) for left in range(140, 260, 18)],
        [(left, 30, left + 3, 50) for left in range(140, 260, 18)],
    ],
    ids=["nothing", "a tick", "behind a gap", "a rule", "on another row", "dashes", "strokes"],
)
def test_only_ink_like_words_is_followed(pieces):
    assert followed(page_with(*pieces)) == UNCHANGED


def test_a_line_is_not_followed_into_the_next_line_of_its_row():
    other = [[135, 20], [300, 20], [300, 60], [135, 60]]
    boxes, _ = followed(page_with(*LETTERS), lines=(LINE, other))
    assert boxes == [LINE, other]
