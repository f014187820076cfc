"""The characters of a line with their places and the scores of the spaces between them.

The recogniser gives scores for each column of a line, which is 8 pixels wide: one for each
character and one for "nothing" (CTC's blank). RapidOCR keeps only the winner of each column, so a
space that narrowly lost to "nothing" is gone. The decoder here keeps the score of the space, the
place of each character, and which other letters and digits it may be.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import BLANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.backends.interface import LineScores

_KNOWN = string.ascii_letters + string.digits
"""The characters whose scores are kept even where another character won."""

_LEAST = 0.02
"""The least score that is kept, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a line, other than a space.

    Attributes:
        character: The character as it was read.
        middle: The place of its middle, in columns of the line.
        space: The best score, from 0 to 1, of a space between the character before and this one.
        point: The best score of a decimal point there, from 0 to 1.
        spaced: Whether a space won in a column there.
        score: The confidence of the recogniser in the character, from 0 to 1.
        others: The other letters and digits that it may be, each with its score, best first.
    """

    character: str
    middle: float
    space: float = 0.0
    point: float = 0.0
    spaced: bool = False
    score: float = 0.0
    others: tuple[tuple[str, float], ...] = ()


class GlyphDecoder:
    """A decoder that replaces RapidOCR's, and returns glyphs instead of words.

    Args:
        decoder: The decoder of RapidOCR, of the class ``CTCLabelDecode``.

    Attributes:
        further: The classes whose scores it needs beside those of the winners: of the space, of the
            decimal point, and of the letters and digits.
    """

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._space = decoder.dict[" "]
        self._known = [character for character in _KNOWN if character in decoder.dict]
        self.further = (
            self._space,
            decoder.dict.get(".", BLANK),
            *(decoder.dict[character] for character in self._known),
        )

    def __call__(self, scores: LineScores) -> tuple[str, float, tuple[Glyph, ...]]:
        """Return the text of a line, its score, and its glyphs."""
        ((text, score),), _words = self._decoder.decode(
            scores.winners[None], scores.best[None], remove_duplicate=True
        )
        return text, score, self._glyphs(scores)

    def _glyphs(self, scores: LineScores) -> tuple[Glyph, ...]:
        winners, best = scores.winners.tolist(), scores.best.tolist()
        spaces, points = scores.further[:, 0].tolist(), scores.further[:, 1].tolist()
        known = self._known_by_column(scores.further[:, 2:])
        glyphs: list[Glyph] = []
        free = 0  # the first column after the previous glyph
        for start, end in _spans(winners, {BLANK, self._space}):
            character = self._decoder.character[winners[start]]
            glyphs.append(
                Glyph(
                    character,
                    (start + end) / 2,
                    max(spaces[free:start], default=0.0),
                    max(points[free:start], default=0.0),
                    self._space in winners[free:start],
                    best[start],
                    _others(character, known[start:end]),
                )
            )
            free = end
        return tuple(glyphs)

    def _known_by_column(self, scores: Any) -> list[dict[str, float]]:
        """Return the letters and digits that may be in each column, with their scores.

        Args:
            scores: The scores of the known characters: columns by characters.
        """
        known: list[dict[str, float]] = [{} for _ in scores]
        for column, at in zip(*(scores >= _LEAST).nonzero(), strict=True):
            known[column][self._known[at]] = float(scores[column, at])
        return known


def _others(character: str, columns: Sequence[dict[str, float]]) -> tuple[tuple[str, float], ...]:
    """Return the other readings of a character and their scores in its columns, best first."""
    best: dict[str, float] = {}
    for column in columns:
        for other, score in column.items():
            best[other] = max(score, best.get(other, 0.0))
    best.pop(character, None)
    return tuple(sorted(best.items(), key=itemgetter(1), reverse=True))


def _spans(winners: Sequence[int], ignored: set[int]) -> list[tuple[int, int]]:
    """Return the first column of each glyph, and the column after its last."""
    spans: list[tuple[int, int]] = []
    for column, winner in enumerate(winners):
        if winner in ignored:
            continue
        if column and winners[column - 1] == winner:
            spans[-1] = (spans[-1][0], column + 1)
        else:
            spans.append((column, column + 1))
    return spans
