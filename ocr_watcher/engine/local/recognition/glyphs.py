"""The characters of a line with their places and the scores of the spaces between them.

The recogniser gives scores for each column of a line, which is 8 pixels wide: one for each
character and one for "nothing" (CTC's blank). RapidOCR keeps only the winner of each column, so a
space that narrowly lost to "nothing" is gone. The decoder here keeps the score of the space, and
the place of each character.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import BLANK
from ocr_watcher.engine.local.recognition.lookalikes import TWINS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.local.backends.interface import LineScores


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
        twin: The best character of `lookalikes.TWINS`; empty if the character has none.
        twin_score: The confidence in that one, from 0 to 1.
    """

    character: str
    middle: float
    space: float = 0.0
    point: float = 0.0
    spaced: bool = False
    score: float = 0.0
    twin: str = ""
    twin_score: float = 0.0


class GlyphDecoder:
    """A decoder in the place of RapidOCR's, which returns glyphs instead of words.

    Args:
        decoder: The decoder of RapidOCR, of the class ``CTCLabelDecode``.

    Attributes:
        further: The classes whose scores it needs beside those of the winners: of the space, of the
            decimal point, and of the letters and digits that look alike.
    """

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._space = decoder.dict[" "]
        known = [twin for twin in TWINS if twin in decoder.dict]
        self._place = {twin: place for place, twin in enumerate(known)}
        self.further = (
            self._space,
            decoder.dict.get(".", BLANK),
            *(decoder.dict[twin] for twin in known),
        )

    def __call__(self, scores: LineScores) -> tuple[str, float, tuple[Glyph, ...]]:
        """Return the text of a line, its score, and its glyphs."""
        ((text, score),), _words = self._decoder.decode(
            scores.winners[None], scores.best[None], remove_duplicate=True
        )
        return text, score, self._glyphs(scores)

    def _glyphs(self, scores: LineScores) -> tuple[Glyph, ...]:
        winners, best = scores.winners.tolist(), scores.best.tolist()
        spaces, points, *twins = scores.further.T.tolist()
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
                    *self._twin(character, twins, slice(start, end)),
                )
            )
            free = end
        return tuple(glyphs)

    def _twin(
        self, character: str, scores: Sequence[Sequence[float]], columns: slice
    ) -> tuple[str, float]:
        """Return what looks like a character and has the best score in its columns.

        Args:
            character: The character.
            scores: The scores in each column of the line, for each of the twins.
            columns: The columns of the character.
        """
        twins = [twin for twin in TWINS.get(character, "") if twin in self._place]
        scored = [(max(scores[self._place[twin]][columns]), twin) for twin in twins]
        score, twin = max(scored, default=(0.0, ""))
        return twin, score


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
