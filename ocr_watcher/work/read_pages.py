"""The reading of all pages of one image with an engine."""

from __future__ import annotations

import math
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.errors import ImageError, OversizeError
from ocr_watcher.pages.strips.join import joined
from ocr_watcher.values.dialect_places import in_original
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.reading import DIRECTION, UNREAD_CHARACTERS, Line, Reading
from ocr_watcher.work.confidence import low_confidence, unread_characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.pages.types import FittedPage, Pages, Piece

_SHRINKS = 3
"""The largest number of times that a piece is made smaller. Each time makes it clearly smaller; if
it is still too large, the size is not the cause."""


def read_pages(
    data: bytes, engine: Engine, pages: Pages, digest: bytes | None = None
) -> tuple[RecognisedPage, ...]:
    """Read every page of an image; each page is opened after the one before it was read.

    The engine is not asked for a page whose text is taken from the file.

    Args:
        data: The content of the image's file.
        engine: The engine that reads each page.
        pages: The decoder that opens the pages.
        digest: The SHA-256 of the content, if it is known. A page that is the file itself is then
            not hashed again, which takes 2 ms for 3 MB.

    Returns:
        The pages in order, every location in pixels of the page as the file stores it.

    Raises:
        EngineError: A page was not read; the readings of the others are lost. The message of a
            fault of the image names the page, unless it is the first one.
        Stopped: The program was asked to stop.
    """
    # `closing` frees the file at once: the exception of a page keeps its frames alive, and with
    # them the file, for as long as a pause that it caused.
    read: list[RecognisedPage] = []
    with closing(pages.open(data, engine.limits)) as opened:
        try:
            for page in opened:
                one = read_page(page, engine, pages, data, digest)
                read.append(one)
        except ImageError as error:
            if not read:
                raise
            message = f"page {len(read) + 1}: {error}"
            raise type(error)(error.code, message, advice=error.advice) from error
    return tuple(read)


def read_page(
    page: FittedPage, engine: Engine, pages: Pages, data: bytes, digest: bytes | None = None
) -> RecognisedPage:
    """Read one page of an image; the arguments are those of `read_pages`, and the page.

    Raises:
        EngineError: The page was not read.
        Stopped: The program was asked to stop.
    """
    return _read(_hashed(page, data, digest), engine, pages)


def _hashed(page: FittedPage, data: bytes, digest: bytes | None) -> FittedPage:
    pieces = (
        replace(piece, page=replace(piece.page, known_digest=digest))
        if piece.page.data is data
        else piece
        for piece in page.pieces
    )
    return replace(page, pieces=tuple(pieces)) if digest else page


def _read(page: FittedPage, engine: Engine, pages: Pages) -> RecognisedPage:
    if page.own_lines is not None:
        return _taken(page, page.own_lines)
    pieces = [_read_piece(piece, engine, pages) for piece in page.pieces]
    reading = _with_unread(joined(pieces), [reading for _, reading in pieces])
    return RecognisedPage(
        page.number,
        page.width,
        page.height,
        reading.lines,
        reading.details,
        # The strips of a page were cut from one picture, so all have the same rotation and scale.
        page.pieces[0].to_stored.inverse(),
        low_confidence=low_confidence(reading),
        resolution=page.resolution,
    )


def _taken(page: FittedPage, lines: tuple[Line, ...]) -> RecognisedPage:
    """Return a page with the text that it has in the file."""
    direction = direction_of(lines)
    details = {DIRECTION: direction} if direction else {}
    return RecognisedPage(
        page.number,
        page.width,
        page.height,
        lines,
        details,
        resolution=page.resolution,
        own_text=True,
    )


def direction_of(lines: Sequence[Line]) -> int:
    """Return the quarter turns of most of the writing, counter-clockwise, from 0 to 3.

    Args:
        lines: The lines with their corners, from the top left one of each line clockwise.
    """
    turned = Counter[int]()
    for line in lines:
        if line.quad:
            (x, y), (to_x, to_y), *_ = line.quad
            turned[round(math.atan2(y - to_y, to_x - x) / (math.pi / 2)) % 4] += len(line.text)
    return turned.most_common(1)[0][0] if turned else 0


def _with_unread(reading: Reading, pieces: Sequence[Reading]) -> Reading:
    """Return a reading with the number of unread characters of all pieces of its page."""
    number = sum(map(unread_characters, pieces))
    return (
        replace(reading, details={**reading.details, UNREAD_CHARACTERS: number})
        if number
        else reading
    )


def _read_piece(piece: Piece, engine: Engine, pages: Pages) -> tuple[Piece, Reading]:
    for _ in range(_SHRINKS):
        try:
            return piece, _in_stored(engine.recognise(piece.page), piece.to_stored)
        except OversizeError:
            piece = pages.shrink(piece, engine.limits)
    return piece, _in_stored(engine.recognise(piece.page), piece.to_stored)


def _in_stored(reading: Reading, to_stored: Transform) -> Reading:
    if to_stored == Transform():  # the page was sent as it is: no line moves
        return reading
    lines = (line.in_original(to_stored) for line in reading.lines)
    return Reading(tuple(lines), in_original(reading.details, to_stored))
