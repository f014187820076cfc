"""What is wrong with a file, said in one place: the decoders trust it, and raise anything."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def decoding() -> Iterator[None]:
    """Translate what decoders raise over a file whose end is there.

    Their warnings, of odd metadata mostly, tell nobody anything: they are not shown. Only those
    modules are named to the filter, for `warnings` may keep it when two threads leave at once.

    Raises:
        ImageError: ``damaged``.
        TransientError: ``out-of-memory``.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module=r"(PIL|pillow_heif|pypdfium2)\b")
            yield
    except (ImageError, TransientError):
        raise
    except MemoryError as error:
        raise TransientError("out-of-memory", "not enough memory to decode the picture") from error
    except Exception as error:
        raise damaged(type(error).__name__) from error


def damaged(reason: str) -> ImageError:
    """The file has its end, but what lies before it cannot be decoded."""
    return ImageError(
        "damaged",
        f"the picture cannot be decoded ({reason})",
        advice="Open it in a viewer; if that fails too, scan it again.",
    )


def cut_off() -> DoubtfulImageError:
    """The file may still be growing."""
    return DoubtfulImageError(
        "cut-off", "the end of the file is missing", advice="Copy or scan it again."
    )
