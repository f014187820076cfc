"""Errors for what RapidOCR raises."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUT_OF_MEMORY = ("failed to allocate", "insufficient memory", "bad_alloc", "bad allocation")
"""How onnxruntime and OpenCV say it, whose exceptions have no class for it."""


@contextmanager
def faults_of_a_page() -> Iterator[None]:
    """Translate what RapidOCR raises over a page: any class of four libraries.

    Raises:
        ImageError: RapidOCR fails on the page (``engine-failed``).
        TransientError: There is not enough memory now.
    """
    try:
        yield
    except Exception as error:
        if is_out_of_memory(error):
            raise TransientError("out-of-memory", "not enough memory for the page") from error
        raise ImageError("engine-failed", f"RapidOCR failed ({type(error).__name__})") from error


def is_out_of_memory(error: BaseException) -> bool:
    """Tell want of memory, which passes, from a fault of what was read or loaded."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY)
