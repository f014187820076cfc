"""Keeps memory that the models gave back from staying with the process."""

from __future__ import annotations

import ctypes

_malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)


def give_back_free_memory() -> None:
    """Return the memory that nobody holds to the system, that of every thread's heap included.

    glibc keeps freed blocks of up to 32 MB in a heap that belongs to the thread. The models'
    tensors, of some MB and of another size for each page, stay behind as gaps in the heap of every
    thread that ever read a page (malloc_trim(3)). Once for each page this takes a hundredth of
    the page's time; to map each large block for itself instead takes a twentieth, as every tensor
    is then zeroed by the kernel.

    Other libraries of C are left alone.
    """
    if _malloc_trim is not None:
        _malloc_trim(0)
