"""An image of a watched folder: its place, and the stamp of its content."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ocr_watcher.escapes import printable


@dataclass(frozen=True, slots=True)
class Image:
    """The place of an image.

    Attributes:
        root: The watched folder, an absolute path.
        name: The path below the folder. A name that is not UTF-8 carries its bytes as surrogates
            (PEP 383). A name may contain any character, also newlines; `printable` makes it fit for
            one line.
    """

    root: str
    name: str

    @property
    def path(self) -> str:
        """The whole path."""
        return os.path.join(self.root, self.name)  # noqa: PTH118  pathlib would rewrite odd names

    @property
    def base_name(self) -> str:
        """The last part of the path."""
        return self.name.rpartition("/")[2]

    def __str__(self) -> str:
        return printable(self.path)


@dataclass(frozen=True, slots=True)
class Stamp:
    """The facts that distinguish two contents of a path without reading them.

    Attributes:
        size: The size in bytes.
        mtime_ns: The time when the content last changed, in nanoseconds of the file system's clock.
        inode: The inode number; another file under the same name has another one. Some file systems
            number a file anew each time it is looked up, so another number alone proves nothing.
        ctime_ns: The time when the content, the name or the permissions last changed; nobody can
            set it (inode(7)). It is not compared, as another time shows only that the content may
            be another.
    """

    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int = field(default=0, compare=False)

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp in the status of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def is_of_the_same_content(self, other: Stamp) -> bool:
        """Return whether two stamps are of the same content.

        The inode is not compared, as a network file system may number its files differently after
        it is mounted again.
        """
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns)
