"""The memory in which large networks in OpenVINO compute, one after the other."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ocr_watcher.processes.heap import give_back_free_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

_MUCH = 260_000_000
"""The number of bytes from which on a network gets what others can spare. The detector takes them
for pages that are nearly square; the largest of A4 or Letter takes 240 million."""


class WorkingMemory:
    """The memory of the large network that computed last, and the turn of those that may compute.

    A network keeps the memory for what it computes between its layers, 100 to 200 MB, as to take it
    anew costs a fifth of the time in which a page is searched. It is freed before another network
    takes its own.

    Attributes:
        turn: Is held while a network computes that uses all threads.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._name: Hashable = None
        self._network: Any = None
        self._request: Any = None
        self._spare: list[Callable[[], None]] = []

    def can_spare(self, drop: Callable[[], None]) -> None:
        """Register a function that drops what a large network needs more, and that comes back.

        It is called by the thread that holds `turn`.
        """
        self._spare.append(drop)

    @contextmanager
    def request_of(
        self, name: Hashable, network: Callable[[], Any], needed: int = 0
    ) -> Iterator[Any]:
        """Take the turn of a network, with a request that computes.

        Args:
            name: The name of the network.
            network: A function that returns the compiled network. It is called where another one
                computed before, when that has freed its memory.
            needed: The bytes that it takes.
        """
        with self.turn:
            if self._request is None or name != self._name:
                if needed >= _MUCH:
                    for drop in self._spare:
                        drop()
                self._free()
                self._name, self._network = name, network()
                self._request = self._network.create_infer_request()
            yield self._request

    @contextmanager
    def freed(self) -> Iterator[None]:
        """Take the turn for what computes in memory of its own, when all other is free."""
        with self.turn:
            self._free()
            yield

    def _free(self) -> None:
        """Free the memory of the last network; it keeps its code and tables."""
        self._request = None  # and stays so where there is not enough memory for what follows
        if self._network is not None:
            self._network.release_memory()
            self._network = None
            give_back_free_memory()
