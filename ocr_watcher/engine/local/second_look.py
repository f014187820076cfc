"""Looks at a page, and once more at what looks like writing there and was not found."""

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
"""Heights of a letter between a line and ink that belongs to it: the detector may miss its end."""


_LEAST_WORD = 2
"""Characters of a line that is found only when looked for: a blot, too, is read as one."""

_FEW_CHARACTERS = 60
_LEAST_SHARE = 0.2
"""A page of which more characters were read is looked at once more only for so many letters for
each further one: of a dense page little is missed, and a logo, a signature or a row of dashes is
not worth the time."""


_LONGEST_BLOT = 3
"""How many times longer than high a blot is at most."""

_BLOTS = frozenset("●•·∙⚫○°.")
"""As what a blot is read; some blots are read as a letter."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was seen on a page.

    Attributes:
        look: What was found, wherever.
        at_first: Whether any of it was found on the whole page.
        has_ink: Whether there was more that looks like writing.
    """

    look: PictureLines
    at_first: bool
    has_ink: bool


def search(looking: LineReader, image: Image.Image, *, whole: bool = True) -> Search:
    """Look at a page, and then at the parts that look like writing and were not found, at once.

    Args:
        looking: RapidOCR.
        image: The page.
        whole: Whether the whole page is looked at first.
    """
    first = _without_blots(looking.at(image)) if whole else PictureLines()
    places = [line.quad for line in first.seen]
    regions = [_with_its_line(region, places) for region in writing_on(image, places)]
    if not _is_worth_it(regions, first.lines):
        return Search(first, bool(first.seen), has_ink=False)
    sheet = sheet_of(image, regions)
    more = [replace(line, quad=sheet.on_page(line.quad)) for line in looking.at(sheet.image).seen]
    return Search(_joined(first, more), bool(first.seen), has_ink=True)


def _is_worth_it(regions: Iterable[Region], lines: Iterable[SeenLine]) -> bool:
    unread = sum(region.letters for region in regions)
    read = sum(len(line.words) for line in lines)
    return unread > max(0, _LEAST_SHARE * (read - _FEW_CHARACTERS))


def _is_word(text: str) -> bool:
    """Tell words from a row of dashes, which may be read as one of Chinese ones."""
    is_varied = text.isdecimal() or len(set(text)) > 1
    return len(text) >= _LEAST_WORD and is_varied and any(map(str.isalnum, text))


def _without_blots(look: PictureLines) -> PictureLines:
    """Mark every line as illegible where the page shows only characters alone, most of them dots.

    Of a page with blots, as of an old copier, each is found, and read as one character.
    """
    words = [line.words.strip() for line in look.lines]
    are_alone = all(len(each) < _LEAST_WORD for each in words)
    if words and are_alone and 2 * sum(each in _BLOTS for each in words) > len(words):
        return PictureLines(tuple(map(_illegible, look.seen)))
    return look


def _illegible(line: SeenLine) -> SeenLine:
    """Mark a line as illegible; a blot shows no characters, while what is long was not read."""
    height, width = line.strip.shape[:2] if line.strip is not None else (1, 1)
    is_long = width > _LONGEST_BLOT * height
    return replace(line, legible=False, strip=line.strip if is_long else None)


def _with_its_line(region: Region, places: Iterable[Quad]) -> Region:
    """Add to a part of a page each line that was found right beside it, in its row."""
    reach = _CUT_OFF * region.letter
    for left, top, right, bottom in map(_bounds, places):
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
    """Add lines to those found first; of those in one place the longest stays."""
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
    """Tell whether the middle of one of two lines lies on the other."""
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
