"""Reads the file that says why an image failed: untrusted, like everything in the folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from ocr_watcher.image import printable
from ocr_watcher.sidecar.names import error_name

_MOST_BYTES = 65_536
_KEYS = ("code", "message", "advice")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an image failed for good.

    Attributes:
        code: As a text, also where it is a number.
        message: One line, fit for a terminal.
        advice: Likewise, what to do about it; may be empty.
    """

    code: str
    message: str
    advice: str


def failure_of(directory: int, image: str) -> Failure:
    """Reads why an image failed.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there.

    Returns:
        What the file says; a failure of code ``unknown`` where it says nothing that we wrote.
    """
    try:
        error = json.loads(_content(directory, error_name(image)))["error"]
        code, message, advice = (printable(str(error[key])) for key in _KEYS)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return Failure("unknown", "the file that says why cannot be read", "")
    return Failure(code, message, advice)


def _content(directory: int, name: str) -> bytes:
    descriptor = os.open(name, _READ, dir_fd=directory)
    try:
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)
