"""The error file of an image, which describes why the image failed.

Its content is untrusted, like everything in the folder.
"""

from __future__ import annotations

import enum
import json
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ocr_watcher.escapes import printable
from ocr_watcher.formats.notation import described, encoded, modified, rfc3339
from ocr_watcher.sidecars import obstacle
from ocr_watcher.sidecars.names import error_name
from ocr_watcher.storage.dates import is_rounding_of, later
from ocr_watcher.storage.directory import READ

if TYPE_CHECKING:
    from datetime import datetime

    from ocr_watcher.document.document import Source
    from ocr_watcher.errors import EngineError
    from ocr_watcher.values.image import Image, Stamp

_MOST_BYTES = 65_536
_KEYS = ("code", "message", "advice")


@dataclass(frozen=True, slots=True)
class FailedContent:
    """The content of an image that failed.

    Attributes:
        size: The size in bytes.
        modified: The date of the content, in the notation of the error file.
        sha256: The hash of the content; None if it could not be read.
    """

    size: int
    modified: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Failure:
    """The reason why an image failed for good.

    Attributes:
        code: The error code as a text, even if it is a number.
        message: The message in one line, safe for a terminal.
        advice: What to do about it, in one line safe for a terminal; may be empty.
        content: The content that failed; None if the error file does not name it.
    """

    code: str
    message: str
    advice: str
    content: FailedContent | None = None


class Failing(enum.Enum):
    """The answers to whether an error file is about the present content of an image."""

    NO = "no"
    YES = "yes"
    PERHAPS = "perhaps"
    """Size and date are the same, but the image was touched since, so its hash must decide."""


def content_of(error: EngineError, source: Source, attempts: int, at: datetime) -> bytes:
    """Return the content of the error file of an image that failed for good.

    Args:
        error: The last fault.
        source: The image's file.
        attempts: The number of tries.
        at: The time when it failed.
    """
    return encoded(
        {
            "source": described(source),
            "error": {"code": error.code, "message": str(error), "advice": error.advice},
            "attempts": attempts,
            "failed_at": rfc3339(at),
        }
    )


def failure_of(directory: int, image: str) -> Failure:
    """Read the error file of an image.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there.

    Returns:
        The failure in the file; a failure with code ``unknown`` if the file holds no valid one.
    """
    try:
        found = json.loads(_content(directory, error_name(image)))
        code, message, advice = (printable(str(found["error"][key])) for key in _KEYS)
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return Failure("unknown", "its error file cannot be read", "")
    return Failure(code, message, advice, _failed_content(found))


def withdraw(directory: int, image: str, code: str | None = None) -> bool:
    """Remove the error file of an image, so that the image waits again.

    Args:
        directory: A descriptor of the image's directory.
        image: Its name there.
        code: The code of the failure to remove; None for any failure.

    Returns:
        Whether a file was removed.

    Raises:
        OSError: It could not be removed.
    """
    if code is not None and failure_of(directory, image).code != code:
        return False
    try:
        os.unlink(error_name(image), dir_fd=directory)
    except FileNotFoundError:  # the image was replaced or recognised a moment ago
        return False
    return True


def failing(directory: int, image: Image, stamp: Stamp) -> Failing:
    """Return whether the error file of an image is about the content that the image has now.

    For nearly all images, the date of the error file decides: it equals the date of the failed
    content. Its content decides in three cases: the file system refuses dates, the image was
    touched after its failure, or another content with the same date replaced it.

    Args:
        directory: A descriptor of the image's directory.
        image: The image.
        stamp: The content that it has.
    """
    status = _status(directory, error_name(image.base_name))
    if status is None:
        return Failing.NO
    touched = later(stamp.ctime_ns, status.st_ctime_ns)
    if status.st_mtime_ns == stamp.mtime_ns and not touched:
        return Failing.YES
    failure = failure_of(directory, image.base_name)
    if failure.content is None:
        return Failing.YES if is_rounding_of(status.st_mtime_ns, stamp.mtime_ns) else Failing.NO
    return _judge(failure.code, failure.content, stamp, touched=touched)


def _judge(code: str, content: FailedContent, stamp: Stamp, *, touched: bool) -> Failing:
    same = (content.size, content.modified) == (stamp.size, modified(stamp.mtime_ns))
    # An obstacle is found by looking at the folder, so its error file does not count.
    if not same or code == obstacle.CODE:
        return Failing.NO
    if not touched:
        return Failing.YES
    return Failing.PERHAPS if content.sha256 else Failing.NO


def _failed_content(found: dict[str, Any]) -> FailedContent | None:
    try:
        source = found["source"]
        size, when, sha256 = source["size"], source["modified"], source["sha256"]
    except (LookupError, TypeError):
        return None
    if isinstance(size, int) and isinstance(when, str) and isinstance(sha256, str | None):
        return FailedContent(size, when, sha256)
    return None


def _status(directory: int, name: str) -> os.stat_result | None:
    try:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _content(directory: int, name: str) -> bytes:
    if _status(directory, name) is None:
        raise FileNotFoundError  # a device is not opened, as opening it may have effects
    descriptor = os.open(name, READ, dir_fd=directory)
    try:
        return os.read(descriptor, _MOST_BYTES)
    finally:
        os.close(descriptor)
