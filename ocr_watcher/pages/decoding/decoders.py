"""The decoders of still pictures: one for each format, with the additional memory that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import AvifImagePlugin
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
from ocr_watcher.pages.decoding.readers import require
from ocr_watcher.pages.file_type import FileType

if TYPE_CHECKING:
    import io

    from PIL.ImageFile import ImageFile

_DECODERS: dict[FileType, type[ImageFile]] = {
    FileType.JPEG: JpegImageFile,
    FileType.PNG: PngImageFile,
    FileType.BMP: BmpImageFile,
    FileType.GIF: GifImageFile,
    FileType.WEBP: WebPImageFile,
    FileType.JPEG2000: Jpeg2KImageFile,
    FileType.AVIF: AvifImageFile,
}
"""The decoder of each format. `Image.open` is not used: it tries one decoder after the other, and
takes a JPEG with an embedded preview for another format (MPO)."""

_THREADS = 2
"""The most threads that decode one picture. The stack of each counts towards the address space of
the process, which is limited, and several pictures are decoded at once anyway."""
AvifImagePlugin.DEFAULT_MAX_THREADS = _THREADS

_TO_EIGHT_BITS = {"L;2": 85.0, "L;4": 17.0, "I;16B": 1 / 256, "RGB;16B": 1 / 256}
"""The factors by which Pillow scales the samples of a PNG to eight bits, by its name for the pixel
layout. Samples of sixteen bits of grey are scaled later, in the same way."""

_BITS, _PLANAR = 258, 284
"""The tags of TIFF 6.0 (section 8): BitsPerSample and PlanarConfiguration."""

_SEPARATE = 2
_BYTE = 8

_STRIP = {"1": 1 / 8}
"""The bytes per pixel of a TIFF that consists of one strip, where they are fewer than Pillow's."""


def opened(file: io.BytesIO, found: FileType) -> ImageFile:
    """Open a picture with the decoder of its format, which reads the header.

    Raises:
        ImageError: ``missing-extra`` or ``unsupported-format``.
        Exception: Any exception, if the header is invalid.
    """
    require(found)
    if found == FileType.HEIC:
        return _heic(file)
    if found == FileType.TIFF:
        return _tiff(file)
    image = _DECODERS[found](file)
    if found == FileType.PNG and image.tile:
        _scale_transparency(image)
    return image


def _tiff(file: io.BytesIO) -> ImageFile:
    """Open a TIFF, and refuse one that Pillow would not decode correctly.

    Refused are kinds of TIFF that Pillow does not support (its tags were checked before), samples
    of 32 bits, for which no tag defines white, and planes of 16 bits, which Pillow reads as planes
    of eight.
    """
    try:
        image = TiffImageFile(file)
    except SyntaxError:
        raise _unsupported_tiff() from None
    bits = max(image.tag_v2.get(_BITS, (1,)))  # the default is one (TIFF 6.0, section 8)
    planes_of_words = image.tag_v2.get(_PLANAR) == _SEPARATE and bits > _BYTE
    if image.mode in {"I", "F"} or planes_of_words:
        raise _unsupported_tiff()
    image.info.pop("xmp", None)  # Pillow would turn the picture by the orientation in it
    return image


def _unsupported_tiff() -> ImageError:
    return ImageError(
        "unsupported-format",
        "the TIFF has a depth, a kind of colour or a compression that is not read",
        advice="save it with 8 bits a sample, in grey or RGB, compressed by LZW or not at all",
    )


def _scale_transparency(image: ImageFile) -> None:
    """Scale the grey or colour that a PNG declares transparent, as Pillow scales its samples."""
    hidden = image.info.get("transparency")
    scale = _TO_EIGHT_BITS.get(str(image.tile[0].args), 1.0)
    if isinstance(hidden, int):
        image.info["transparency"] = int(hidden * scale)
    elif isinstance(hidden, tuple):
        image.info["transparency"] = tuple(int(value * scale) for value in hidden)


def memory_aside(image: ImageFile) -> float:
    """Return the bytes per pixel that a decoder needs beside Pillow's picture, as measured."""
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
            return 8  # planes of brightness and colours, and a copy in red, green and blue
        case _:
            return 0


def partial_frame(image: ImageFile) -> tuple[int, int, int, int] | None:
    """Return the place of the first frame of a GIF on its canvas; None if it covers all of it.

    Call this before the picture is decoded.
    """
    box = image.tile[0].extents if image.format == "GIF" else None
    return None if box == (0, 0, *image.size) else box


def _heic(file: io.BytesIO) -> ImageFile:
    import pillow_heif  # noqa: PLC0415  an extra

    pillow_heif.options.DECODE_THREADS = _THREADS
    image: ImageFile = pillow_heif.HeifImageFile(file)
    return image
