"""The files that a trial drops into the watched folders, and what must lie beside each."""

from __future__ import annotations

import io
import itertools
import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tests.simulator import pictures

if TYPE_CHECKING:
    import random
    from pathlib import Path

REFUSED = "refused"
"""The words of a picture that the simulator refuses begin so."""


@dataclass(frozen=True, slots=True)
class Content:
    """A file's content and what must come of it.

    Attributes:
        data: The bytes of the file.
        words: The text of its only page; None where the file has no text to give.
        pages: The number of pages; the text of several is what the simulator makes of their bytes.
    """

    data: bytes
    words: str | None
    pages: int = 1


class Dropper:
    """Writes, renames, replaces and deletes files at random, and keeps what must come of them.

    Args:
        directories: The directories that files are written to; those of a share are written behind
            its mount.
        chance: The source of all choices.

    Attributes:
        expected: The content of each file that is there.
    """

    def __init__(self, directories: list[Path], chance: random.Random) -> None:
        self.expected: dict[Path, Content] = {}
        self._directories = directories
        self._chance = chance
        self._numbers = itertools.count(1)
        self._seen: list[Content] = []

    def act(self) -> None:
        """Do one thing, most often drop a new image."""
        actions = (
            (self._drop, 75),
            (self._drop_slowly, 5),
            (self._rename, 6),
            (self._replace_with_equal_date, 5),
            (self._delete, 5),
            (self._delete_text, 4),
        )
        weights = [weight for _, weight in actions]
        (action,) = self._chance.choices([action for action, _ in actions], weights)
        action()

    def _drop(self) -> None:
        content = self._content()
        path = self._new_path(content)
        path.write_bytes(content.data)
        self.expected[path] = content

    def _drop_slowly(self) -> None:
        content = self._content()
        path = self._new_path(content)
        middle = len(content.data) // 2
        with path.open("wb", buffering=0) as file:
            file.write(content.data[:middle])
            threading.Event().wait(0.3)
            file.write(content.data[middle:])
        self.expected[path] = content

    def _rename(self) -> None:
        path = self._any_path()
        if path is not None:
            self.expected[path.rename(self._new_path(self.expected[path]))] = self.expected[path]
            del self.expected[path]

    def _replace_with_equal_date(self) -> None:
        path = self._any_path()
        if path is None or self.expected[path].pages > 1:
            return
        content = self._picture()
        status = path.stat()
        arriving = path.with_name(".arriving")
        arriving.write_bytes(content.data)
        os.utime(arriving, ns=(status.st_atime_ns, status.st_mtime_ns))
        arriving.replace(path)
        self.expected[path] = content

    def _delete(self) -> None:
        path = self._any_path()
        if path is not None:
            path.unlink()
            del self.expected[path]

    def _delete_text(self) -> None:
        path = self._any_path()
        if path is not None:
            path.with_name(f"{path.name}.txt").unlink(missing_ok=True)

    def _any_path(self) -> Path | None:
        """One of the last few hundred files: an older one is as good, but slower to choose."""
        recent = list(itertools.islice(reversed(self.expected), 300))
        return self._chance.choice(recent) if recent else None

    def _new_path(self, content: Content) -> Path:
        number = next(self._numbers)
        directory = self._chance.choice(self._directories) / f"{number // 200:04}"
        directory.mkdir(exist_ok=True)
        return directory / f"{number}.{'tif' if content.pages > 1 else 'png'}"

    def _content(self) -> Content:
        (make,) = self._chance.choices(
            [self._picture, self._again, self._document, self._worthless, self._refused],
            [80, 6, 4, 6, 4],
        )
        return make()

    def _picture(self) -> Content:
        words = f"number {next(self._numbers)}"
        size = self._chance.choice([(200, 60), (800, 600)])
        content = Content(pictures.png(words, size), words)
        self._seen = [*self._seen[-99:], content]
        return content

    def _again(self) -> Content:
        return self._chance.choice(self._seen) if self._seen else self._picture()

    def _document(self) -> Content:
        pages = self._chance.randint(2, 6)
        images = [self._noise() for _ in range(pages)]
        stream = io.BytesIO()
        images[0].save(stream, "TIFF", save_all=True, append_images=images[1:])
        return Content(stream.getvalue(), None, pages)

    def _noise(self) -> Image.Image:
        return Image.frombytes("L", (100, 60), self._chance.randbytes(6000))

    def _worthless(self) -> Content:
        cut_off = pictures.png(f"whole {next(self._numbers)}")[:-30]
        foreign = f"notes {next(self._numbers)}".encode()
        return Content(self._chance.choice([b"", foreign, cut_off]), None)

    def _refused(self) -> Content:
        return Content(pictures.png(f"{REFUSED} {next(self._numbers)}"), None)
