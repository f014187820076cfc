"""The names of the files beside an image; pure functions."""

from __future__ import annotations

import os

from ocr_watcher.formats.registry import ERROR_SUFFIX, FORMATS

NAME_TOO_LONG = "its sidecars would have names longer than the file system takes"

_LONGEST_NAME = 255  # bytes; NAME_MAX of Linux's file systems (limits.h(0p))
_SURELY_SHORT = (_LONGEST_NAME - len(ERROR_SUFFIX)) // 4
"""The characters of a name that is surely short: encoded, a character has four bytes at most
(RFC 3629). Few names are longer."""


def sidecar_name(image: str, output_format: str, *, replace: bool) -> str:
    """Return the name of a sidecar.

    Args:
        image: The image's name, without its directory.
        output_format: The name of its format.
        replace: Whether the format's suffix replaces the image's extension (``output.naming``).
    """
    stem = os.path.splitext(image)[0] if replace else image  # noqa: PTH122  a name, not a path
    return stem + FORMATS.named(output_format).suffix


def error_name(image: str) -> str:
    """Return the name of the error file of an image: the whole name and a suffix."""
    return image + ERROR_SUFFIX


def fits_a_sidecar(image: str) -> bool:
    """Return whether the names of all sidecars are short enough for the file system."""
    return len(image) <= _SURELY_SHORT or len(os.fsencode(error_name(image))) <= _LONGEST_NAME


def image_of(name: str) -> str | None:
    """Return the image that a sidecar with an appended suffix, or an error file, belongs to.

    None if the name is not that of such a file.
    """
    suffix = FORMATS.suffix_of(name)
    return None if suffix is None else name.removesuffix(suffix)
