"""How a try at one image ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.errors import ImageError, OcrWatcherError
    from ocr_watcher.values.tried import Tried


@dataclass(frozen=True, slots=True)
class Recognised:
    """Its sidecars are written.

    Attributes:
        pages: How many it has.
        lines: How many lines were read on them.
        low_confidence: The mean score of the worst page, where its text is to be doubted.
        unread: The numbers of the pages on which nothing was read although they have ink.
    """

    pages: int
    lines: int
    low_confidence: float | None = None
    unread: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """It failed for good, and the file beside it says why.

    Attributes:
        error: The fault.
        tries: How many tries it was given.
    """

    error: ImageError
    tries: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """There was nothing to do.

    Attributes:
        reason: Why.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class NotAnImage:
    """The program wrote the file itself. Nothing is written beside it."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Its content changed while it was read: what was read is void, and it must settle anew."""


@dataclass(frozen=True, slots=True)
class Again:
    """It is to be tried again.

    Attributes:
        error: How the try ended; None if it was not the time for one yet.
        tried: The tries so far, and when the next one is due.
        left: Seconds until then, where some have passed since the last try.
    """

    error: OcrWatcherError | None
    tried: Tried
    left: float | None = field(default=None, compare=False)

    @property
    def delay(self) -> float:
        """Seconds until the next try, whatever the clock on the wall is set to meanwhile."""
        tried = self.tried
        return max(0.0, tried.next_try - tried.failed_at if self.left is None else self.left)


Outcome = Recognised | Failed | Skipped | NotAnImage | Changed | Again
