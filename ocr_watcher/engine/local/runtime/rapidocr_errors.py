"""Translate the exceptions of RapidOCR and of the libraries below it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUT_OF_MEMORY = ("failed to allocate", "insufficient memory", "bad_alloc", "bad allocation")
"""Texts in the exceptions of onnxruntime and OpenCV for lack of memory, which have no class of
their own."""


@contextmanager
def faults_of_a_page() -> Iterator[None]:
    """Translate the exceptions that RapidOCR raises over a page.

    They may be of any class of four libraries.

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
    """Return whether an error is a lack of memory and not a fault of the page or the model.

    A lack of memory passes.
    """
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY)
