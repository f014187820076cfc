"""Say in a PDF, and on each of its pages, which program made it; claim PDF/A where it holds."""

from __future__ import annotations

import struct
from typing import Any

from PIL import ImageCms

from ocr_watcher import __version__
from ocr_watcher.pages.own_mark import OWN_MARK, PAGE_MARK

PRODUCER = f"ocr-watcher {__version__}"

_DATE = slice(24, 36)
"""The bytes of a profile's header with its date and time (ISO 15076-1, 7.2.8)."""
_UA_PART = "{http://www.aiim.org/pdfua/ns/id/}part"
_RGB = "sRGB IEC61966-2.1"
_CMYK = "/DeviceCMYK"


def write_metadata(pdf: Any, *, new: bool, laid: bool) -> None:
    """Write the metadata of a PDF; the metadata that a PDF in the folder had stay.

    Args:
        pdf: The PDF, of pikepdf.
        new: Whether this program made the whole of it.
        laid: Whether text was laid over any of its pages.
    """
    archival = new and not _has_cmyk(pdf)
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["pdf:Producer"] = PRODUCER
        if new:
            metadata["xmp:CreatorTool"] = PRODUCER
        if archival:
            metadata["pdfaid:part"] = "2"
            metadata["pdfaid:conformance"] = "B"
        if laid:
            _claim_no_tags(metadata)
    pdf.docinfo["/Producer"] = PRODUCER
    if new:
        pdf.docinfo["/Creator"] = PRODUCER
    pdf.docinfo[f"/{OWN_MARK}"] = __version__
    for page in pdf.pages:
        page.obj[PAGE_MARK] = __version__
    if archival:
        _add_output_intent(pdf)


def _claim_no_tags(metadata: Any) -> None:
    """Claim what holds of a PDF with a layer of text, which has no tags.

    Conformance level A of PDF/A demands that all text is tagged, and so does PDF/UA. Level U, which
    PDF/A-1 lacks, demands characters of known meaning (ISO 19005-1, 6.8; 19005-2, 6.2.11.7 and 6.7;
    14289-1, 7.1).
    """
    if metadata.get("pdfaid:conformance") == "A":
        metadata["pdfaid:conformance"] = "B" if metadata.get("pdfaid:part") == "1" else "U"
    metadata.pop(_UA_PART, None)


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
