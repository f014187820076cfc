"""Say in a PDF which program made it, and claim PDF/A where it holds."""

from __future__ import annotations

import struct
from typing import Any

from PIL import ImageCms

from ocr_watcher import __version__
from ocr_watcher.pages.own_mark import OWN_MARK

PRODUCER = f"ocr-watcher {__version__}"

_DATE = slice(24, 36)
"""Where the header of a profile has its date and time (ISO 15076-1, 7.2.8)."""
_RGB = "sRGB IEC61966-2.1"
_CMYK = "/DeviceCMYK"


def write_metadata(pdf: Any, *, new: bool) -> None:
    """Write the metadata of a PDF; the metadata that a PDF in the folder had stay.

    Args:
        pdf: The PDF, of pikepdf.
        new: Whether this program made the whole of it.
    """
    archival = new and not _has_cmyk(pdf)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdf:Producer"] = PRODUCER
        if new:
            metadata["xmp:CreatorTool"] = PRODUCER
        if archival:
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "B"
    pdf.docinfo["/Producer"] = PRODUCER
    if new:
        pdf.docinfo["/Creator"] = PRODUCER
    pdf.docinfo[f"/{OWN_MARK}"] = __version__
    if archival:
        _add_output_intent(pdf)


def _has_cmyk(pdf: Any) -> bool:
    """Return whether a picture has the inks of a press, for which no profile is known."""
    images = (image for page in pdf.pages for image in page.get_images().values())
    return any(image.get("/ColorSpace") == _CMYK for image in images)


def _add_output_intent(pdf: Any) -> None:
    """Declare what the colours of the pictures mean (ISO 19005-2, 6.2.3)."""
    from pikepdf import Array, Dictionary, Name  # noqa: PLC0415  an extra

    profile = pdf.make_stream(_srgb())
    profile.N = 3
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=_RGB,
        Info=_RGB,
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([intent])


def _srgb() -> bytes:
    """Return the profile of sRGB, with a date that is the same in every PDF."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[_DATE] = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    return bytes(made)
