"""What lies where a file beside an image is to be written, and is no file."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

CODE = "not-a-file"
"""Of the failure of an image beside which something else lies."""
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
    """Something that is no regular file, in the place of one of ours.

    It is never followed, opened or removed: it is not ours.

    Attributes:
        name: Its name.
        kind: What it is, with its article.
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
        return f"move {self.name} away; the image is then taken without further ado"


def obstacle_of(directory: int, names: Iterable[str]) -> Obstacle | None:
    """Find the first name that something else than a regular file has.

    Args:
        directory: A descriptor of the directory.
        names: Of the files that are to be written there.
    """
    for name in names:
        try:
            mode = os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode
        except OSError:
            continue
        if not stat.S_ISREG(mode):
            return Obstacle(name, _KINDS.get(stat.S_IFMT(mode), "something unknown"))
    return None
