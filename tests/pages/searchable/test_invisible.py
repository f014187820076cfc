"""Text that another program wrote invisibly over a page is removed; what a viewer shows stays."""

from __future__ import annotations

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from ocr_watcher.pages.searchable.invisible import remove_invisible_text

FONT = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def page_with(pdf: pikepdf.Pdf, content: bytes) -> pikepdf.Page:
    pdf.add_blank_page(page_size=(200, 200))
    page = pdf.pages[-1]
    page.obj.Resources = Dictionary(Font=Dictionary(F=FONT))
    page.obj.Contents = pdf.make_stream(content)
    return page


def left_of(content: bytes) -> bytes:
    with pikepdf.new() as pdf:
        page = page_with(pdf, content)
        remove_invisible_text(page)
        return page.obj.Contents.read_bytes()


@pytest.mark.parametrize("mode", [b"3", b"3.0"])
def test_the_mode_may_be_written_as_a_real_number(mode: bytes) -> None:
    assert b"old" not in left_of(b"BT /F 9 Tf " + mode + b" Tr (old) Tj ET")


def test_the_spacing_that_hidden_text_sets_stays_set_for_visible_text() -> None:
    left = left_of(b'BT /F 9 Tf 3 Tr 7 2 (old) " ET BT 0 Tr (seen) Tj ET')
    assert b"old" not in left
    assert [part in left for part in (b"7 Tw", b"2 Tc", b"seen")] == [True] * 3


def test_forms_that_share_their_resources_are_looked_at_once_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pikepdf.new() as pdf:
        page = page_with(pdf, b"")
        shared = pdf.make_indirect(Dictionary(XObject=Dictionary()))
        for number in range(30):
            form = pdf.make_stream(b"BT /F 9 Tf 3 Tr (old) Tj ET")
            form.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, Resources=shared))
            shared.XObject[f"/X{number}"] = form
        page.obj.Resources = shared
        rewritten = []
        monkeypatch.setattr(
            "ocr_watcher.pages.searchable.invisible._rewrite",
            lambda stream, _content: rewritten.append(stream.objgen),
        )
        remove_invisible_text(page)
        assert len(rewritten) == len(set(rewritten)) == 30
