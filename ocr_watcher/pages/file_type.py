"""Finds the format of a file from its first bytes.

No decoder is imported here, as the watcher also uses this module.
"""

from __future__ import annotations

from enum import StrEnum

from ocr_watcher.errors import ImageError


class FileType(StrEnum):
    """A supported format; the value is its common name."""

    JPEG = "JPEG"
    PNG = "PNG"
    BMP = "BMP"
    GIF = "GIF"
    WEBP = "WebP"
    TIFF = "TIFF"
    JPEG2000 = "JPEG 2000"
    HEIC = "HEIC"
    AVIF = "AVIF"
    PDF = "PDF"


SUPPORTED_EXTENSIONS: frozenset[str] = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"),
        *(".png", ".apng"),
        *(".bmp", ".dib"),
        ".gif",
        ".webp",
        *(".tif", ".tiff"),
        *(".jp2", ".jpx", ".jpf", ".j2k", ".j2c", ".jpc"),
        *(".heic", ".heif", ".hif"),
        ".avif",
        ".pdf",
    }
)
"""The extensions of supported pictures, in lower case. The content of a file decides its format."""

_MARKS = (
    (b"\xff\xd8\xff", FileType.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileType.PNG),
    (b"GIF87a", FileType.GIF),
    (b"GIF89a", FileType.GIF),
    (b"II*\x00", FileType.TIFF),
    (b"MM\x00*", FileType.TIFF),
    (b"II+\x00", FileType.TIFF),  # BigTIFF
    (b"MM\x00+", FileType.TIFF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", FileType.JPEG2000),
    (b"\xff\x4f\xff\x51", FileType.JPEG2000),  # a codestream without boxes around it
)
"""The first bytes of files of each format."""

_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), FileType.AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis"), FileType.HEIC),
    **dict.fromkeys((b"hevc", b"hevx", b"hevm", b"hevs"), FileType.HEIC),
}
"""The brands in the file type box of ISO/IEC 23008-12. Films have other brands in the same box."""

_ANY_CODEC = frozenset({b"mif1", b"msf1"})
"""The brands of a HEIF file that leave the codec open; in practice it is the codec of HEIC."""

_BMP_HEADERS = frozenset({12, 40, 52, 56, 64, 108, 124})
"""The lengths of the header after ``BM``, as many texts also begin with these two letters."""

_PDF_JUNK = 1024
"""The most bytes before ``%PDF-`` (PDF Reference 1.7, appendix H.3, on 3.4.1)."""

LONGEST_MARK = 4096
"""The number of bytes at the beginning of a file that are enough to find its format."""


def file_type_of(data: bytes) -> FileType:
    """Return the format of a file.

    Args:
        data: The whole file, or its first `LONGEST_MARK` bytes.

    Raises:
        ImageError: ``empty-file`` or ``not-an-image``.
    """
    if not data:
        raise ImageError("empty-file", "the file is empty", advice="scan it again")
    for mark, found in _MARKS:
        if data.startswith(mark):
            return found
    if data.startswith(b"RIFF") and data.startswith(b"WEBP", 8):
        return FileType.WEBP
    if branded := _branded(data):
        return branded
    if data.startswith(b"BM") and _has_bmp_header(data):
        return FileType.BMP
    if b"%PDF-" in data[: _PDF_JUNK + len(b"%PDF-")]:
        return FileType.PDF
    names = ", ".join(FileType)
    raise ImageError(
        "not-an-image",
        f"the file is of no format that is read ({names})",
        advice="if it is a picture, save it as JPEG, PNG or PDF; if not, take it out of the folder "
        "or list its name under exclude in the settings",
    )


_LONGEST_BRANDS = 1024
"""The most bytes of the box that lists the brands; a real box has a tenth of that. A hostile box
may claim to be as long as the file, and each brand that is read takes memory."""


def _branded(data: bytes) -> FileType | None:
    if data[4:8] != b"ftyp":
        return None
    end = min(int.from_bytes(data[:4]), len(data), _LONGEST_BRANDS)
    brands = [data[at : at + 4] for at in (8, *range(16, end, 4))]
    for brand in brands:
        if brand in _BRANDS:
            return _BRANDS[brand]
    return FileType.HEIC if _ANY_CODEC.intersection(brands) else None


def _has_bmp_header(data: bytes) -> bool:
    return len(data) < 18 or int.from_bytes(data[14:18], "little") in _BMP_HEADERS  # noqa: PLR2004  where the length ends
