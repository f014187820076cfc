"""A bounded cache of the values that were used last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

_Value = TypeVar("_Value")


class BoundedCache(Generic[_Value]):
    """Values by key, bounded in number and size; the least recently used one is dropped first.

    Any number of threads may use it.
    """

    def __init__(self, most: int, most_size: int) -> None:
        """Create an empty cache.

        Args:
            most: The most values.
            most_size: The largest sum of the sizes of all values.
        """
        self._most = most
        self._most_size = most_size
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[_Value, int]] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> _Value | None:
        """Return a value; None if it is not kept."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: _Value, size: int = 0) -> None:
        """Keep a value, unless it alone is larger than the limit."""
        with self._lock:
            self._drop(key)
            if size > self._most_size:
                return
            self._values[key] = (value, size)
            self._size += size
            while len(self._values) > self._most or self._size > self._most_size:
                self._drop(next(iter(self._values)))

    def _drop(self, key: Hashable) -> None:
        if key in self._values:
            self._size -= self._values.pop(key)[1]
