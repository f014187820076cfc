"""The contents of the messages between the daemon and a sandbox process: limits, pieces, pages."""

from __future__ import annotations

from dataclasses import asdict, astuple, dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import DoubtfulImageError, ImageError, OwnFileError
from ocr_watcher.pages.headers.resolution import credible
from ocr_watcher.pages.sandbox import own_text
from ocr_watcher.pages.showing_bounds import LONGEST_STRIP, MOST_BYTES
from ocr_watcher.pages.types import FittedPage, Piece
from ocr_watcher.processes.errors import ToldErrors
from ocr_watcher.values.geometry import Rectangle, Transform
from ocr_watcher.values.page import Limits, Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ocr_watcher.pages.types import Resolution, Size
    from ocr_watcher.processes.wire import Message

_BEGINNINGS = {"JPEG": b"\xff\xd8\xff", "PNG": b"\x89PNG\r\n\x1a\n"}
"""The first bytes of the encodings of a picture for people (ITU-T T.81, B.1.1; PNG, 5.2)."""

_FARTHEST = 1e7
"""A number of pixels that no side of a page has."""

ERRORS = ToldErrors((ImageError, DoubtfulImageError, OwnFileError))
"""The errors that a sandbox reports. Any other fault is a fault of the program, not of a
picture."""


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """The answer of a sandbox with a page of a file.

    Attributes:
        page: The page.
        more: Whether the file has more pages.
        held: Whether the sandbox keeps the file open for them.
    """

    page: FittedPage
    more: bool
    held: bool


def limits_facts(limits: Limits) -> dict[str, Any]:
    """Return the facts of the limits of an engine."""
    return asdict(limits) | {"formats": sorted(limits.formats)}


def limits_from(facts: Mapping[str, Any]) -> Limits:
    """Return the limits of an engine from their facts."""
    return Limits(**{**facts, "formats": frozenset(facts["formats"])})


def pieces_facts(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """Return the facts of pieces; `body_of` returns their bytes."""
    return [
        {
            "format": piece.page.format,
            "size": [piece.page.width, piece.page.height],
            "bytes": len(piece.page.data),
            "to_stored": astuple(piece.to_stored),
            "shares_lines": piece.shares_lines,
        }
        for piece in pieces
    ]


def body_of(pieces: Sequence[Piece]) -> bytes:
    """Return the bytes of pieces, one after the other."""
    return b"".join(piece.page.data for piece in pieces)


def pieces_from(facts: Sequence[Mapping[str, Any]], body: bytes) -> tuple[Piece, ...]:
    """Return pieces from their facts and bytes.

    Raises:
        Exception: One of `NONSENSE`: the facts are invalid.
    """
    pieces, start = [], 0
    for piece in facts:
        end = start + int(piece["bytes"])
        width, height = map(int, piece["size"])
        page = Page(body[start:end], str(piece["format"]), width, height)
        to_stored = Transform(*map(float, piece["to_stored"]))
        pieces.append(Piece(page, to_stored, bool(piece["shares_lines"])))
        start = end
    return tuple(pieces)


def piece_from(answer: Message) -> Piece:
    """Return the piece of an answer to ``shrink``.

    Raises:
        Exception: One of `NONSENSE`: the answer is invalid.
    """
    (piece,) = pieces_from(answer.facts["pieces"], answer.body)
    return piece


def page_facts(page: FittedPage) -> dict[str, Any]:
    """Return the facts of a page."""
    return {
        "number": page.number,
        "total": page.total,
        "stored": [page.width, page.height],
        "resolution": page.resolution,
        "pieces": pieces_facts(page.pieces),
        "own_lines": None if page.own_lines is None else own_text.facts_of(page.own_lines),
    }


def page_from(answer: Message) -> PageAnswer:
    """Return the page of an answer to ``open`` or ``next``.

    Raises:
        Exception: One of `NONSENSE`: the answer is invalid.
    """
    return PageAnswer(_page(answer), bool(answer.facts["more"]), bool(answer.facts["held"]))


def text_body(text: str) -> bytes:
    """Return the body of the answer to ``text``; half a character becomes a question mark."""
    return text.encode("utf-8", "replace")


def text_from(answer: Message, most_characters: int) -> str:
    """Return the text of an answer to ``text``.

    Raises:
        Exception: One of `NONSENSE`: the answer is no text, or longer than it may be.
    """
    text = answer.body.decode("utf-8")
    if len(text) > most_characters:
        raise ValueError
    return text


def part_from(facts: Sequence[float] | None) -> Rectangle | None:
    """Return the part of a page in a request to ``show``; None for the whole page."""
    return None if facts is None else Rectangle(*facts)


def page_for_people_from(answer: Message) -> FittedPage:
    """Return the page of an answer to ``show``.

    A hostile picture may make the sandbox send any bytes, and a browser will show them. The bytes
    must therefore begin like their encoding, and their number and the sides of the picture are
    limited.

    Raises:
        Exception: One of `NONSENSE`: the answer is invalid.
    """
    page = _page(answer)
    (piece,) = page.pieces
    shown = piece.page
    sides = (shown.width, shown.height)
    if (
        not shown.data.startswith(_BEGINNINGS[shown.format])
        or len(shown.data) > MOST_BYTES
        or min(sides) < 1
        or max(sides) > LONGEST_STRIP
        or not _is_credible(piece.to_stored)
    ):
        raise ValueError
    return page


def _is_credible(transform: Transform) -> bool:
    """Return whether a transform can be inverted, and has only numbers that a page can have."""
    area = abs(transform.xx * transform.yy - transform.xy * transform.yx)
    # Nothing compares with NaN.
    return area > 1 / _FARTHEST and all(abs(number) < _FARTHEST for number in astuple(transform))


def _page(answer: Message) -> FittedPage:
    facts = answer.facts["page"]
    width, height = map(int, facts["stored"])
    pieces = pieces_from(facts["pieces"], answer.body)
    resolution = _resolution_from(facts["resolution"], (width, height))
    lines = own_text.lines_from(facts["own_lines"], (width, height))
    if (lines is None) != bool(pieces):
        raise ValueError
    return FittedPage(
        int(facts["number"]), width, height, pieces, int(facts["total"]), resolution, lines
    )


def _resolution_from(facts: Sequence[float] | None, size: Size) -> Resolution | None:
    if facts is None:
        return None
    across, down = map(float, facts)
    return credible((across, down), size)
