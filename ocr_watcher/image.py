"""An image of a watched folder: where it lies, and which content it has there."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


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
        """Takes the stamp from a file's status."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def is_of_the_same_content(self, other: Stamp) -> bool:
        """Tells whether two stamps speak of one content, also where a share was mounted anew.

        A network file system may number its files differently after that.
        """
        return (self.size, self.mtime_ns) == (other.size, other.mtime_ns)


def printable(text: str) -> str:
    r"""Makes a name fit for one line of a terminal, a log or JSON.

    Whatever is not printable, a newline or an undecodable byte, is shown as ``\n`` or ``\udcff``.
    """
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


@contextlib.contextmanager
def directory_below(root: str, name: str) -> Iterator[int]:
    """Opens a directory below a root, following no link on the way.

    Whoever may write in the folder may also swap a directory for a link while we look; a path
    walked part by part with ``O_NOFOLLOW`` cannot be led out of the root (open(2)).

    Args:
        root: The watched folder. It may itself be reached through links.
        name: The directory's path below it; empty for the root.

    Yields:
        A file descriptor for ``dir_fd`` arguments.

    Raises:
        OSError: A part of the way is missing, is a link, or may not be entered.
    """
    descriptor = os.open(root, _DIRECTORY)
    try:
        for part in filter(None, name.split("/")):
            inner = os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def stamp_of(image: Image) -> Stamp | None:
    """Takes an image's stamp; None where it is not there or cannot be looked at."""
    try:
        with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
            return Stamp.of(os.stat(image.base_name, dir_fd=directory, follow_symlinks=False))
    except OSError:
        return None
