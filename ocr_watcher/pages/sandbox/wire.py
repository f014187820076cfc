"""The messages between the daemon and a sandbox process: facts as JSON, pictures as bytes.

Nothing is pickled. Through a flaw of a decoder, the author of a picture may control the process,
and to unpickle what it sends would run code in the daemon. JSON can only hold a wrong value.
"""

from __future__ import annotations

import io
import json
import math
import struct
import time
from dataclasses import asdict, astuple, dataclass, field
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import DoubtfulImageError, ImageError, OwnFileError
from ocr_watcher.pages.headers.resolution import credible
from ocr_watcher.pages.sandbox import own_text
from ocr_watcher.pages.types import FittedPage, Piece
from ocr_watcher.values.geometry import Transform
from ocr_watcher.values.page import Limits, Page

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence

    from ocr_watcher.pages.types import Resolution, Size

_LENGTHS = struct.Struct("!II")
"""The head of each message: the number of bytes of its facts, and of its pictures."""

MOST_BYTES = 2**30
"""Most bytes of a message: four times the largest file that is read, and far above any page."""

_MOST_FACTS = 2**20
"""Most bytes of the JSON of a message: the facts of a page and its pieces take some hundreds."""

_MOST_AT_ONCE = 2**20

NONSENSE = (LookupError, TypeError, ValueError, OverflowError)
"""The errors that parsing an invalid message raises."""

_ERRORS = {kind.__name__: kind for kind in (ImageError, DoubtfulImageError, OwnFileError)}


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer.

    Attributes:
        facts: The part that is sent as JSON.
        body: The bytes of a file, or of pictures one after the other.
    """

    facts: Mapping[str, Any]
    body: bytes = field(default=b"", repr=False)


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


class SandboxFault(Exception):  # noqa: N818  a fault of this program, and no expected error
    """A fault of this program within a sandbox; the text names its type and where it is."""


def send(channel: socket.socket, message: Message, deadline: float = math.inf) -> None:
    """Send a message.

    Args:
        channel: A connected stream.
        message: The message.
        deadline: The latest time, by `time.monotonic`.

    Raises:
        TimeoutError: The message was not sent by then.
        OSError: The other end is gone.
    """
    facts = json.dumps(message.facts).encode()
    for part in (_LENGTHS.pack(len(facts), len(message.body)) + facts, message.body):
        _wait_no_longer(channel, deadline)
        channel.sendall(part)


def receive(channel: socket.socket, deadline: float = math.inf) -> Message:
    """Receive a message.

    Args:
        channel: A connected stream.
        deadline: The latest time, by `time.monotonic`.

    Raises:
        TimeoutError: The message was not there by then.
        EOFError: The other end is gone.
        OSError: The other end is gone.
        ValueError: The message is invalid.
    """
    facts_bytes, body_bytes = _LENGTHS.unpack(_exactly(_LENGTHS.size, channel, deadline))
    if facts_bytes > _MOST_FACTS or facts_bytes + body_bytes > MOST_BYTES:
        raise ValueError
    try:
        facts = json.loads(_exactly(facts_bytes, channel, deadline))
    except RecursionError:
        raise ValueError from None
    if not isinstance(facts, dict):
        raise ValueError  # noqa: TRY004  the message is wrong, and not a caller's argument
    return Message(facts, _exactly(body_bytes, channel, deadline))


def limits_told(limits: Limits) -> dict[str, Any]:
    """Return the facts of the limits of an engine."""
    return asdict(limits) | {"formats": sorted(limits.formats)}


def limits_from(told: Mapping[str, Any]) -> Limits:
    """Return the limits of an engine from their facts."""
    return Limits(**{**told, "formats": frozenset(told["formats"])})


def pieces_told(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
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


def pieces_from(told: Sequence[Mapping[str, Any]], body: bytes) -> tuple[Piece, ...]:
    """Return pieces from their facts and bytes.

    Raises:
        Exception: One of `NONSENSE`: the facts are invalid.
    """
    pieces, start = [], 0
    for piece in told:
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


def page_told(page: FittedPage) -> dict[str, Any]:
    """Return the facts of a page."""
    return {
        "number": page.number,
        "total": page.total,
        "stored": [page.width, page.height],
        "resolution": page.resolution,
        "pieces": pieces_told(page.pieces),
        "own_lines": None if page.own_lines is None else own_text.told(page.own_lines),
    }


def page_from(answer: Message) -> PageAnswer:
    """Return the page of an answer to ``open`` or ``next``.

    Raises:
        Exception: One of `NONSENSE`: the answer is invalid.
    """
    told = answer.facts["page"]
    width, height = map(int, told["stored"])
    pieces = pieces_from(told["pieces"], answer.body)
    resolution = _resolution_from(told["resolution"], (width, height))
    lines = own_text.lines_from(told["own_lines"], (width, height))
    if (lines is None) != bool(pieces):
        raise ValueError
    page = FittedPage(
        int(told["number"]), width, height, pieces, int(told["total"]), resolution, lines
    )
    return PageAnswer(page, bool(answer.facts["more"]), bool(answer.facts["held"]))


def _resolution_from(told: Sequence[float] | None, size: Size) -> Resolution | None:
    if told is None:
        return None
    across, down = map(float, told)
    return credible((across, down), size)


def error_told(error: ImageError) -> dict[str, Any]:
    """Return the facts of an error; the other side gets the nearest base class that it knows."""
    kind = next(kind for kind in type(error).__mro__ if kind.__name__ in _ERRORS)
    return {"kind": kind.__name__, "code": error.code, "text": str(error), "advice": error.advice}


def fault_told(text: str) -> dict[str, Any]:
    """Return the facts of a fault of the program, for which no picture is to blame."""
    return {"kind": SandboxFault.__name__, "text": text}


def raise_error(told: Mapping[str, Any]) -> None:
    """Raise the error that the other side met.

    Raises:
        ImageError: The picture is to blame.
        SandboxFault: The program is to blame.
    """
    kind = _ERRORS.get(told["kind"])
    if kind is None:
        raise SandboxFault(told["text"])
    raise kind(told["code"], told["text"], advice=told["advice"])


def _exactly(size: int, channel: socket.socket, deadline: float) -> bytes:
    content = io.BytesIO()  # unlike a bytearray, it returns its bytes without a second copy
    while missing := size - content.tell():
        _wait_no_longer(channel, deadline)
        received = channel.recv(min(missing, _MOST_AT_ONCE))
        if not received:
            raise EOFError
        content.write(received)
    return content.getvalue()


def _wait_no_longer(channel: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    channel.settimeout(None if math.isinf(left) else left)
