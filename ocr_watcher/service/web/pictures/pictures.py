"""Pictures of pages, and of lines on them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError
from ocr_watcher.service.web.pictures.bounded_cache import BoundedCache

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ocr_watcher.pages.sandbox.pool import SandboxPool
    from ocr_watcher.pages.types import FittedPage, Size
    from ocr_watcher.service.web.pictures.image_work import ImageWork
    from ocr_watcher.service.web.safe_file import SafeFile
    from ocr_watcher.values.geometry import Rectangle, Transform

_MOST_KEPT, _MOST_BYTES_KEPT = 32, 8 * 2**20
"""The bytes of pictures that are kept. A page has a third of a megabyte, a cut-out a hundredth of
that."""

_FAULT_SECONDS = 60.0
"""The seconds for which a fault of an image is kept, as its cause may have been a lack of memory. A
damaged file is decoded once in this time, however often it is requested."""

_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page, or of a part of one.

    Attributes:
        data: The encoded picture.
        media_type: Its media type.
        size: Its width and height in pixels.
        stored: The width and height of the page as the file stores it.
        to_picture: The transform from pixels of the page as the file stores it to those of the
            picture.
        pages: The number of pages in the file.
    """

    data: bytes = field(repr=False)
    media_type: str
    size: Size
    stored: Size
    to_picture: Transform
    pages: int


@dataclass(frozen=True, slots=True)
class _Fault:
    """The reason why there is no picture; an exception would keep its frames in memory."""

    code: int | str
    message: str
    until: float

    def error(self) -> ImageError:
        return ImageError(self.code, self.message)


class Pictures:
    """Makes pictures; keeps those that were requested last, and the faults of images."""

    def __init__(self, work: ImageWork, clock: Callable[[], float] = time.monotonic) -> None:
        """Create it without pictures.

        Args:
            work: The work with images.
            clock: A function that returns the seconds of a clock that only goes forward.
        """
        self._work = work
        self._clock = clock
        self._kept = BoundedCache[Picture | _Fault](_MOST_KEPT, _MOST_BYTES_KEPT)

    async def of(self, file: SafeFile, number: int, part: Rectangle | None = None) -> Picture:
        """Return the picture of a page.

        Args:
            file: The file of the image, with the expected content.
            number: The number of the page, from 1.
            part: The part of the page, in pixels as the file stores it; None for all of it.

        Raises:
            ImageError: There is no such picture.
            Exception: As for `ImageWork.do`.
        """
        key: Hashable = (file, number, part)
        known = self._kept.get(key)
        if known is None or (isinstance(known, _Fault) and known.until < self._clock()):
            known = await self._made(key, file, number, part)
        if isinstance(known, _Fault):
            raise known.error()
        return known

    async def _made(
        self, key: Hashable, file: SafeFile, number: int, part: Rectangle | None
    ) -> Picture | _Fault:
        def make(data: bytes, sandbox: SandboxPool) -> Picture | _Fault:
            try:
                made: Picture | _Fault = _picture(sandbox.shown(data, number, part))
            except ImageError as error:
                made = _Fault(error.code, str(error), self._clock() + _FAULT_SECONDS)
            self._kept.put(key, made, len(made.data) if isinstance(made, Picture) else 0)
            return made

        return await self._work.do(file, (number, part), make)


def _picture(page: FittedPage) -> Picture:
    (piece,) = page.pieces
    shown = piece.page
    return Picture(
        shown.data,
        _MEDIA_TYPES[shown.format],
        (shown.width, shown.height),
        (page.width, page.height),
        piece.to_stored.inverse(),
        page.total,
    )
