"""The conditions of a list of images, and the address of the list."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from ocr_watcher.index.listed import Wanted
from ocr_watcher.sidecars.state import State

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_LONGEST = 300
"""The most characters of a part of an address that are used."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The conditions for the images of a list.

    Attributes:
        root: The watched folder; empty for all.
        state: The state; None for any.
        code: The code of the failure; empty for any.
        name: A part of the path; empty for any.
    """

    root: str = ""
    state: State | None = None
    code: str = ""
    name: str = ""

    @property
    def wanted(self) -> Wanted:
        """The same conditions for a query of the index."""
        return Wanted((self.root,) if self.root else (), self.state, self.code, self.name)

    @property
    def folder(self) -> str:
        """The key of the folder in addresses; empty for all."""
        return key_of(self.root) if self.root else ""

    def address(self, **more: object) -> str:
        """Return the address of the list.

        Args:
            more: Further parts; empty ones are left out.
        """
        parts: dict[str, Any] = {
            "state": self.state.value if self.state else "",
            "folder": self.folder,
            "code": self.code,
            "name": self.name,
            **more,
        }
        query = urlencode({key: value for key, value in parts.items() if value}, errors="replace")
        return f"/images?{query}" if query else "/images"

    def of_state(self, state: State | None) -> Choice:
        """Return the choice of the images in another state."""
        return replace(self, state=state, code="")

    def of_code(self, code: str) -> Choice:
        """Return the choice of the images that failed with a code."""
        return replace(self, state=State.FAILED, code=code)


def key_of(root: str) -> str:
    """Return a name of a folder for addresses, which does not reveal its path."""
    return hashlib.sha256(os.fsencode(root)).hexdigest()[:12]


def labels_of(roots: Collection[str]) -> dict[str, str]:
    """Return short names of the watched folders for a list; none if there is only one folder.

    Args:
        roots: The folders. Folders with the same last name are shown with their whole paths.
    """
    if len(roots) < 2:  # noqa: PLR2004  with one, all images are in it
        return {}
    names = Counter(_last_name(root) for root in roots)
    return {root: root if names[_last_name(root)] > 1 else _last_name(root) for root in roots}


def _last_name(root: str) -> str:
    return root.rstrip("/").rpartition("/")[2] or root


def chosen(query: Mapping[str, str], roots: Iterable[str]) -> Choice:
    """Return the choice in an address.

    Args:
        query: The parts of the address; untrusted.
        roots: The watched folders.

    Raises:
        HTTPException: 404; there is no such folder or state.
    """
    code, name = (query.get(part, "")[:_LONGEST].strip() for part in ("code", "name"))
    state = State.FAILED if code else _state(query.get("state", ""))
    return Choice(_root(query.get("folder", ""), roots), state, code, name)


def _state(value: str) -> State | None:
    if not value:
        return None
    try:
        return State(value)
    except ValueError:
        raise HTTPException(404, "There is no such state of an image.") from None


def _root(key: str, roots: Iterable[str]) -> str:
    if not key:
        return ""
    for root in roots:
        if key_of(root) == key:
            return root
    raise HTTPException(404, "This folder is not watched any more.")
