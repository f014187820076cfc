"""The messages that people want, and their targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.service.messages.target import Target


@dataclass(frozen=True, slots=True)
class Subscription:
    """The messages that people want, and their targets.

    Attributes:
        targets: The targets.
        wanted: The kinds of notices that people want, as in ``notify.on``.
        every: The shortest time between two messages, in seconds.
        waiting: A function that returns the number of images that wait.
    """

    targets: tuple[Target, ...] = ()
    wanted: frozenset[str] = frozenset()
    every: float = 0.0
    waiting: Callable[[], int] = lambda: 0

    @property
    def keys(self) -> list[str]:
        """The name of each target in the store."""
        return [target.key for target in self.targets]
