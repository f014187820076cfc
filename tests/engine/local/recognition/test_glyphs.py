from __future__ import annotations

import pytest

from ocr_watcher.engine.local.backends.interface import LineScores
from ocr_watcher.engine.local.recognition.glyphs import Glyph, GlyphDecoder
from ocr_watcher.engine.local.recognition.line_ink import (
    gaps_of,
    ink_of,
)

np = pytest.importorskip("numpy")
pytest.importorskip("rapidocr")

CHARACTERS = ["a", "b", "."]
BLANK, A, B, POINT, SPACE = range(5)


@pytest.fixture
def decoder():
    from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode  # noqa: PLC0415  an extra

    return CTCLabelDecode(list(CHARACTERS))


def scores(*columns):
    """Return the scores of a line; each of its columns names its classes."""
    line = np.zeros((1, len(columns), 5), dtype="float32")
    for at, column in enumerate(columns):
        for name, score in column.items():
            line[0, at, name] = score
    return line


def scores_for(decoder, line):
    """Return what a network tells of the scores of a line."""
    (columns,) = line
    return LineScores(columns.argmax(axis=1), columns.max(axis=1), columns[:, decoder.further])


LINE = scores(
    {A: 0.9},
    {A: 0.8},
    {BLANK: 0.6, SPACE: 0.3},
    {BLANK: 0.5, POINT: 0.4},
    {B: 0.9},
    {SPACE: 0.8},
    {B: 0.7},
    {BLANK: 0.9},
    {B: 0.7},
)


def test_text_and_score_are_those_of_rapidocr(decoder):
    ours = GlyphDecoder(decoder)
    (of_rapidocr,), _ = decoder(LINE)
    text, score, _ = ours(scores_for(ours, LINE))
    assert (text, score) == of_rapidocr
    assert text == "ab bb"


def test_each_glyph_has_its_place_and_what_lost_before_it(decoder):
    ours = GlyphDecoder(decoder)
    *_, glyphs = ours(scores_for(ours, LINE))
    assert [(glyph.character, glyph.middle, glyph.spaced) for glyph in glyphs] == [
        ("a", 1.0, False),
        ("b", 4.5, False),
        ("b", 6.5, True),
        ("b", 8.5, False),
    ]
    assert [glyph.space for glyph in glyphs] == pytest.approx([0, 0.3, 0.8, 0])
    assert [glyph.point for glyph in glyphs] == pytest.approx([0, 0.4, 0, 0])


def test_a_line_of_nothing_has_no_glyphs(decoder):
    ours = GlyphDecoder(decoder)
    nothing = scores_for(ours, scores({BLANK: 1.0}, {BLANK: 1.0}))
    assert ours(nothing) == ("", 0.0, ())


@pytest.mark.parametrize(("paper", "ink"), [(255, 0), (20, 240), (200, 120)])
def test_gaps_are_measured_in_heights_of_the_line_on_paper_of_any_colour(paper, ink):
    strip = np.full((24, 80, 3), paper, dtype="uint8")
    for left in (4, 20, 60):
        strip[6:18, left : left + 8] = ink
    glyphs = [Glyph("x", (left + 4) * 2 / 8) for left in (4, 20, 60)]
    assert gaps_of(ink_of(strip), glyphs) == pytest.approx([8 / 24, 32 / 24], abs=2 / 48)


def test_a_single_glyph_has_no_gap():
    assert gaps_of(ink_of(np.zeros((10, 10, 3), dtype="uint8")), [Glyph("x", 1.0)]) == []


def test_a_character_keeps_what_else_it_may_be_with_the_best_score_in_its_columns():
    from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode  # noqa: PLC0415  an extra

    ours = GlyphDecoder(CTCLabelDecode(list("0OQ:A")))
    zero, letter, tailed, colon, a = range(1, 6)
    line = np.zeros((1, 5, 7), dtype="float32")
    for column, name, score in (
        (0, zero, 0.6),
        (0, letter, 0.1),
        (0, tailed, 0.2),
        (1, zero, 0.5),
        (1, letter, 0.4),
        (2, 0, 0.9),
        (2, tailed, 0.1),  # in a column of nothing
        (3, a, 0.7),
        (3, colon, 0.2),  # neither a letter nor a digit
        (3, letter, 0.01),
        (4, colon, 0.9),
    ):
        line[0, column, name] = score
    _, _, glyphs = ours(scores_for(ours, line))
    assert [glyph.character for glyph in glyphs] == ["0", "A", ":"]
    assert [glyph.others for glyph in glyphs] == [
        (("O", pytest.approx(0.4)), ("Q", pytest.approx(0.2))),
        (),
        (),
    ]
