"""The characters of a line with their places and the scores of the spaces between them.

The recogniser gives scores for each column of a line, which is 8 pixels wide: one for each
character and one for "nothing" (CTC's blank). RapidOCR keeps only the winner of each column, so a
space that narrowly lost to "nothing" is gone. The decoder here keeps the score of the space, and
the place of each character.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANK = 0
"""The index of CTC's class for "nothing" (``CTCLabelDecode.get_ignored_tokens``)."""


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
    """

    character: str
    middle: float
    space: float = 0.0
    point: float = 0.0
    spaced: bool = False
    score: float = 0.0


class GlyphDecoder:
    """A decoder in the place of RapidOCR's, which returns glyphs instead of words.

    It goes through all scores once instead of twice; afterwards it needs only the columns of two
    further classes.

    Args:
        decoder: The decoder of RapidOCR, of the class ``CTCLabelDecode``.
    """

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._space = decoder.dict[" "]
        self._point = decoder.dict.get(".", _BLANK)

    def __call__(
        self, scores: Any, _: bool = True, **_sizes: Any
    ) -> tuple[list[tuple[str, float]], list[tuple[Glyph, ...]]]:
        """Return the text and score of each line, and the glyphs of each line."""
        import numpy as np  # noqa: PLC0415  comes with an extra

        winners = scores.argmax(axis=2)
        best = np.take_along_axis(scores, winners[..., None], axis=2)[..., 0]
        lines, _words = self._decoder.decode(winners, best, remove_duplicate=True)
        glyphs = [
            self._glyphs(*line)
            for line in zip(
                winners.tolist(),
                best.tolist(),
                scores[:, :, self._space].tolist(),
                scores[:, :, self._point].tolist(),
                strict=True,
            )
        ]
        return lines, glyphs

    def _glyphs(
        self,
        winners: Sequence[int],
        best: Sequence[float],
        spaces: Sequence[float],
        points: Sequence[float],
    ) -> tuple[Glyph, ...]:
        glyphs: list[Glyph] = []
        free = 0  # the first column after the previous glyph
        for start, end in _spans(winners, {_BLANK, self._space}):
            glyphs.append(
                Glyph(
                    self._decoder.character[winners[start]],
                    (start + end) / 2,
                    max(spaces[free:start], default=0.0),
                    max(points[free:start], default=0.0),
                    self._space in winners[free:start],
                    best[start],
                )
            )
            free = end
        return tuple(glyphs)


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
