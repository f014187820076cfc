"""The memory in which large networks in OpenVINO compute, one after the other."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ocr_watcher.processes.heap import give_back_free_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

_MUCH = 260_000_000
"""The least number of bytes for which a network gets the memory that others can spare. The detector
needs so much for large pages that are nearly square. The largest page of A4 or Letter needs 240
million."""


class WorkingMemory:
    """The memory of the large network that computed last, and the turn to compute.

    A network keeps 100 to 200 MB for the results between its layers, as taking the memory again
    costs a fifth of the time for searching a page. The memory is freed before another network takes
    its own.

    Attributes:
        turn: The lock that is held while a network computes with all threads.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._name: Hashable = None
        self._network: Any = None
        self._request: Any = None
        self._spare: list[Callable[[], None]] = []

    def can_spare(self, drop: Callable[[], None]) -> None:
        """Register a function that drops memory, so that a very large network can have it.

        The thread that holds `turn` calls it. What is dropped is made again when it is needed.
        """
        self._spare.append(drop)

    @contextmanager
    def request_of(
        self, name: Hashable, network: Callable[[], Any], needed: int = 0
    ) -> Iterator[Any]:
        """Take the turn, and give the context the request with which a network computes.

        Args:
            name: The name of the network.
            network: A function that returns the compiled network. It is called if this network did
                not compute last, after the memory of the last one is freed.
            needed: The number of bytes that the network takes.
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
        """Take the turn, and free the memory of the last network for a computation elsewhere."""
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
