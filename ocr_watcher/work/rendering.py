"""The content of the sidecars of an image, and the room that they may need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError
from ocr_watcher.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ocr_watcher.document.document import Document


def room_for(formats: Iterable[str], image: str, size: int) -> int:
    """Return the bytes that the sidecars of an image may need.

    Args:
        formats: Their formats.
        image: The name of the image.
        size: The size of its file in bytes.
    """
    return sum(FORMATS.named(name).room(image, size) for name in formats)


def rendered(
    sidecars: Mapping[str, str], document: Document
) -> tuple[dict[str, bytes], ImageError | None]:
    """Render a document for each of its sidecars.

    If one format cannot be made from the image, the others are still rendered, as their text was
    paid for.

    Args:
        sidecars: The names of the sidecars, by format.
        document: The document.

    Returns:
        The content of each sidecar by its name, and the fault of a format that cannot be made.

    Raises:
        EngineError: A format cannot be made now.
    """
    contents: dict[str, bytes] = {}
    fault = None
    for output_format, name in sidecars.items():
        try:
            contents[name] = FORMATS.named(output_format).render(document)
        except ImageError as error:
            fault = error
    return contents, fault
