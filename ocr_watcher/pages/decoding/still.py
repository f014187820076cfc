"""The pages that Pillow decodes: pictures of one page, and the pages of a TIFF."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from ocr_watcher.pages.decoding.bounds import bytes_per_pixel, check_memory
from ocr_watcher.pages.decoding.decode_errors import cut_off, decoding
from ocr_watcher.pages.decoding.decoders import memory_aside, opened, partial_frame
from ocr_watcher.pages.decoding.overlay import Change, Overlay
from ocr_watcher.pages.decoding.pixels import Levels, finish_for, spare
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.headers import bmp, jpeg, png
from ocr_watcher.pages.headers.header import Header
from ocr_watcher.pages.headers.resolution import credible, resolution_of_exif
from ocr_watcher.pages.headers.view import AS_STORED, View, orientation_of
from ocr_watcher.pages.headers.whole import is_whole

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from ocr_watcher.pages.decoding.pixels import Finish
    from ocr_watcher.pages.types import Raster, Resolution, Size
    from ocr_watcher.values.page import PdfText

_LOSSLESS = frozenset({FileType.PNG, FileType.BMP, FileType.GIF})

_READERS = {
    FileType.JPEG: jpeg.read_header,
    FileType.PNG: png.read_header,
    FileType.BMP: bmp.read_header,
}
"""The functions that read headers without Pillow, by format."""

_CANVAS = 12
"""The bytes per pixel of a GIF with a canvas: for the canvas, the frame on it, and the result."""


@dataclass(frozen=True, slots=True)
class StillPage:
    """A page that one of Pillow's decoders decodes.

    Attributes:
        data: The whole file.
        format: The format of the file.
        view: The way in which a viewer shows its pixels.
        lossless: Whether decoding loses nothing.
        number: The number of the page in the file, from 1.
        changes: The changes that make it the first page of the file for the decoder.
        levels: The meaning of its samples, if they have more than eight bits.
        total: The number of pages in the file.
        resolution: The resolution of its pixels, if the file has a credible one.
    """

    data: bytes = field(repr=False)
    format: FileType
    view: View
    lossless: bool
    number: int = 1
    changes: tuple[Change, ...] = ()
    levels: Levels = field(default_factory=Levels)
    total: int = 1
    resolution: Resolution | None = None

    @property
    def stored(self) -> Size:
        """The size as the file stores it."""
        return self.view.stored

    @property
    def upright(self) -> Size:
        """The size as a viewer shows it."""
        return self.view.upright

    def decode(self, near: Size) -> Raster:
        """Decode the page as `SourcePage` does; a JPEG at a fraction of its size if possible.

        Raises:
            ImageError: ``damaged``, ``unsupported-format`` or ``too-many-pixels``.
            TransientError: There is not enough memory now.
        """
        with decoding(), opened(Overlay(self.data, self.changes), self.format) as image:
            reduced = _drafted(image, spare(self.view, near))
            finish = finish_for(self.view, image.size, near, reduced)
            check_memory(self.view.grid, self._memory(image, finish))
            return finish.applied(_loaded(image), self.levels, lossless=self.lossless)

    def own_lines(self, wanted: PdfText) -> None:
        """Return None: a picture has no text of its own."""

    def _memory(self, image: ImageFile, finish: Finish) -> float:
        width, height = self.view.grid
        decoded = image.width * image.height * bytes_per_pixel(image.mode)
        aside = _CANVAS if partial_frame(image) else memory_aside(image)
        return width * height * aside + decoded + finish.memory(image)


def still_page(data: bytes, found: FileType) -> StillPage:
    """Open a picture of one page, or the first frame of an animation.

    Raises:
        ImageError: ``cut-off``, ``damaged``, ``missing-extra`` or ``unsupported-format``.
        TransientError: There is not enough memory now.
    """
    if not is_whole(data, found):
        raise cut_off()
    with decoding(), opened(io.BytesIO(data), found) as image:
        header = _header(data, found, image)
        view = View(image.size, header.orientation, turned_by_file=found == FileType.AVIF)
        lossless = found in _LOSSLESS or data[12:16] == b"VP8L"
        return StillPage(data, found, view, lossless, resolution=header.resolution)


def _header(data: bytes, found: FileType, image: ImageFile) -> Header:
    """Return the header of a file, with the orientation of the pixels that the decoder gives.

    Pillow's `getexif` is not used, as it decodes a whole PNG to search behind its pixels. The
    decoder of HEIC turns the picture itself and gives 1 here. Pillow gives the turning of an AVIF
    as EXIF.
    """
    read = _READERS.get(found)
    header = read(data) if read else None
    if header is not None:
        return header
    exif = image.info.get("exif") or b""
    orientation = AS_STORED if read else orientation_of(exif)
    resolution = _density(image) or resolution_of_exif(exif, image.size)
    return Header(
        image.size, ordinary=False, whole=True, orientation=orientation, resolution=resolution
    )


def _density(image: ImageFile) -> Resolution | None:
    """Return the resolution that Pillow found, as in the boxes of a JPEG 2000."""
    try:
        across, down = map(float, image.info["dpi"])
    except (LookupError, TypeError, ValueError):
        return None
    return credible((across, down), image.size)


def _drafted(image: ImageFile, least: Size) -> float:
    """Make Pillow decode a JPEG at 1/2, 1/4 or 1/8 of its size; return the factor."""
    width = image.width
    draft = image.draft(None, least) if isinstance(image, JpegImageFile) else None
    return width / draft[1][2] if draft else 1.0


def _loaded(image: ImageFile) -> Image.Image:
    frame = partial_frame(image)
    image.load()
    if frame:
        return _on_canvas(image, frame)
    _drop_padding(image)
    return image


def _on_canvas(image: ImageFile, frame: tuple[int, int, int, int]) -> Image.Image:
    """Lay a frame on a transparent canvas, as viewers do; Pillow would fill the rest."""
    canvas = Image.new("RGBA", image.size)
    canvas.paste(image.crop(frame).convert("RGBA"), frame)
    return canvas


def _drop_padding(image: ImageFile) -> None:
    """Make a bitmap opaque where its fourth bytes are all zero: then they are padding."""
    if image.format == "BMP" and image.mode == "RGBA" and not image.getchannel("A").getbbox():
        image.putalpha(255)
