"""Pages that Pillow decodes: pictures of one page, and the pages of a TIFF."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from ocr_watcher.pages.decoding.bounds import bytes_per_pixel, check_memory
from ocr_watcher.pages.decoding.decoders import memory_aside, opened, partial_frame
from ocr_watcher.pages.decoding.faults import cut_off, decoding
from ocr_watcher.pages.decoding.overlay import Change, Overlay
from ocr_watcher.pages.decoding.pixels import Levels, finish_for, spare
from ocr_watcher.pages.formats import Format
from ocr_watcher.pages.headers import jpeg, png
from ocr_watcher.pages.headers.view import View, orientation_of
from ocr_watcher.pages.headers.whole import is_whole

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

    from ocr_watcher.pages.decoding.pixels import Finish
    from ocr_watcher.pages.model import Raster, Size

_LOSSLESS = frozenset({Format.PNG, Format.BMP, Format.GIF})

_CANVAS = 12
"""Bytes a pixel of a canvas, the frame laid on it, and the result, of a GIF that needs them."""


@dataclass(frozen=True, slots=True)
class StillPage:
    """A page that one of Pillow's decoders decodes.

    Attributes:
        data: The whole file.
        format: Its format.
        view: How its pixels are shown.
        lossless: Whether decoding it loses nothing.
        number: Which page of its file it is, from 1.
        changes: What makes it the first page of the file for the decoder.
        levels: What its numbers mean, where they have more than eight bits.
        total: How many pages its file has.
    """

    data: bytes = field(repr=False)
    format: Format
    view: View
    lossless: bool
    number: int = 1
    changes: tuple[Change, ...] = ()
    levels: Levels = field(default_factory=Levels)
    total: int = 1

    @property
    def stored(self) -> Size:
        """As `SourcePage` has it."""
        return self.view.stored

    @property
    def upright(self) -> Size:
        """As `SourcePage` has it."""
        return self.view.upright

    def decode(self, near: Size) -> Raster:
        """As `SourcePage` has it; a JPEG is decoded at a fraction of its size where that does.

        Raises:
            ImageError: ``damaged``, ``unsupported-format`` or ``too-many-pixels``.
            TransientError: There is not enough memory now.
        """
        with decoding(), opened(Overlay(self.data, self.changes), self.format) as image:
            reduced = _drafted(image, spare(self.view, near))
            finish = finish_for(self.view, image.size, near, reduced)
            check_memory(self.view.grid, self._memory(image, finish))
            return finish.applied(_loaded(image), self.levels, lossless=self.lossless)

    def _memory(self, image: ImageFile, finish: Finish) -> float:
        width, height = self.view.grid
        decoded = image.width * image.height * bytes_per_pixel(image.mode)
        aside = _CANVAS if partial_frame(image) else memory_aside(image)
        return width * height * aside + decoded + finish.memory(image)


def still_page(data: bytes, found: Format) -> StillPage:
    """Open a picture of one page, or the first of an animation.

    Raises:
        ImageError: ``cut-off``, ``damaged``, ``missing-extra`` or ``unsupported-format``.
        TransientError: There is not enough memory now.
    """
    if not is_whole(data, found):
        raise cut_off()
    with decoding(), opened(io.BytesIO(data), found) as image:
        view = View(
            image.size, _orientation(data, found, image), turned_by_file=found == Format.AVIF
        )
        lossless = found in _LOSSLESS or data[12:16] == b"VP8L"
        return StillPage(data, found, view, lossless)


def _orientation(data: bytes, found: Format, image: ImageFile) -> int:
    """Which way up the pixels that the decoder gives are to be shown.

    Pillow is not asked by `getexif`, which decodes a whole PNG to look behind its pixels. A HEIC
    comes turned from its decoder, which says 1 here; Pillow makes an AVIF's turning its EXIF.
    """
    if found in {Format.JPEG, Format.PNG}:
        header = jpeg.read_header(data) if found == Format.JPEG else png.read_header(data)
        return header.orientation if header else 1
    return orientation_of(image.info.get("exif") or b"")


def _drafted(image: ImageFile, least: Size) -> float:
    """Have a JPEG decoded at 1/2, 1/4 or 1/8; return how often smaller it is."""
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
    """Leave transparent what a frame does not cover, as viewers do; Pillow gives it a colour."""
    canvas = Image.new("RGBA", image.size)
    canvas.paste(image.crop(frame).convert("RGBA"), frame)
    return canvas


def _drop_padding(image: ImageFile) -> None:
    """Take the fourth byte of a bitmap that is nothing but zero for the padding that it is."""
    if image.format == "BMP" and image.mode == "RGBA" and not image.getchannel("A").getbbox():
        image.putalpha(255)
