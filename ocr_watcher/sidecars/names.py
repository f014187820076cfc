"""How the files beside an image are named: pure."""

from __future__ import annotations

import os

FORMATS = ("txt", "json")
ERROR_SUFFIX = ".ocr-error.json"

NAME_TOO_LONG = "its sidecars would have names longer than the file system takes"

_LONGEST_NAME = 255  # bytes; NAME_MAX of Linux's file systems (limits.h(0p))
_SURELY_SHORT = (_LONGEST_NAME - len(ERROR_SUFFIX)) // 4
"""Characters. Encoded, one has four bytes at most (RFC 3629); a scan meets few longer names."""


def sidecar_name(image: str, output_format: str, *, replace: bool) -> str:
    """Names a sidecar.

    Args:
        image: The image's name, without its directory.
        output_format: One of `FORMATS`.
        replace: Whether the format takes the place of the image's extension
            (``output.naming``).
    """
    stem = os.path.splitext(image)[0] if replace else image  # noqa: PTH122  a name, not a path
    return f"{stem}.{output_format}"


def error_name(image: str) -> str:
    """Names the file that says why an image failed; always the whole name and a suffix."""
    return image + ERROR_SUFFIX


def fits_a_sidecar(image: str) -> bool:
    """Tells whether every sidecar's name is still one that the file system takes."""
    return len(image) <= _SURELY_SHORT or len(os.fsencode(error_name(image))) <= _LONGEST_NAME


def image_of(name: str) -> str | None:
    """Names the image that an appended sidecar or error file belongs to, by the name alone."""
    for suffix in (ERROR_SUFFIX, *(f".{output_format}" for output_format in FORMATS)):
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return None
