"""A PDF that this program wrote is known, and none that has a page of another program."""

from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pikepdf
import pytest

from ocr_watcher.errors import OwnFileError
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.page_text import PageText
from tests.pages.printed import image, lines
from tests.pages.printed import printed as pdf_of
from tests.pages.searchable.pages import encoded, printed, text_of
from tests.pages.searchable.pdf_tools import needs_qpdf, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = text_of(["laid over"])
SCAN = encoded(printed(TEXT), "PNG")
LAID = searchable(SCAN, [TEXT])
BLANK = searchable(SCAN, [PageText(1, TEXT.width, TEXT.height, ())])
LETTER = pdf_of(lines("A letter"))
SHOWN = searchable(LETTER, [PageText(1, 595, 842, TEXT.lines, shown=True)])
PHOTO = pdf_of(image(595, 842))


def is_ours(data: bytes) -> bool:
    try:
        next(open_source(data))
    except OwnFileError:
        return True
    return False


def changed(data: bytes, change: Callable[[pikepdf.Pdf], object], **options: object) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        pdf.save(stream, **options)
    return stream.getvalue()


def merged(*files: bytes) -> bytes:
    """The pages of files in the first of them, which keeps its metadata."""

    def add(pdf: pikepdf.Pdf) -> None:
        for each in files[1:]:
            with pikepdf.open(io.BytesIO(each)) as other:
                pdf.pages.extend(other.pages)

    return changed(files[0], add)


def without_page_marks(data: bytes) -> bytes:
    def unmark(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            del page.obj["/XXOcrWatcher"]

    return changed(data, unmark)


@pytest.mark.parametrize("data", [LAID, BLANK, SHOWN], ids=["laid", "blank", "shown"])
def test_what_the_program_wrote_is_known(data: bytes) -> None:
    assert is_ours(data)
    assert is_ours(data + bytes(3000))
    assert is_ours(changed(data, lambda _: None, linearize=True))
    locked = pikepdf.Encryption(owner="owner", user="")
    assert is_ours(changed(data, lambda _: None, encryption=locked))


def test_it_is_known_when_it_is_put_together_from_nothing_else() -> None:
    assert is_ours(merged(LAID, BLANK, SHOWN))


@pytest.mark.parametrize("other", [PHOTO, LETTER], ids=["scan", "text"])
@pytest.mark.parametrize("data", [LAID, BLANK, SHOWN], ids=["laid", "blank", "shown"])
def test_a_page_of_another_program_makes_it_an_image(data: bytes, other: bytes) -> None:
    assert len([*open_source(merged(data, other))]) == 2


def test_a_page_in_the_place_of_another_makes_it_an_image() -> None:
    replaced = changed(merged(LAID, LAID, PHOTO), lambda pdf: pdf.pages.remove(p=1))
    assert len([*open_source(replaced)]) == 2


@needs_qpdf
def test_pages_that_qpdf_adds_make_it_an_image(tmp_path: Path) -> None:
    ours, other, both = (tmp_path / f"{name}.pdf" for name in ("ours", "other", "both"))
    ours.write_bytes(LAID)
    other.write_bytes(changed(PHOTO, lambda _: None))  # with a table of objects, for qpdf
    run("qpdf", ours, "--pages", ours, other, "--", both)
    assert len([*open_source(both.read_bytes())]) == 2


@pytest.mark.skipif(not shutil.which("mutool"), reason="needs mutool (Debian: mupdf-tools)")
@pytest.mark.parametrize("data", [LAID, BLANK, SHOWN], ids=["laid", "blank", "shown"])
def test_it_is_known_after_mutool_cleaned_it(data: bytes, tmp_path: Path) -> None:
    ours, cleaned = tmp_path / "ours.pdf", tmp_path / "cleaned.pdf"
    ours.write_bytes(data)
    run("mutool", "clean", "-gggg", "-z", ours, cleaned)
    assert is_ours(cleaned.read_bytes())


def test_without_marks_of_pages_a_layer_or_shown_text_proves_each_page() -> None:
    assert is_ours(without_page_marks(merged(LAID, SHOWN)))
    assert not is_ours(without_page_marks(merged(LAID, BLANK)))
    assert not is_ours(merged(without_page_marks(LAID), PHOTO))


def test_a_layer_in_the_font_of_earlier_versions_proves_a_page() -> None:
    def rename(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].Resources.Font.values():
            font.BaseFont = pikepdf.Name("/OCRWAT+Glyphless")

    assert is_ours(without_page_marks(changed(LAID, rename)))


def test_a_font_of_another_kind_under_the_name_of_ours_proves_nothing() -> None:
    def forge(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].Resources = pikepdf.Dictionary(
            Font={"/OcrWatcherText0-1.1": pikepdf.Dictionary(BaseFont=pikepdf.Name.Helvetica)}
        )

    assert not is_ours(changed(merged(without_page_marks(LAID), PHOTO), forge))


@pytest.mark.parametrize("odd", [7, pikepdf.Array([1]), pikepdf.Dictionary(OcrWatcherText0=1)])
def test_a_page_that_is_made_to_confuse_is_a_page_like_any_other(odd: object) -> None:
    def confuse(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].Resources = pikepdf.Dictionary(Font=odd)

    assert len([*open_source(changed(merged(LAID, PHOTO), confuse))]) == 2


def test_a_page_that_qpdf_alone_finds_makes_it_an_image() -> None:
    plain = pikepdf.ObjectStreamMode.disable
    two = changed(merged(LAID, LAID), lambda _: None, object_stream_mode=plain)
    one = two.replace(b"/Count 2", b"/Count 1")
    assert one != two
    assert is_ours(two)
    assert not is_ours(one)
