"""The outboxes of the targets in memory, while the file cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.messages.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class MemoryStore:
    """The outboxes that are not in the file."""

    def __init__(self, owner: str) -> None:
        """Begin without outboxes.

        Args:
            owner: The token of this process.
        """
        self.owner = owner
        self._outboxes: dict[str, Outbox] = {}

    def change(self, targets: Iterable[str], change: Callable[[Outbox], Outbox]) -> list[Outbox]:
        """Change the outboxes of some targets, and return them."""
        changed = {name: change(self._outboxes.get(name, Outbox())) for name in targets}
        self._outboxes |= changed
        return list(changed.values())

    def outboxes(self) -> dict[str, Outbox]:
        """Return all outboxes."""
        return dict(self._outboxes)

    def drop(self, target: str) -> None:
        """Forget the outbox of a target, which is kept elsewhere."""
        del self._outboxes[target]
