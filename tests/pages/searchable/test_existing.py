"""A PDF that was put into the folder keeps all that it has, and its words are found."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from ocr_watcher.errors import ImageError
from ocr_watcher.pages.searchable.compose import searchable
from ocr_watcher.pages.source import open_source
from ocr_watcher.values.page_text import PageText, PlacedWord
from tests.pages.searchable.pages import HUNDRED_DPI, PROSE, SIZE, encoded, printed, text_of
from tests.pages.searchable.pdf_tools import (
    found_in_order,
    is_sound,
    needs_poppler,
    needs_qpdf,
    pdfium_text,
    poppler_pages,
    poppler_text,
    raw_images,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [needs_poppler, needs_qpdf]

TEXT = text_of(PROSE)
WORDS = " ".join(PROSE).split()
SCAN = encoded(printed(TEXT), "PDF", resolution=HUNDRED_DPI[0], quality=80)


def changed(
    change: Callable[[pikepdf.Pdf], object], data: bytes = SCAN, **options: object
) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        stream = io.BytesIO()
        pdf.save(stream, **options)
    return stream.getvalue()


def texts_for(data: bytes, rows: list[str] = PROSE) -> list[PageText]:
    """The rows on every page of a file, which is drawn at a hundred dots an inch."""
    return [
        PageText(page.number, *page.stored, text_of(rows, page.stored).lines)
        for page in open_source(data)
    ]


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def test_it_keeps_its_bookmarks_annotations_and_pictures(tmp_path: Path) -> None:
    def furnish(pdf: pikepdf.Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Chapter One", 0))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[9, 9, 30, 30], Contents="note"
        )
        pdf.pages[0].Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))
        pdf.docinfo["/Title"] = "Letters"

    data = changed(furnish)
    pdf = searchable(data, texts_for(data))
    assert is_sound(pdf, tmp_path)
    assert raw_images(pdf) == raw_images(data)
    assert len(pdf) <= 1.02 * len(data) + 30_000
    with opened(pdf) as made:
        with made.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Chapter One"]
        assert [str(each.Contents) for each in made.pages[0].Annots] == ["note"]
        assert made.docinfo["/Title"] == "Letters"
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1
    assert found_in_order(WORDS, pdfium_text(pdf).split()) == 1


def test_a_page_with_text_of_its_own_gets_none_and_the_others_do() -> None:
    first, *others = [printed(text_of([f"scanned {number}"])) for number in (1, 2, 3)]
    data = encoded(first, "PDF", save_all=True, append_images=others, resolution=100)
    texts = texts_for(data, ["read by us"])
    texts[1] = replace(texts[1], shown=True)
    with opened(data) as before, opened(searchable(data, texts)) as after:
        kept = [page.Contents.read_bytes() for page in before.pages]
        assert after.pages[1].Contents.read_bytes() == kept[1]
    pages = poppler_text(searchable(data, texts)).split("\f")
    assert [page.split() for page in pages[:3]] == [["read", "by", "us"], [], ["read", "by", "us"]]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [None, [50, 100, 600, 700]])
def test_the_words_lie_where_they_are_seen_however_the_page_is_turned_and_cut(
    rotation: int, box: list[int] | None
) -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Rotate = rotation
        if box:
            pdf.pages[0].CropBox = box

    data = changed(turn)
    (text,) = texts_for(data)
    pdf = searchable(data, [text])
    page = pypdfium2.PdfDocument(pdf)[0]
    shown = page.get_textpage()
    left, bottom, right, top = shown.get_charbox(0)
    bitmap = page.render(scale=text.width / page.get_width())
    corners = [bitmap.get_posconv(page).to_bitmap(x, y) for x, y in ((left, bottom), (right, top))]
    (x0, x1), (y0, y1) = (sorted(axis) for axis in zip(*corners, strict=True))
    (wanted_left, wanted_top), *_ = text.lines[0][0].quad
    assert (x0, y0) == (pytest.approx(wanted_left, abs=3), pytest.approx(wanted_top, abs=3))
    assert y1 - y0 == pytest.approx(24, abs=6)
    assert x1 - x0 == pytest.approx(14, abs=4)


def test_resources_that_pages_inherit_stay_and_no_name_is_taken_twice(tmp_path: Path) -> None:
    def share(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[0]
        resources = page.obj.Resources
        resources.Font = pikepdf.Dictionary(
            {
                "/OcrWatcherText0": pikepdf.Dictionary(
                    Type=pikepdf.Name.Font,
                    Subtype=pikepdf.Name.Type1,
                    BaseFont=pikepdf.Name.Helvetica,
                )
            }
        )
        del page.obj.Resources
        pdf.Root.Pages.Resources = resources
        page.contents_add(b"BT /OcrWatcherText0 20 Tf 40 700 Td (own) Tj ET")

    data = changed(share)
    pdf = searchable(data, texts_for(data, ["laid"]))
    assert is_sound(pdf, tmp_path)
    assert sorted(poppler_text(pdf).split()) == ["laid", "own"]
    assert raw_images(pdf) == raw_images(data)


@pytest.mark.parametrize("leak", [b"0.5 0 0 0.5 90 90 cm", b"q q", b"Q Q Q", b"BT", b"/Odd Do ("])
def test_what_a_page_leaves_of_its_state_does_not_move_the_words(leak: bytes) -> None:
    plain = poppler_pages(searchable(SCAN, texts_for(SCAN)))[0].words
    data = changed(lambda pdf: pdf.pages[0].contents_add(leak))
    assert poppler_pages(searchable(data, texts_for(data)))[0].words == plain


def invisible(pdf: pikepdf.Pdf) -> None:
    """Lays text over the first page as other programs do: in the page, and in a form."""
    page = pdf.pages[0]
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page.add_resource(font, pikepdf.Name.Font, pikepdf.Name("/F"))
    form = pdf.make_stream(b"BT 3 Tr /F 9 Tf 40 300 Td (formerly) Tj ET")
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = [0, 0, 612, 792]
    form.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/Layer"))
    page.contents_add(
        b"q BT 3 Tr /F 9 Tf 40 700 Td (wr0ng) Tj ET"
        b" BT /F 9 Tf 90 700 Td 0 Tr (seen) Tj ET Q /Layer Do"
    )


def test_the_invisible_text_of_another_program_goes_and_the_visible_stays() -> None:
    data = changed(invisible)
    assert sorted(poppler_text(data).split()) == ["formerly", "seen", "wr0ng"]
    pdf = searchable(data, texts_for(data, ["right"]))
    assert sorted(poppler_text(pdf).split()) == ["right", "seen"]


def test_the_invisible_text_of_a_page_that_was_not_recognised_stays() -> None:
    data = changed(invisible)
    pdf = searchable(data, [PageText(1, *SIZE, ())])
    assert sorted(poppler_text(pdf).split()) == ["formerly", "seen", "wr0ng"]


def test_one_that_opens_without_a_password_becomes_one_without_encryption() -> None:
    locked = pikepdf.Encryption(owner="owner", user="")
    data = changed(lambda _: None, encryption=locked)
    pdf = searchable(data, texts_for(data))
    with opened(pdf) as made:
        assert not made.is_encrypted
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1


def test_invisible_text_stays_that_moves_visible_text() -> None:
    def mix(pdf: pikepdf.Pdf) -> None:
        invisible(pdf)
        pdf.pages[0].contents_add(b"BT /F 9 Tf 40 90 Td 3 Tr (far) Tj 0 Tr (ther) Tj ET")

    data = changed(mix)
    assert "farther" in poppler_text(searchable(data, texts_for(data, ["right"])))


def test_one_that_two_libraries_understand_differently_is_drawn_anew() -> None:
    first, second = (printed(text_of([f"page {number}"])) for number in (1, 2))
    two = encoded(first, "PDF", save_all=True, append_images=[second], resolution=100)
    data = two.replace(b"/Count 2", b"/Count 1")  # one page for PDFium, two for qpdf
    pdf = searchable(data, texts_for(data, ["as", "recognised"]))
    assert poppler_text(pdf).split() == ["as", "recognised"]
    assert len(raw_images(pdf)) == 1
    assert raw_images(pdf) != raw_images(data)[:1]


def test_the_text_that_a_page_shows_itself_is_laid_over_it_where_it_is_drawn_anew() -> None:
    texts = [replace(text, shown=True) for text in texts_for(SCAN)]
    assert poppler_text(searchable(SCAN, texts)).split() == []  # the page is kept, a picture
    pdf = searchable(SCAN, texts, anew=True)
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1


def test_a_whole_line_laid_as_one_word_is_found_word_by_word() -> None:
    ((first, *_), *_) = texts_for(SCAN)[0].lines
    (left, top), *_, (_, bottom) = first.quad
    line = PlacedWord(
        PROSE[1], ((left, top), (left + 500, top), (left + 500, bottom), (left, bottom))
    )
    pdf = searchable(SCAN, [PageText(1, *SIZE, ((line,),), shown=True)], anew=True)
    assert poppler_text(pdf).split() == PROSE[1].split()
    assert pdfium_text(pdf).split() == PROSE[1].split()


def test_drawn_anew_it_looks_as_before_and_its_words_are_found() -> None:
    pdf = searchable(SCAN, texts_for(SCAN), anew=True)
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1
    before, after = (pypdfium2.PdfDocument(data)[0] for data in (SCAN, pdf))
    assert after.get_size() == pytest.approx(before.get_size(), abs=1)
    first, second = (page.render(scale=2).to_pil().convert("L") for page in (before, after))
    assert Image.blend(first, second.resize(first.size), 0.5).getextrema()[0] < 120


def test_a_broken_cross_reference_table_is_mended() -> None:
    broken = SCAN.replace(b"startxref", b"startxxxx")
    pdf = searchable(broken, texts_for(broken))
    assert raw_images(pdf) == raw_images(SCAN)
    assert found_in_order(WORDS, poppler_text(pdf).split()) == 1


def test_one_that_grows_beyond_the_largest_file_that_is_read_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ocr_watcher.pages.searchable.compose._MOST_BYTES", len(SCAN) // 2)
    with pytest.raises(ImageError) as refused:
        searchable(SCAN, texts_for(SCAN))
    assert (refused.value.code, refused.value.advice) == ("too-large", "split the file")
