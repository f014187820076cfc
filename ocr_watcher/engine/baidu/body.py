"""The form body of a call, encoded faster than by `urllib.parse.urlencode`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pybase64 import b64encode

from ocr_watcher.errors import OversizeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NAME = b"image="

_PIECE = 24 * 1024
"""The bytes of the image in a piece of the body: a multiple of three, as base64 encodes three at a
time."""


@dataclass(frozen=True, slots=True)
class FormBody:
    """An encoded form, in pieces that are sent one after the other.

    Its length is the number of bytes of all pieces, for ``Content-Length``.

    Attributes:
        pieces: Its bytes.
        on_piece: Called before each piece is sent, on the thread that sends it.
    """

    pieces: tuple[bytes, ...] = field(repr=False)
    on_piece: Callable[[], None]

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.on_piece()
            yield piece


def form_body(
    image: bytes,
    options: Mapping[str, str],
    *,
    body_bytes: int,
    on_piece: Callable[[], None] = lambda: None,
) -> FormBody:
    """Build the body of a call.

    Base64 has three characters that a form escapes. Three replacements do the work that `urlencode`
    does character by character, in a thirtieth of the time. The image is encoded in pieces that fit
    into the processor's cache, which halves the time.

    Args:
        image: The encoded picture, which is sent byte for byte.
        options: The options of the call.
        body_bytes: The largest size of the URL-encoded image.
        on_piece: Called before each piece that is sent.

    Raises:
        OversizeError: The URL-encoded image is larger.
    """
    starts = range(_PIECE, len(image), _PIECE)
    pieces = [_NAME + _escaped(image[:_PIECE])]
    pieces += [_escaped(image[start : start + _PIECE]) for start in starts]
    if sum(map(len, pieces)) > len(_NAME) + body_bytes:
        raise OversizeError(
            "body-too-large",
            f"the encoded image is larger than the {body_bytes} bytes the service takes",
            advice="scan at a lower resolution, or raise baidu.max_body_bytes if Baidu takes more",
        )
    if options:
        pieces.append(b"&" + urlencode(options).encode())
    return FormBody(tuple(pieces), on_piece)


def _escaped(piece: bytes) -> bytes:
    encoded = b64encode(piece)
    return encoded.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")
