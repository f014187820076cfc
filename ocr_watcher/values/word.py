"""The words of a line, and the place of each."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ocr_watcher.values.geometry import Point, Quad, Rectangle, Transform


@dataclass(frozen=True, slots=True)
class Word:
    """A word and its place.

    Attributes:
        text: The word, without white space.
        quad: Its four corners, in pixels: first where the word begins above its letters, then along
            the writing, and back below the letters. Of writing that runs down the page, "above" is
            the right side.
        score: The engine's confidence in the word, from 0 to 1; None if it gives none.
    """

    text: str
    quad: Quad
    score: float | None = None

    def mapped(self, transform: Transform) -> Word:
        """Return the word with its place in whole pixels of another picture."""
        return replace(self, quad=tuple(_whole(transform.point(*at)) for at in self.quad))


@dataclass(frozen=True, slots=True)
class Character:
    """A character and its place; some engines give one place for several characters.

    Attributes:
        text: The character.
        box: The upright rectangle around it, in pixels.
    """

    text: str
    box: Rectangle


def words_from(text: str, characters: Iterable[Character]) -> tuple[Word, ...]:
    """Return the words of a line, built from its characters.

    Args:
        text: The line, with white space between its words.
        characters: Its characters in order; those of white space do not count.

    Returns:
        The words; none if the characters are not those of the text.
    """
    shown = [character for character in characters if character.text.strip()]
    words = text.split()
    groups = list(_groups(words, shown))
    if len(groups) < len(words) or sum(map(len, groups)) < len(shown):
        return ()
    first = _first_corner(shown) if shown else 0
    return tuple(
        Word(word, turned(_around(group), first)) for word, group in zip(words, groups, strict=True)
    )


def turned(quad: Quad, first: int) -> Quad:
    """Return the corners of a quadrilateral in the same rotation, beginning with another one."""
    return (*quad[first:], *quad[:first])


def runs_to_the_left(text: str) -> bool:
    """Return whether a text has characters that are written from right to left."""
    return any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text)


def _groups(words: Iterable[str], characters: Sequence[Character]) -> Iterator[list[Character]]:
    """Yield the characters of each word, up to the first word that has other ones."""
    at = 0
    for word in words:
        group: list[Character] = []
        read = ""
        while at < len(characters) and len(read) < len(word):
            group.append(characters[at])
            read += characters[at].text.strip()
            at += 1
        if read != word:
            return
        yield group


def _around(characters: Sequence[Character]) -> Quad:
    boxes = [character.box for character in characters]
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _first_corner(characters: Sequence[Character]) -> int:
    """Return the corner of its rectangle at which a word begins, by the direction of its line.

    A line may run to the right, down or up the page. It runs to the left on a page that is upside
    down, and in scripts that are written from right to left.
    """
    (x0, y0), (x1, y1) = _middle(characters[0].box), _middle(characters[-1].box)
    across, down = x1 - x0, y1 - y0
    if abs(down) > abs(across):
        return 1 if down > 0 else 3
    text = "".join(character.text for character in characters)
    return 2 if across < 0 and not runs_to_the_left(text) else 0


def _middle(box: Rectangle) -> Point:
    return box.left + box.width / 2, box.top + box.height / 2


def _whole(point: Point) -> Point:
    return round(point[0]), round(point[1])
