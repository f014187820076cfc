"""Give memory that this process freed back to the system, and limit its heaps."""

from __future__ import annotations

import ctypes

_library = ctypes.CDLL(None)
_malloc_trim = getattr(_library, "malloc_trim", None)
_mallopt = getattr(_library, "mallopt", None)

_M_MMAP_THRESHOLD = -3
_M_ARENA_MAX = -8
"""From glibc's malloc.h."""
_LARGE = 2**20
"""The least size of a block that returns to the system when it is freed, in bytes."""


def give_back_free_memory() -> None:
    """Return free memory of all heaps of this process to the system.

    glibc keeps freed blocks of up to 32 MB in a heap that belongs to the thread. The models'
    tensors have some MB and another size for each page, so they leave gaps in the heap of every
    thread that ever read a page (malloc_trim(3)). A call for each page takes a hundredth of the
    page's time. Mapping each large block by itself instead takes a twentieth, as the kernel then
    zeroes every tensor.

    With another C library this does nothing.
    """
    if _malloc_trim is not None:
        _malloc_trim(0)


def give_back_large_blocks_at_once() -> None:
    """Have each block of a megabyte and more return to the system when it is freed, by itself.

    By default glibc raises the size of such blocks to that of the largest one that was freed, up to
    32 MB (mallopt(3), M_MMAP_THRESHOLD). Smaller ones then come from the heap of a thread, whose
    free end `give_back_free_memory` does not reach.

    With another C library this does nothing.
    """
    if _mallopt is not None:
        _mallopt(_M_MMAP_THRESHOLD, _LARGE)


def limit_heaps(most: int) -> None:
    """Have the threads of this process share a few heaps; call it before any thread is started.

    By default glibc makes a heap for each thread, up to eight for each processor (mallopt(3),
    M_ARENA_MAX). What a thread freed then serves no other one.

    With another C library this does nothing.

    Args:
        most: The most heaps.
    """
    if _mallopt is not None:
        _mallopt(_M_ARENA_MAX, most)
