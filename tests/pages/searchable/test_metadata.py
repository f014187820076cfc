"""A searchable PDF says which program made it, and claims to last where it does."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from PIL import Image

from ocr_watcher import __version__
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pages import encoded

UA = "{http://www.aiim.org/pdfua/ns/id/}part"
PAGE = Image.new("RGB", (300, 200), "white")
BLANK = [PageText(1, 300, 200, ())]


def made_of(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(searchable(data, BLANK)))


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "PDF"])
def test_it_names_the_program_and_bears_its_mark(encoding: str) -> None:
    with made_of(encoded(PAGE, encoding)) as pdf:
        assert pdf.docinfo["/OcrWatcher"] == __version__
        assert [page.obj["/XXOcrWatcher"] for page in pdf.pages] == [__version__]
        assert pdf.docinfo["/Producer"] == f"ocr-watcher {__version__}"
        assert pdf.open_metadata()["pdf:Producer"] == f"ocr-watcher {__version__}"


@pytest.mark.parametrize(
    ("encoding", "mode", "claimed"),
    [("JPEG", "RGB", "2B"), ("PNG", "L", "2B"), ("TIFF", "1", "2B"), ("JPEG", "CMYK", "")],
)
def test_pages_of_pictures_claim_pdf_a_but_in_the_colours_of_a_press(
    encoding: str, mode: str, claimed: str
) -> None:
    with made_of(encoded(PAGE.convert(mode), encoding)) as pdf:
        assert pdf.open_metadata().pdfa_status == claimed
        assert ("/OutputIntents" in pdf.Root) == bool(claimed)


def test_a_dropped_pdf_claims_what_it_claimed_before() -> None:
    with made_of(encoded(PAGE, "PDF")) as pdf:
        assert pdf.open_metadata().pdfa_status == ""


@pytest.mark.parametrize(
    ("before", "after"), [("1A", "1B"), ("1B", "1B"), ("2A", "2U"), ("3A", "3U"), ("2U", "2U")]
)
def test_one_with_a_layer_no_longer_claims_that_all_its_text_is_tagged(
    before: str, after: str
) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(encoded(PAGE, "PDF"))) as pdf:
        with pdf.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = before
            metadata[UA] = "1"
        pdf.save(stream)
    data = stream.getvalue()
    (page,) = open_source(data)
    text = PageText(1, *page.stored, ((PlacedWord("laid", Rectangle(0, 0, 90, 20).corners),),))
    with pikepdf.open(io.BytesIO(searchable(data, [text]))) as pdf:
        assert pdf.open_metadata().pdfa_status == after
        assert UA not in pdf.open_metadata()
    shown = replace(text, shown=True)
    with pikepdf.open(io.BytesIO(searchable(data, [shown]))) as pdf:
        assert pdf.open_metadata().pdfa_status == before
        assert pdf.open_metadata()[UA] == "1"


def test_the_fonts_of_a_layer_are_no_subsets_which_pdf_a_wants_listed() -> None:
    text = PageText(1, 300, 200, ((PlacedWord("laid", Rectangle(0, 0, 90, 20).corners),),))
    with pikepdf.open(io.BytesIO(searchable(encoded(PAGE, "PNG"), [text]))) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        assert "+" not in str(font.BaseFont)
        assert font.BaseFont == font.DescendantFonts[0].FontDescriptor.FontName


def test_the_same_file_gives_the_same_bytes() -> None:
    data = encoded(PAGE, "PNG")
    assert searchable(data, BLANK) == searchable(data, BLANK)
