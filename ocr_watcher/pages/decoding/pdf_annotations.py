"""The annotations of a page of a PDF that may hold writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_HIDDEN_OR_NOT_VIEWED = 0x22
"""Flags of an annotation that is not shown on screen (ISO 32000-1, table 165)."""


def may_hold_writing(page: Any) -> bool:
    """Return whether an annotation that is shown may hold writing.

    Args:
        page: A page of pypdfium2.
    """
    return any(map(_may_hold_writing, _annotations(page)))


def _annotations(page: Any) -> Iterator[tuple[int, int]]:
    """Yield the kind and the flags of each annotation."""
    raw = _raw()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
            raw.FPDFPage_CloseAnnot(annotation)


def _may_hold_writing(annotation: tuple[int, int]) -> bool:
    raw = _raw()
    kind, flags = annotation
    marks = {
        raw.FPDF_ANNOT_LINK,
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_POPUP,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
    }
    return kind not in marks and not flags & _HIDDEN_OR_NOT_VIEWED


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
