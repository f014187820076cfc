"""An image of a watched folder: where it lies, and which content it has there."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ocr_watcher.escapes import printable


@dataclass(frozen=True, slots=True)
class Image:
    """Where an image lies.

    Attributes:
        root: The watched folder, an absolute path.
        name: The path below it. Names that are not UTF-8 carry their bytes as surrogates
            (PEP 383), and may hold anything else, newlines included: `printable` shows them.
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
    """What tells one content of a path from another without reading it.

    Attributes:
        size: In bytes.
        mtime_ns: When the content last changed, in nanoseconds of the file system's clock.
        inode: Another file under the same name has another one. Some file systems number their
            files anew at each look, so it alone proves nothing.
        ctime_ns: When the content, the name or the permissions last changed; nobody can set it
            (inode(7)). It is not compared: it says that there may be another content, no more.
    """

    size: int
    mtime_ns: int
    inode: int
    ctime_ns: int = field(default=0, compare=False)

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Take the stamp from a file's status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def is_of_the_same_content(self, other: Stamp) -> bool:
        """Return whether two stamps speak of one content, also where a share was mounted anew.

        A network file system may number its files differently after that.
        """
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns)
