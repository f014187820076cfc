"""The decoders of still pictures: which reads a format, and what memory it takes on the side."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import features
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.decoding.bounds import bytes_per_pixel
from ocr_watcher.pages.decoding.faults import missing_extra
from ocr_watcher.pages.formats import Format

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_DECODERS: dict[Format, type[ImageFile]] = {
    Format.JPEG: JpegImageFile,
    Format.PNG: PngImageFile,
    Format.BMP: BmpImageFile,
    Format.GIF: GifImageFile,
    Format.WEBP: WebPImageFile,
    Format.TIFF: TiffImageFile,
    Format.JPEG2000: Jpeg2KImageFile,
    Format.AVIF: AvifImageFile,
}
"""The decoder of each format. `Image.open` is not used: it asks one decoder after the other whether
it likes the file, and takes a JPEG with an embedded preview for another format (MPO)."""

_BUILT_WITH = {Format.WEBP: "webp", Format.JPEG2000: "jpg_2000", Format.AVIF: "avif"}
"""What Pillow may have been built without; its wheels have all of it."""

_GREY_STEPS = {"L;2": 85, "L;4": 17}
"""From one grey to the next in a PNG of two and four bits, by Pillow's name for its pixels."""

_STRIP = {"1": 1 / 8}
"""Bytes a pixel of a TIFF that consists of one strip, as far as they are fewer than Pillow's."""


def opened(data: bytes, found: Format) -> ImageFile:
    """Has a picture's header read by its decoder.

    Raises:
        ImageError: ``missing-extra`` or ``unsupported-format``.
        Exception: Anything, where the header is broken.
    """
    if found == Format.HEIC:
        return _heic(data)
    if found in _BUILT_WITH and not features.check(_BUILT_WITH[found]):
        raise ImageError(
            "unsupported-format",
            f"the file is a {found}, and Pillow was built without what reads it",
            advice="Install Pillow from PyPI, or save the picture as JPEG or PNG.",
        )
    image = _DECODERS[found](io.BytesIO(data))
    if found == Format.TIFF:
        image.info.pop("xmp", None)  # whose orientation Pillow would turn it by
    if found == Format.PNG and image.tile:
        _scale_transparency(image)
    return image


def _scale_transparency(image: ImageFile) -> None:
    """Scales the grey that a PNG of few bits has transparent, as Pillow scales the others."""
    hidden = image.info.get("transparency")
    if isinstance(hidden, int):
        image.info["transparency"] = hidden * _GREY_STEPS.get(str(image.tile[0].args), 1)


def memory_aside(image: ImageFile) -> float:
    """Bytes a pixel that a decoder needs beside Pillow's own picture, as measured."""
    match image.format:
        case "JPEG" if image.info.get("progressive"):
            return 2 * len(image.getbands())  # all coefficients at once
        case "JPEG2000":
            return 4 * len(image.getbands()) + 4  # OpenJPEG holds numbers of 32 bits
        case "TIFF":
            return _STRIP.get(image.mode, bytes_per_pixel(image.mode))
        case "WEBP":
            return 12  # two canvases of an animation, and a copy of the first
        case "AVIF" | "HEIF":
            return 8  # brightness and colours apart, and a copy in red, green and blue
        case _:
            return 0


def _heic(data: bytes) -> ImageFile:
    try:
        from pillow_heif import HeifImageFile  # noqa: PLC0415  an extra
    except ImportError:
        raise missing_extra(Format.HEIC, "heic") from None
    image: ImageFile = HeifImageFile(io.BytesIO(data))
    return image
