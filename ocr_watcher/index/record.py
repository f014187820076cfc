"""The facts about an image that the index stores, from the files beside it."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError, TransientError
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.index.folding import MOST_CHARACTERS, storable
from ocr_watcher.index.pdf_texts import PdfTexts
from ocr_watcher.sidecars import obstacle
from ocr_watcher.sidecars.error_file import failure_of
from ocr_watcher.sidecars.names import error_name, fits_a_sidecar
from ocr_watcher.sidecars.state import State, sidecar_names
from ocr_watcher.storage.directory import READ

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.formats.format import Format
    from ocr_watcher.values.image import Image

_MOST_BYTES = 2**26
"""The most bytes of a sidecar that are searched for its text."""
_MOST_SECONDS = 1.0
"""The most processor seconds for one sidecar. A book takes half of that. A file of tags without
text would take ten times as long."""
_AT_ONCE = 2**20
"""The bytes of a PDF that are read at once."""
_LONGEST_CODE = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts about an image that are known without opening a file.

    Attributes:
        image: The image.
        state: Its state.
        modified: The modification time of its file, in seconds since the epoch.
        changed: When the file that shows its state was written, in seconds since the epoch.
        sidecar: The name of the sidecar that has its text; empty if there is none.
        digest: A hash of all facts that show whether the image or its text has changed.
    """

    image: Image
    state: State
    modified: float
    changed: float
    sidecar: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """An image as the index stores it.

    Attributes:
        facts: The facts that are known without opening a file.
        text: Its text, storable; None if it has none.
        code: The code of its failure; empty if it has not failed.
    """

    facts: Facts
    text: str | None
    code: str


class Looks:
    """Reads facts and texts from the files beside the images of a folder.

    Args:
        folder: The folder.

    Attributes:
        beat: Called while a sidecar is read, before each part of it.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self.beat: Callable[[], None] = lambda: None
        written = [one for one in FORMATS if one.name in folder.formats]
        quick = [one for one in written if one.text_in is not None]
        readable = quick or [one for one in written if one.is_pdf]
        self._format: Format | None = next(iter(readable), None)
        self._shows_state = next(iter(readable or written)).name
        self._pdf_texts = PdfTexts()

    def close(self) -> None:
        """End the process that reads PDFs, if one runs; the next one starts another."""
        self._pdf_texts.close()

    def facts_of(self, directory: int, image: Image, status: os.stat_result, state: State) -> Facts:
        """Return the facts about an image that are known without opening a file.

        Args:
            directory: A descriptor of the image's directory.
            image: The image.
            status: The status of its file.
            state: Its state.
        """
        name = self._name_beside(directory, image.base_name, state)
        beside = _status(directory, name) if name else None
        shown = (beside.st_size, beside.st_mtime_ns, beside.st_ctime_ns) if beside else ()
        facts = (state.value, status.st_size, status.st_mtime_ns, name, shown)
        return Facts(
            image=image,
            state=state,
            modified=status.st_mtime,
            changed=(beside or status).st_ctime,
            sidecar=name if state is State.DONE and beside and self._format else "",
            digest=hashlib.blake2b(
                repr(facts).encode("utf-8", "surrogatepass"), digest_size=16
            ).digest(),
        )

    def record_of(self, directory: int, facts: Facts) -> Record:
        """Read the text of an image, or the code of its failure.

        Args:
            directory: A descriptor of the image's directory.
            facts: The facts about the image.

        Raises:
            OSError: The sidecar cannot be read, or is gone.
        """
        text = self._text(directory, facts.sidecar) if facts.sidecar else None
        code = _code(directory, facts.image.base_name) if facts.state is State.FAILED else ""
        return Record(facts, text, code)

    def _name_beside(self, directory: int, image: str, state: State) -> str:
        """Return the name of the file that shows the state of an image; empty if none does."""
        match state:
            case State.DONE:
                return sidecar_names(directory, image, self._folder)[self._shows_state]
            case State.FAILED if fits_a_sidecar(image):
                return error_name(image)
        return ""

    def _text(self, directory: int, name: str) -> str | None:
        descriptor = os.open(name, READ, dir_fd=directory)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise FileNotFoundError
            with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file:
                assert self._format is not None  # noqa: S101  without one, no sidecar is named
                if self._format.text_in is None:
                    return self._text_of_pdf(file)
                pieces: list[str] = []
                length = 0
                bounded = _Bounded(file, self.beat)
                for piece in self._format.text_in(bounded):  # type: ignore[arg-type]
                    pieces.append(piece)
                    length += len(piece)
                    if length >= MOST_CHARACTERS:
                        break
        finally:
            os.close(descriptor)
        return storable("".join(pieces))

    def _text_of_pdf(self, file: BinaryIO) -> str | None:
        """Return the text of a PDF; None if it is too large, or cannot be read.

        Raises:
            OSError: It cannot be read now.
        """
        content = self._content_of(file)
        if len(content) > _MOST_BYTES:
            return None
        try:
            return storable(self._pdf_texts.text_of(content, self.beat))
        except ImageError:
            return None
        except TransientError as error:
            raise OSError(0, str(error)) from error

    def _content_of(self, file: BinaryIO) -> bytes:
        """Return the content of a file, or more than `_MOST_BYTES` bytes of it."""
        chunks: list[bytes] = []
        length = 0
        while length <= _MOST_BYTES and (chunk := file.read(_AT_ONCE)):
            chunks.append(chunk)
            length += len(chunk)
            self.beat()
        return b"".join(chunks)


class _Bounded:
    """A file that ends after a number of bytes, or after processor time was spent on its content.

    Args:
        file: The file.
        beat: Called before each reading.
    """

    def __init__(self, file: BinaryIO, beat: Callable[[], None]) -> None:
        self._file = file
        self._beat = beat
        self._left = _MOST_BYTES
        self._end = time.thread_time() + _MOST_SECONDS

    def read(self, size: int) -> bytes:
        """Read bytes; return none at the end."""
        self._beat()
        if time.thread_time() > self._end:
            return b""
        chunk = self._file.read(min(size, self._left))
        self._left -= len(chunk)
        return chunk


def _code(directory: int, image: str) -> str:
    if not fits_a_sidecar(image):
        return "name-too-long"
    if _status(directory, error_name(image)) is None:
        return obstacle.CODE
    return failure_of(directory, image).code[:_LONGEST_CODE]


def _status(directory: int, name: str) -> os.stat_result | None:
    try:
        status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except OSError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None
