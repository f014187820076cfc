"""The form body of a call, encoded without the cost of `urllib.parse.urlencode`."""

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
"""Bytes of the image in a piece of the body: a multiple of three, which base64 takes at a time."""


@dataclass(frozen=True, slots=True)
class FormBody:
    """An encoded form, in pieces that are sent one after the other.

    Its length is that of all of them in bytes, as ``Content-Length`` wants it.

    Attributes:
        pieces: Its bytes.
        on_piece: Called, by who sends the form, before each of them.
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

    Base64 has three characters that a form escapes, so three replacements do what `urlencode`
    does character by character, in a thirtieth of the time. They are done piece by piece, for
    what stays in the processor's cache costs half.

    Args:
        image: The encoded picture, which goes out byte for byte.
        options: The options of the call.
        body_bytes: Greatest size of the URL-encoded image.
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
