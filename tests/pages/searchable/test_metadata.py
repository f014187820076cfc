"""A searchable PDF says which program made it, and claims to last where it does."""

from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from ocr_watcher import __version__
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.values.page_text import PageText
from tests.pages.searchable.pages import encoded

PAGE = Image.new("RGB", (300, 200), "white")
BLANK = [PageText(1, 300, 200, ())]


def made_of(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(searchable(data, BLANK)))


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "PDF"])
def test_it_names_the_program_and_bears_its_mark(encoding: str) -> None:
    with made_of(encoded(PAGE, encoding)) as pdf:
        assert pdf.docinfo["/OcrWatcher"] == __version__
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


def test_the_same_file_gives_the_same_bytes() -> None:
    data = encoded(PAGE, "PNG")
    assert searchable(data, BLANK) == searchable(data, BLANK)
