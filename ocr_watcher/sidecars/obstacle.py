"""Directories, links and the like in the place where a file beside an image is to be written."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = "not-a-file"
"""The error code of an image whose sidecar cannot be written because of an obstacle."""
_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something other than a regular file, in the place of a file that is to be written.

    It is never followed, opened or removed, because this program did not create it.

    Attributes:
        name: Its name.
        kind: Its kind in words, such as "a directory".
    """

    name: str
    kind: str

    @property
    def message(self) -> str:
        """What is wrong, in one line."""
        return f"{self.kind} lies where {self.name} is to be written"

    @property
    def advice(self) -> str:
        """What to do about it."""
        return f"move {self.name} away; the image is then recognised"


def obstacle_of(directory: int, names: Iterable[str]) -> Obstacle | None:
    """Return the first obstacle among some names; None if there is none.

    Args:
        directory: A descriptor of the directory.
        names: The names of the files that are to be written there.
    """
    for name in names:
        try:
            mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        except OSError:
            continue
        if not stat.S_ISREG(mode):
            return Obstacle(name, _KINDS.get(stat.S_IFMT(mode), "something unknown"))
    return None
