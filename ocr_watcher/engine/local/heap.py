"""Keeps memory that the models gave back from staying with the process."""

from __future__ import annotations

import ctypes

_M_MMAP_THRESHOLD = -3
"""Of ``malloc.h``."""

_THRESHOLD = 128 * 1024
"""Bytes from which on a block is mapped for itself: the value that glibc starts with."""


def give_back_large_blocks() -> None:
    """Has every large block returned to the system as soon as it is free.

    glibc raises its threshold to the size of each mapped block that is freed, up to 32 MB, and
    takes blocks below it from a heap that belongs to the thread. The models' tensors, of some MB
    and of another size for each page, so stay behind as gaps, in the heap of every thread that
    ever read a page. A threshold that is set stays as it is (mallopt(3), ``M_MMAP_THRESHOLD``).

    Other libraries of C are left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD)
