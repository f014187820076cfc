"""Put the pages of an image file into a new PDF."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ocr_watcher.pages.decoding.decoders import opened
from ocr_watcher.pages.decoding.planes import PlanarPage
from ocr_watcher.pages.decoding.still import StillPage
from ocr_watcher.pages.file_type import FileType
from ocr_watcher.pages.headers import jpeg
from ocr_watcher.pages.headers.view import AS_STORED, View
from ocr_watcher.pages.searchable.colour_profiles import drop_false_profiles
from ocr_watcher.pages.searchable.jpeg2000 import boxed
from ocr_watcher.pages.searchable.lossless import lossless
from ocr_watcher.pages.searchable.paper import paper_of
from ocr_watcher.pages.searchable.sheet import Sheet
from ocr_watcher.pages.searchable.tiff_jpeg import jpeg_of
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.geometry import Transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.pages.types import Size, SourcePage

    Paper = tuple[float, float]

_TURNS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 270, 6: 90, 7: 90, 8: 270}
"""The degrees by which a viewer turns a picture clockwise, for each value of the orientation tag
(TIFF 6.0, section 8)."""
_MIRRORED = frozenset({2, 4, 5, 7})
"""The orientations of pictures that are mirrored from left to right before they are turned."""


@dataclass(frozen=True, slots=True)
class _Picture:
    """The picture of a page.

    Attributes:
        content: A file whose pixels a PDF can hold as they are encoded.
        orientation: The value of the orientation tag by which a viewer turns these pixels.
    """

    content: bytes
    orientation: int


def add_pictures(pdf: Any, data: bytes, *, anew: bool) -> Iterator[Sheet]:
    """Append the pages of a file to a PDF.

    Args:
        pdf: The PDF, of pikepdf.
        data: The whole file.
        anew: Whether all pages are decoded and encoded, also those that a PDF can hold as they are.

    Yields:
        The pages, in order.

    Raises:
        ImageError: A page cannot be decoded.
        TransientError: There is not enough memory now.
    """
    for source in open_source(data):
        held = None if anew else _held(source)
        paper = paper_of(source.stored, source.resolution, _squared(source))
        if held is None or not _is_added(pdf, held.content, paper):
            held = _encoded(source)
            _add(pdf, held.content, paper)
        yield _turned(pdf.pages[-1], held.orientation, source.stored, paper)


def _squared(source: SourcePage) -> Size:
    if isinstance(source, StillPage | PlanarPage) and not source.view.turned_by_file:
        return source.view.squared
    return source.stored


def _held(source: SourcePage) -> _Picture | None:
    """Return the picture of a page as its file encodes it; None if no PDF can hold that."""
    if not isinstance(source, StillPage):
        return None
    content = _content(source)
    return None if content is None else _Picture(content, source.view.orientation)


def _content(page: StillPage) -> bytes | None:
    match page.format:
        case FileType.JPEG:
            return page.data if jpeg.has_common_coding(page.data) else None
        case FileType.TIFF:
            return jpeg_of(page)
        case FileType.JPEG2000 | FileType.PNG:
            with opened(io.BytesIO(page.data), page.format) as image:
                if image.has_transparency_data:  # the background is chosen by what shows on it
                    return None
            return boxed(page.data)
        case _:
            return None


def _encoded(source: SourcePage) -> _Picture:
    """Return the picture of a page, encoded without loss, as the file stores its pixels."""
    if isinstance(source, StillPage | PlanarPage) and not source.view.turned_by_file:
        stored = replace(source, view=View(source.view.grid))
        return _Picture(lossless(stored.decode(stored.upright).image), source.view.orientation)
    return _Picture(lossless(source.decode(source.upright).image), AS_STORED)


def _is_added(pdf: Any, content: bytes, paper: Paper) -> bool:
    """Add a page with a picture on it; return False where no PDF can hold the picture as it is."""
    try:
        _add(pdf, content, paper)
    except Exception:  # img2pdf trusts a file, and raises whatever it meets
        return False
    return True


def _add(pdf: Any, content: bytes, paper: Paper) -> None:
    import img2pdf  # noqa: PLC0415  an extra
    from pikepdf import Pdf  # noqa: PLC0415  an extra

    file = img2pdf.convert(
        content,
        layout_fun=lambda *_: (*paper, *paper),
        rotation=img2pdf.Rotation.none,
        first_frame_only=True,
        engine=img2pdf.Engine.pikepdf,
    )
    with Pdf.open(io.BytesIO(file)) as made:
        drop_false_profiles(made.pages[0])
        pdf.pages.append(made.pages[0])


def _turned(page: Any, orientation: int, size: Size, paper: Paper) -> Sheet:
    """Turn a page, and mirror its picture, as a viewer does it with the picture alone."""
    width, height = paper
    to_page = Transform(xx=width / size[0], yy=-height / size[1], y0=height)
    if turn := _TURNS[orientation]:
        page.obj.Rotate = turn
    if orientation in _MIRRORED:
        page.contents_add(f"q -1 0 0 1 {width:.4f} 0 cm\n".encode(), prepend=True)
        page.contents_add(b"\nQ")
        to_page = Transform(xx=-1, x0=width).after(to_page)
    return Sheet(page, to_page, _TURNS[orientation])
