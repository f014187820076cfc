"""Tells what the bytes of a file are, decodes them and encodes them anew.

Scans are dropped by anybody, so nothing here trusts them: only the decoders named below are ever
asked, the size is bounded before anything is decoded, and whatever Pillow raises becomes an
`ImageError` that says what is wrong with the file.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.ExifTags import Base
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from ocr_watcher.errors import DoubtfulImageError, ImageError, TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageFile import ImageFile

MAX_PIXELS = 150_000_000
"""Most pixels a picture may have. Decoded, each takes up to four bytes: 600 MB. An A0 drawing at
300 dpi has 139 million."""

_DECODERS: dict[bytes, type[ImageFile]] = {
    b"\xff\xd8\xff": JpegImageFile,
    b"\x89PNG\r\n\x1a\n": PngImageFile,
    b"BM": BmpImageFile,
}
"""The decoder for the first bytes of a file. `Image.open` is not used: it takes a JPEG with an
embedded preview for another format (MPO), and warns of large pictures instead of refusing them."""

_FOREIGN = (
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"%PDF-", "PDF"),
    (0, b"GIF8", "GIF"),
    (8, b"WEBP", "WebP"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftyp", "HEIC"),
)
"""Formats that are recognised only to be named: offset of the mark, the mark, the name."""

_JPEG_END = b"\xff\xd9"
"""Marker EOI, which no entropy-coded data contains (ITU-T T.81, B.1.1.3 and B.1.1.5)."""

_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
"""The chunk that ends every PNG, always these twelve bytes (PNG specification, 11.2.5)."""

_AS_STORED = 1
_TURNED = range(2, 9)
"""Values of the EXIF tag Orientation that ask a viewer to turn or mirror the picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the head of an image file tells.

    Attributes:
        data: The whole file.
        format: Its encoding, by Pillow's name: ``JPEG``, ``PNG`` or ``BMP``.
        width: In pixels as they are stored, whatever EXIF says of turning them.
        height: Likewise.
        mode: Pillow's name for what a pixel holds: ``1``, ``L``, ``P``, ``RGB`` …
    """

    data: bytes = field(repr=False)
    format: str
    width: int
    height: int
    mode: str


@dataclass(frozen=True, slots=True)
class Raster:
    """A decoded picture.

    Attributes:
        image: Its pixels, as black and white (``1``), grey (``L``) or colour (``RGB``).
        orientation: The EXIF tag of that name; 1 where the pixels lie as they are to be seen.
    """

    image: Image.Image
    orientation: int = _AS_STORED


def identify(data: bytes) -> Picture:
    """Reads the head of an image file and makes sure that the file has its end.

    Raises:
        ImageError: ``empty-file``, ``not-an-image``, ``unsupported-format``, ``cut-off``,
            ``damaged`` or ``too-many-pixels``.
    """
    decoder = _decoder(data)
    with _faults_named(data), decoder(io.BytesIO(data)) as image:
        _check_pixels(image.width, image.height)
        _check_end(data, image)
        return Picture(data, image.format or "", image.width, image.height, image.mode)


def decode(picture: Picture, *, near: tuple[int, int] | None = None) -> Raster:
    """Decodes a picture.

    Args:
        picture: As identified.
        near: The size it will be reduced to, in pixels. A JPEG is then decoded at a fraction of
            its size, at least twice this one, which takes a fraction of the time and memory.

    Raises:
        ImageError: ``damaged`` or ``cut-off``.
        TransientError: There is not enough memory now.
    """
    with (
        _faults_named(picture.data),
        _decoder(picture.data)(io.BytesIO(picture.data)) as image,
    ):
        if near is not None:
            image.draft(None, (2 * near[0], 2 * near[1]))
        image.load()
        return Raster(_flat(image), _orientation(image))


def encode(raster: Raster, encoding: str, *, quality: int) -> bytes:
    """Encodes a picture, so that it is seen the same way up as the file it came from.

    Args:
        raster: The picture.
        encoding: ``JPEG`` or ``PNG``.
        quality: Of a JPEG, from 1 to 95; a PNG loses nothing. Colours keep their full resolution,
            without which coloured print on coloured ground blurs.
    """
    exif = Image.Exif()
    if raster.orientation != _AS_STORED:
        exif[Base.Orientation] = raster.orientation
    target = io.BytesIO()
    if encoding == "PNG":
        raster.image.save(target, encoding, exif=exif)
    else:
        raster.image.save(target, encoding, quality=quality, subsampling=0, exif=exif)
    return target.getvalue()


def _decoder(data: bytes) -> type[ImageFile]:
    if not data:
        raise DoubtfulImageError("empty-file", "the file is empty", advice="Scan it again.")
    for mark, decoder in _DECODERS.items():
        if data.startswith(mark):
            return decoder
    for offset, mark, name in _FOREIGN:
        if data.startswith(mark, offset):
            raise ImageError(
                "unsupported-format",
                f"the file is a {name}, whatever its name says",
                advice="Save it as JPEG or PNG.",
            )
    raise ImageError("not-an-image", "the file is neither JPEG, PNG nor BMP")


def _check_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(
            "too-many-pixels",
            f"{width} x {height} pixels are more than the {MAX_PIXELS} that are decoded",
            advice="Scan it at a lower resolution.",
        )


def _check_end(data: bytes, image: ImageFile) -> None:
    """Finds a file that lacks its end, without decoding one that has it.

    The preview within a JPEG's head ends like a JPEG, so the end counts only behind the head; what
    some scanners append to the end does no harm. A BMP has no mark at its end, but decoding it is
    little more than a copy.
    """
    if image.format == "BMP":
        image.load()
    elif not _has_end(data, head=image.fp.tell() if image.fp else 0):
        raise _cut_off()


def _has_end(data: bytes, *, head: int = 0) -> bool:
    end = _PNG_END if data.startswith(b"\x89PNG") else _JPEG_END
    return data.rfind(end, head) >= 0


def _cut_off() -> ImageError:
    return DoubtfulImageError(
        "cut-off", "the end of the file is missing", advice="Copy or scan it again."
    )


@contextmanager
def _faults_named(data: bytes) -> Iterator[None]:
    """Translates what Pillow raises over a file, which is anything: its decoders trust it."""
    try:
        yield
    except ImageError:
        raise
    except MemoryError as error:
        raise TransientError("out-of-memory", "not enough memory to decode the picture") from error
    except Exception as error:
        if data.startswith(b"BM") or not _has_end(data):
            raise _cut_off() from error
        raise ImageError(
            "damaged",
            f"the picture cannot be decoded ({type(error).__name__})",
            advice="Open it in a viewer; if that fails too, scan it again.",
        ) from error


def _flat(image: Image.Image) -> Image.Image:
    """Reduces the many kinds of pixels to three, transparent ones lying on white paper."""
    if image.mode.startswith("I"):
        # Sixteen bits a pixel. Pillow's own conversion clips instead of scaling.
        return image.point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        above = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(above, mask=above.getchannel("A"))
        return paper.convert("L") if image.mode in {"L", "LA"} else paper
    return image if image.mode in {"1", "L", "RGB"} else image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """Reads which way up a viewer shows the picture; a broken EXIF block tells nothing."""
    try:
        orientation = image.getexif().get(Base.Orientation)
    except Exception:
        # As over pixels, Pillow raises anything over a broken block; the picture may be whole.
        return _AS_STORED
    if isinstance(orientation, int) and orientation in _TURNED:
        return orientation
    return _AS_STORED
