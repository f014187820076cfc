"""Give memory that the models freed back to the system."""

from __future__ import annotations

import ctypes

_malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


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
