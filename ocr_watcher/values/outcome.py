"""The possible ends of a try at one image."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.errors import ImageError, OcrWatcherError
    from ocr_watcher.values.tried import Tried


@dataclass(frozen=True, slots=True)
class Recognised:
    """The image was recognised, and its sidecars are written.

    Attributes:
        pages: The number of its pages.
        lines: The number of lines that were read on them.
        low_confidence: The mean score of the worst page, if its text is doubtful; None otherwise.
        unread: The numbers of the pages on which nothing was read although they have ink.
    """

    pages: int
    lines: int
    low_confidence: float | None = None
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The image failed for good, and its error file says why.

    Attributes:
        error: The fault.
        tries: The number of tries that it was given.
    """

    error: ImageError
    tries: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """The image needed no attempt.

    Attributes:
        reason: The reason, for the log.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class NotAnImage:
    """The file is no image, as the program itself wrote it. Nothing is written beside it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """The image changed while it was read: its readings are dropped, and it must settle again."""


@dataclass(frozen=True, slots=True)
class Again:
    """The image will be tried again.

    Attributes:
        error: The fault of the try; None if no try was due yet.
        tried: The tries so far, and when the next one is due.
        left: The seconds until then, if some have passed since the last try.
    """

    error: OcrWatcherError | None
    tried: Tried
    left: float | None = field(default=None, compare=False)

    @property
    def delay(self) -> float:
        """The seconds until the next try, which do not depend on changes of the wall clock."""
        tried = self.tried
        return max(0.0, tried.next_try - tried.failed_at if self.left is None else self.left)


Outcome = Recognised | Failed | Skipped | NotAnImage | Changed | Again
