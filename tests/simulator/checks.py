"""What the service checks of a call before it reads the picture."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.simulator import form
from tests.simulator.call import Call
from tests.simulator.facts import (
    BODY_BYTES,
    LONGEST_SIDE,
    OPTIONS,
    OTHER_BODY_BYTES,
    OTHER_LONGEST_SIDE,
    SHORTEST_SIDE,
)
from tests.simulator.images import Examiner, Picture, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Request:
    """A call as it arrived, taken apart.

    Attributes:
        endpoint: The last part of its path.
        token: The token from its query.
        bearer: The key from its header ``Authorization``.
        content_type: Its header.
        options: Every field of the form but the image.
        image_bytes: Size of the field with the image, URL-encoded.
        image: The decoded image; None where there is none or it is no base64.
        sha256: The hash of the decoded image.
        picture: What the image shows; None where it cannot be read.
    """

    endpoint: str
    token: str
    bearer: str
    content_type: str
    options: Mapping[str, str]
    image_bytes: int
    image: bytes | None
    sha256: str
    picture: Picture | None

    def call(self, at: float) -> Call:
        """What to remember of it."""
        return Call(
            endpoint=self.endpoint,
            sha256=self.sha256,
            words=self.picture.words if self.picture else "",
            token=self.token,
            options=self.options,
            at=at,
            bearer=self.bearer,
        )


def request(
    endpoint: str,
    body: bytes,
    examiner: Examiner,
    *,
    token: str,
    bearer: str,
    content_type: str,
) -> Request:
    """Takes a call apart."""
    fields = form.fields(body) if content_type.startswith(FORM) else {}
    image = _image(fields.pop("image", b""))
    sha256 = digest(image) if image else ""
    return Request(
        endpoint=endpoint,
        token=token,
        bearer=bearer,
        content_type=content_type,
        options={name: value.decode("utf-8", "replace") for name, value in fields.items()},
        image_bytes=form.raw_size(body, "image"),
        image=image,
        sha256=sha256,
        picture=examiner.picture(image, sha256) if image else None,
    )


def code(asked: Request) -> int:
    """The error code the service answers to what is asked; 0 where it reads the picture."""
    if not asked.content_type.startswith(FORM):
        return 216101
    if not _options_are_known(asked):
        return 216101
    if not asked.image_bytes:
        return 216101
    if asked.image_bytes > BODY_BYTES.get(asked.endpoint, OTHER_BODY_BYTES):
        return 216202
    return _picture_code(asked)


def _picture_code(asked: Request) -> int:
    if not asked.picture:
        return 216201
    sides = (asked.picture.width, asked.picture.height)
    longest = LONGEST_SIDE.get(asked.endpoint, OTHER_LONGEST_SIDE)
    if min(sides) < SHORTEST_SIDE or max(sides) > longest:
        return 216202
    return 0


def _options_are_known(asked: Request) -> bool:
    known = OPTIONS[asked.endpoint]
    return all(value in known.get(name, ()) for name, value in asked.options.items())


def _image(value: bytes) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True) or None
    except binascii.Error:
        return None
