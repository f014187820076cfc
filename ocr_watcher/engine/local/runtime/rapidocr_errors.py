"""Translates the exceptions of RapidOCR and of the libraries below it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUT_OF_MEMORY = (
    *("failed to allocate", "insufficient memory", "bad_alloc", "bad allocation"),
    *("cannot allocate memory", "failed to map segment from shared object"),
)
"""Texts of exceptions for a lack of memory of the runtimes, of OpenCV and of the dynamic loader,
which have no class of their own."""


@contextmanager
def faults_of_a_page() -> Iterator[None]:
    """Translate the exceptions that RapidOCR raises for a page.

    They may have any class of four libraries.

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
    """Return whether an error, or its cause, is a lack of memory, which passes.

    Any other is a fault of the page, the model or the installation.
    """
    if error.__cause__ is not None and is_out_of_memory(error.__cause__):
        return True
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(words in text for words in _OUT_OF_MEMORY)
