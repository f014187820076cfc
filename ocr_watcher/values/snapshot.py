"""The state of a pipeline at one moment, as data that other parts put into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.values.machine import Machine
    from ocr_watcher.values.pause import Pause


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of images in each state.

    Attributes:
        done: The number of images that have their sidecars.
        waiting: The number of images that wait for their sidecars.
        failed: The number of images that failed for good.
    """

    done: int = 0
    waiting: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.done + other.done, self.waiting + other.waiting, self.failed + other.failed
        )


@dataclass(frozen=True, slots=True)
class Health:
    """The facts that show whether the work advances.

    Attributes:
        has_lost_a_thread: Whether a thread has ended that must never end.
        overdue: A step that takes a thread too long; None if all threads advance.
    """

    has_lost_a_thread: bool = False
    overdue: str | None = None

    @property
    def is_good(self) -> bool:
        """Whether all threads are alive and advance."""
        return not self.has_lost_a_thread and self.overdue is None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a pipeline at one moment.

    Attributes:
        counts: The counts of the images in all folders.
        by_folder: The counts of the images by folder, from its last scan and the attempts since.
        at_first: The counts of the images when each folder was scanned first.
        hung: The folders that do not answer, in their order.
        pause: Why no calls are made; None if they are made.
        pauses: Why no calls of single endpoints are made, by endpoint, where there are several.
        health: Whether the work advances.
        machines: The machines that read pages for this one.
    """

    counts: Counts
    by_folder: Mapping[str, Counts] = field(default_factory=dict)
    at_first: Counts = Counts()
    hung: tuple[str, ...] = ()
    pause: Pause | None = None
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    health: Health = Health()
    machines: tuple[Machine, ...] = ()
