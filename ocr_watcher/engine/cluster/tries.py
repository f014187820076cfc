"""The decisions about a page that a worker did not read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, OutageError

if TYPE_CHECKING:
    from ocr_watcher.errors import OcrWatcherError

_MOST_KILLS = 3
"""The number of workers that ended while they may have read a page, after which the page is
blamed."""
_MOST_LOSSES = 5
"""The number of losses of a page for other reasons after which there is a pause."""


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries of one page on the workers of a cluster.

    At the first death, any page on the worker may be the cause, also one that it had not begun.
    Each of them is then read alone on a worker, so that a further death is caused by that page.

    Attributes:
        kills: The number of workers that ended while they may have read it.
        losses: The number of times that it was lost or not read for another reason.
        avoided: The workers that lost it or did not read it; others are tried first.
    """

    kills: int = 0
    losses: int = 0
    avoided: frozenset[str] = frozenset()

    @property
    def alone(self) -> bool:
        """Whether no other page may be on its worker."""
        return self.kills > 0

    def after_kill(self) -> Tries:
        """Return the tries after one more worker ended.

        Raises:
            DoubtfulImageError: The page ends workers (``engine-crashed``).
        """
        if self.kills + 1 >= _MOST_KILLS:
            raise DoubtfulImageError(
                "engine-crashed",
                f"{_MOST_KILLS} workers of the cluster ended while they read the page, "
                "also where they read no other",
                advice="open the picture in a viewer; if that fails too, scan it again",
            )
        return replace(self, kills=self.kills + 1)

    def after_loss(self, worker: str) -> Tries:
        """Return the tries after the page was lost on its way to or from a worker.

        Raises:
            OutageError: It was lost again and again; no page is to blame for that.
        """
        if self.losses + 1 >= _MOST_LOSSES:
            raise OutageError(
                "workers-lost",
                "workers of the cluster cannot be reached again and again",
                advice="let the machine of the daemon reach any port of the workers' machines",
            )
        return self._avoiding(worker)

    def after_fault(self, worker: str, error: OcrWatcherError) -> Tries:
        """Return the tries after a worker reported a fault of its own, not of the page.

        Raises:
            OcrWatcherError: The same fault; there is no other worker to try, or enough were tried.
        """
        if worker in self.avoided or self.losses + 1 >= _MOST_LOSSES:
            raise error
        return self._avoiding(worker)

    def _avoiding(self, worker: str) -> Tries:
        return replace(self, losses=self.losses + 1, avoided=self.avoided | {worker})
