"""The form body of a call, encoded without the cost of `urllib.parse.urlencode`."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from ocr_watcher.errors import OversizeError

if TYPE_CHECKING:
    from collections.abc import Mapping


def form_body(image: bytes, options: Mapping[str, str], *, body_bytes: int) -> bytes:
    """Builds the body of a call.

    Base64 has three characters that a form escapes, so three replacements do what `urlencode`
    does character by character: 20 ms instead of a second for an image of 3 MB.

    Args:
        image: The encoded picture, which goes out byte for byte.
        options: The options of the call.
        body_bytes: Greatest size of the URL-encoded image.

    Raises:
        OversizeError: The URL-encoded image is larger.
    """
    encoded = b64encode(image)
    # Escaping only adds to it, so what is too large already needs no escaping.
    if len(encoded) <= body_bytes:
        encoded = encoded.replace(b"+", b"%2B").replace(b"/", b"%2F").replace(b"=", b"%3D")
    if len(encoded) > body_bytes:
        raise OversizeError(
            "body-too-large",
            f"the encoded image is larger than the {body_bytes} bytes the service takes",
            advice="Scan at a lower resolution, or raise baidu.max_body_bytes if Baidu takes more.",
        )
    return b"&".join([b"image=" + encoded, *([urlencode(options).encode()] if options else [])])
