"""A page of the PDF that is being made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Transform


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of the PDF that is being made.

    Attributes:
        page: The page, of pikepdf.
        to_page: The transform from pixels of the page as the file stores it to the page's default
            user space (ISO 32000-1, 8.3.2.3).
        turn: The degrees by which a viewer turns the page clockwise.
    """

    page: Any
    to_page: Transform
    turn: int
