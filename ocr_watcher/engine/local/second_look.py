"""Reads a page, and then the places that have ink like writing, but where no line was found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.detection.clippings import sheet_of
from ocr_watcher.engine.local.detection.ink import writing_on
from ocr_watcher.engine.local.lines import PictureLines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from ocr_watcher.engine.local.detection.ink import Region
    from ocr_watcher.engine.local.lines import LineReader, SeenLine
    from ocr_watcher.values.geometry import Point, Quad


_CUT_OFF = 1.0
"""The greatest distance between a line and ink that belongs to it, in heights of a letter: the
detector may miss the end of a line."""

_LEAST_WORD = 2
"""The least number of characters of a line that only the second look finds, as a blot is also read
as one character."""

_FEW_CHARACTERS = 60
_LEAST_SHARE = 0.2
"""A page with more characters than `_FEW_CHARACTERS` gets a second look only if this many unread
letters were found for each further character. On a dense page the detector misses little, and a
logo, a signature or a row of dashes is not worth the time."""

_LONGEST_BLOT = 3
"""The greatest ratio of the width of a blot to its height."""

_BLOTS = frozenset("●•·∙⚫○°.")
"""The characters that a blot is usually read as; some blots are read as a letter."""


@dataclass(frozen=True, slots=True)
class Search:
    """The result of reading a page with a second look.

    Attributes:
        look: The lines of both looks, in pixels of the page.
        at_first: Whether the first look, at the whole page, found any line.
        has_ink: Whether the first look left ink that looks like writing and is worth a second one.
    """

    look: PictureLines
    at_first: bool
    has_ink: bool


def search(line_reader: LineReader, image: Image.Image, *, whole: bool = True) -> Search:
    """Read a page, and then all parts that look like writing and were missed.

    The missed parts are put on one sheet and read in one go.

    Args:
        line_reader: The reader that finds and reads the lines of a picture.
        image: The page.
        whole: Whether the whole page is read first; if not, only the parts are read.
    """
    first = _without_blots(line_reader.at(image)) if whole else PictureLines()
    found = [line.quad for line in first.seen]
    regions = [_with_its_line(region, found) for region in writing_on(image, found)]
    if not _is_worth_it(regions, first.lines):
        return Search(first, bool(first.seen), has_ink=False)
    sheet = sheet_of(image, regions)
    more = [
        replace(line, quad=sheet.on_page(line.quad)) for line in line_reader.at(sheet.image).seen
    ]
    return Search(_joined(first, more), bool(first.seen), has_ink=True)


def _is_worth_it(regions: Iterable[Region], lines: Iterable[SeenLine]) -> bool:
    unread = sum(region.letters for region in regions)
    read = sum(len(line.words) for line in lines)
    return unread > max(0, _LEAST_SHARE * (read - _FEW_CHARACTERS))


def _is_word(text: str) -> bool:
    """Return whether a text is a word and not a row of dashes.

    A row of dashes may be read as a row of the Chinese character for one.
    """
    is_varied = text.isdecimal() or len(set(text)) > 1
    return len(text) >= _LEAST_WORD and is_varied and any(map(str.isalnum, text))


def _without_blots(found: PictureLines) -> PictureLines:
    """Mark all lines as illegible if each is a single character and most of these are dots.

    On a page with blots, such as those of an old copier, each blot is found as a line and read as
    one character.
    """
    words = [line.words.strip() for line in found.lines]
    are_alone = all(len(each) < _LEAST_WORD for each in words)
    if words and are_alone and 2 * sum(each in _BLOTS for each in words) > len(words):
        return PictureLines(tuple(map(_illegible, found.seen)))
    return found


def _illegible(line: SeenLine) -> SeenLine:
    """Mark a line as illegible; a long line keeps its pixels, as they count as unread characters.

    A short line is a blot without characters.
    """
    height, width = line.strip.shape[:2] if line.strip is not None else (1, 1)
    is_long = width > _LONGEST_BLOT * height
    return replace(line, legible=False, strip=line.strip if is_long else None)


def _with_its_line(region: Region, found: Iterable[Quad]) -> Region:
    """Extend a part of a page by each line that was found right beside it in the same row."""
    reach = _CUT_OFF * region.letter
    for left, top, right, bottom in map(_bounds, found):
        is_beside = left - reach <= region.right and region.left <= right + reach
        if is_beside and top <= (region.top + region.bottom) / 2 <= bottom:
            region = replace(
                region,
                left=min(region.left, round(left)),
                top=min(region.top, round(top)),
                right=max(region.right, round(right)),
                bottom=max(region.bottom, round(bottom)),
            )
    return region


def _joined(first: PictureLines, more: Iterable[SeenLine]) -> PictureLines:
    """Add the lines of the second look to those of the first.

    A line of the second look is dropped if it is no word. If it overlaps earlier lines, it replaces
    them if it has more characters than they have together; otherwise it is dropped.
    """
    seen = list(first.seen)
    for line in more:
        if not _is_word(line.words.strip()):
            continue
        same = [other for other in seen if _overlap(line.quad, other.quad)]
        if sum(len(other.words) for other in same) < len(line.words):
            seen = [other for other in seen if other not in same]
            seen.append(line)
    return PictureLines(tuple(seen))


def _overlap(one: Quad, other: Quad) -> bool:
    """Return whether the middle of one of two lines lies within the bounds of the other."""
    return any(
        bounds[0] <= x <= bounds[2] and bounds[1] <= y <= bounds[3]
        for quad, bounds in ((one, _bounds(other)), (other, _bounds(one)))
        for x, y in [_middle(quad)]
    )


def _bounds(quad: Quad) -> tuple[float, float, float, float]:
    across, down = zip(*quad, strict=True)
    return min(across), min(down), max(across), max(down)


def _middle(quad: Quad) -> Point:
    return sum(x for x, _ in quad) / len(quad), sum(y for _, y in quad) / len(quad)
