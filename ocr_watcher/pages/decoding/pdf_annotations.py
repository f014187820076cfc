"""The annotations of a page of a PDF that may hold writing."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_HIDDEN_OR_NOT_VIEWED = 0x22
"""Flags of an annotation that is not shown on screen (ISO 32000-1, table 165)."""


class _Annotation(NamedTuple):
    """An annotation.

    Attributes:
        kind: Its subtype.
        flags: Its flags.
        has_area: Whether it has any area on the page. The field of a signature that is not to be
            seen has none (ISO 32000-1, 12.7.4.5).
    """

    kind: int
    flags: int
    has_area: bool


def may_hold_writing(page: Any) -> bool:
    """Return whether an annotation that is shown may hold writing.

    Args:
        page: A page of pypdfium2.
    """
    return any(map(_may_hold_writing, _annotations(page)))


def _annotations(page: Any) -> Iterator[_Annotation]:
    raw = _raw()
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield _Annotation(
                raw.FPDFAnnot_GetSubtype(annotation),
                raw.FPDFAnnot_GetFlags(annotation),
                _has_area(annotation),
            )
            raw.FPDFPage_CloseAnnot(annotation)


def _has_area(annotation: Any) -> bool:
    raw = _raw()
    box = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, ctypes.byref(box)):
        return True
    return bool(box.left != box.right and box.bottom != box.top)


def _may_hold_writing(annotation: _Annotation) -> bool:
    raw = _raw()
    marks = {
        raw.FPDF_ANNOT_LINK,
        raw.FPDF_ANNOT_TEXT,
        raw.FPDF_ANNOT_POPUP,
        raw.FPDF_ANNOT_HIGHLIGHT,
        raw.FPDF_ANNOT_UNDERLINE,
        raw.FPDF_ANNOT_SQUIGGLY,
        raw.FPDF_ANNOT_STRIKEOUT,
    }
    is_shown = annotation.has_area and not annotation.flags & _HIDDEN_OR_NOT_VIEWED
    return is_shown and annotation.kind not in marks


def _raw() -> Any:
    import pypdfium2.raw  # noqa: PLC0415  an extra

    return pypdfium2.raw
