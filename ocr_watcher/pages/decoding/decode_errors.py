"""The errors of files that cannot be decoded.

Decoders trust a file and may raise any exception over it, so they are all translated here.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def decoding() -> Iterator[None]:
    """Translate the exceptions of decoders for a file that has its end.

    Their warnings are mostly about unusual metadata, and are not shown. The filter names only these
    modules, as `warnings` may keep it when two threads leave the context at once.

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
    """Return the error of a file that has its end but cannot be decoded."""
    return ImageError(
        "damaged",
        f"the picture cannot be decoded ({reason})",
        advice="open it in a viewer; if that fails too, scan it again",
    )


def cut_off() -> DoubtfulImageError:
    """Return the error of a file without its end, which may still be growing."""
    return DoubtfulImageError(
        "cut-off", "the end of the file is missing", advice="copy or scan it again"
    )


def dynamic_form() -> ImageError:
    """Return the error of a form whose pages only Adobe's programs draw.

    Its fields are described in XFA. Its pages hold only a notice, such as "Please wait", for
    programs that do not know XFA (ISO 32000-1, 12.7.8).
    """
    return ImageError(
        "unsupported-format",
        "the PDF is a dynamic XFA form, of which only Adobe Reader shows the pages",
        advice="open it in Adobe Reader, print it to a PDF, and use that",
    )
