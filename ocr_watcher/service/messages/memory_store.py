"""What each target is still to be told, in memory, while the file refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.messages.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class MemoryStore:
    """The standings that are not in the file."""

    def __init__(self, owner: str) -> None:
        """Begin without standings.

        Args:
            owner: The token of this process.
        """
        self.owner = owner
        self._standings: dict[str, Standing] = {}

    def change(
        self, targets: Iterable[str], change: Callable[[Standing], Standing]
    ) -> list[Standing]:
        """Change the standings of some targets, and return them."""
        changed = {name: change(self._standings.get(name, Standing())) for name in targets}
        self._standings |= changed
        return list(changed.values())

    def standings(self) -> dict[str, Standing]:
        """Return all standings."""
        return dict(self._standings)

    def drop(self, target: str) -> None:
        """Forget the standing of a target, which is kept elsewhere."""
        del self._standings[target]
