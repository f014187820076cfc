"""A list of images: its conditions, and one part of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.index.entry import Entry
    from ocr_watcher.sidecars.state import State


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions for the images of a list, which must all be met.

    Attributes:
        roots: The watched folders that they are in; empty for all.
        state: Their state; None for any.
        code: The code of their failure; empty for any.
        name: A part of their paths below the folder, whatever the case; empty for any.
    """

    roots: tuple[str, ...] = ()
    state: State | None = None
    code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A part of a list, newest first.

    Attributes:
        entries: The images.
        following: The argument that gets the next part; empty at the end.
    """

    entries: tuple[Entry, ...]
    following: str = ""
