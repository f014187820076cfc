"""What the recogniser knows of a line beside its text.

The recogniser gives scores for columns of a line, 8 of its pixels apart: one for each character
and one for "nothing" (CTC's blank). RapidOCR keeps the winner of each column, so a space that lost
to "nothing" by little is gone. Here its score is kept, with the place of each character.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_BLANK = 0
"""CTC's class for "nothing" (``CTCLabelDecode.get_ignored_tokens``)."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a line, other than a space.

    Attributes:
        character: As it was read.
        middle: Where it is, in columns.
        space: The best score of a space between the character before and this one, of 1.
        point: Likewise of a decimal point.
        spaced: Whether that space won.
        score: How sure the recogniser is of the character, of 1.
    """

    character: str
    middle: float
    space: float = 0.0
    point: float = 0.0
    spaced: bool = False
    score: float = 0.0


class GlyphDecoder:
    """Replaces RapidOCR's decoder, and returns the glyphs of each line where it returns words.

    It takes one look at all scores instead of two, and of the further classes only their columns.

    Args:
        decoder: RapidOCR's, of the class ``CTCLabelDecode``.
    """

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self._space = decoder.dict[" "]
        self._point = decoder.dict.get(".", _BLANK)

    def __call__(
        self, scores: Any, _: bool = True, **_sizes: Any
    ) -> tuple[list[tuple[str, float]], list[tuple[Glyph, ...]]]:
        """Return text and score of each line, and its glyphs."""
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
        free = 0  # the first column after the glyph before
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
    """Find the columns of each glyph: from the first to behind the last."""
    spans: list[tuple[int, int]] = []
    for column, winner in enumerate(winners):
        if winner in ignored:
            continue
        if column and winners[column - 1] == winner:
            spans[-1] = (spans[-1][0], column + 1)
        else:
            spans.append((column, column + 1))
    return spans
