"""Make a searchable PDF from a file and the text of its pages."""

from __future__ import annotations

import contextlib
import io
import itertools
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.file_type import FileType, file_type_of
from ocr_watcher.pages.own_mark import LAYER_FONT
from ocr_watcher.pages.searchable.existing import existing_sheets
from ocr_watcher.pages.searchable.glyphless import GlyphlessFonts
from ocr_watcher.pages.searchable.metadata import write_metadata
from ocr_watcher.pages.searchable.pictures import add_pictures
from ocr_watcher.pages.searchable.text_layer import text_layer
from ocr_watcher.pages.searchable.text_operators import TextOperators

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ocr_watcher.pages.searchable.sheet import Sheet
    from ocr_watcher.values.page_text import PageText

_MOST_BYTES = 2**28
"""The most bytes of a PDF that is made, as many as of a file that is read. A few bytes may show one
picture on many pages, and if these are drawn anew, each of them is encoded."""
_SMALLEST = 9
"""The level of zlib for the data that this program adds; data of the file stays as it is."""


def searchable(data: bytes, texts: Sequence[PageText], *, anew: bool = False) -> bytes:
    """Return a PDF that shows the pages of a file, with their text invisibly over the words.

    Args:
        data: The whole file.
        texts: The texts of its pages, one for each.
        anew: Whether all pages are drawn and encoded anew. This is for a file that its libraries
            decode, but that cannot be put into a PDF as it is.

    Raises:
        ImageError: A page cannot be decoded, or the PDF is too large.
        TransientError: There is not enough memory now.
    """
    from pikepdf import Pdf, settings  # noqa: PLC0415  an extra

    settings.set_flate_compression_level(_SMALLEST)
    if file_type_of(data) == FileType.PDF and not anew:
        with contextlib.suppress(Exception):  # pikepdf cannot open what PDFium drew
            return _on_existing(data, texts)
    with Pdf.new() as pdf:
        laid = _lay(pdf, add_pictures(pdf, data, anew=anew), texts)
        return _saved(pdf, new=True, laid=laid)


def _on_existing(data: bytes, texts: Sequence[PageText]) -> bytes:
    from pikepdf import Pdf  # noqa: PLC0415  an extra

    with Pdf.open(io.BytesIO(data)) as pdf:
        laid = _lay(pdf, existing_sheets(pdf, data, texts), texts)
        return _saved(pdf, new=False, laid=laid)


def _lay(pdf: Any, sheets: Iterable[Sheet | None], texts: Sequence[PageText]) -> bool:
    """Lay the text over the pages.

    The layer is the first of the content streams of a page: there the state of the graphics is the
    initial one, whatever the other streams leave behind.

    Returns:
        Whether any page has a layer now.
    """
    from pikepdf import Name  # noqa: PLC0415  an extra

    fonts, layers = GlyphlessFonts(), []
    for sheet, text in zip(sheets, texts, strict=True):
        if sheet is not None and text.lines:
            layer = TextOperators(fonts, _free_prefix(sheet.page))
            text_layer(sheet, text.lines, layer)
            sheet.page.contents_add(layer.content, prepend=True)
            layers.append((sheet.page, layer))
    if layers:
        written = fonts.written(pdf, {face for _, layer in layers for face in layer.faces})
        for page, layer in layers:
            for face, name in layer.faces.items():
                page.add_resource(written[face], Name.Font, Name(name))
    return bool(layers)


def _free_prefix(page: Any) -> str:
    """Return a prefix for the names of fonts that no name of the page's resources has."""
    from pikepdf import Dictionary  # noqa: PLC0415  an extra

    kinds = (kind for kind in page.resources.values() if isinstance(kind, Dictionary))
    taken = tuple(name for kind in kinds for name in kind)
    prefixes = (f"{LAYER_FONT}{number}-" for number in itertools.count())
    return next(prefix for prefix in prefixes if not any(name.startswith(prefix) for name in taken))


def _saved(pdf: Any, *, new: bool, laid: bool) -> bytes:
    from pikepdf import ObjectStreamMode  # noqa: PLC0415  an extra

    write_metadata(pdf, new=new, laid=laid)
    mode = ObjectStreamMode.generate if new else ObjectStreamMode.preserve
    stream = io.BytesIO()
    pdf.save(stream, object_stream_mode=mode, deterministic_id=True)
    if stream.tell() > _MOST_BYTES:
        raise ImageError(
            "too-large",
            f"the PDF has {stream.tell()} bytes, and {_MOST_BYTES} are the most that is written",
            advice="split the file",
        )
    return stream.getvalue()
