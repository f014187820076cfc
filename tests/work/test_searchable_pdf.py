"""A searchable PDF costs no call of its own, and one that cannot be made costs no text."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from ocr_watcher.errors import DoubtfulImageError, ImageError, StorageError, TransientError
from ocr_watcher.folders.folder import Folder
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.sidecars.state import State
from ocr_watcher.storage.trial import ROOM
from ocr_watcher.values.outcome import Recognised
from tests import mounts
from tests.simulator.pictures import jpeg, png
from tests.work.ledger_desk import LedgerDesk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.values.page_text import PageText


def ask_for(desk: LedgerDesk, *formats: str) -> None:
    """Change the settings of the folder, and start anew."""
    desk.folder = Folder(str(desk.root), formats=formats)
    desk.restart()


def words_in(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file.read_bytes())
    try:
        return document[0].get_textpage().get_text_range().split()
    finally:
        document.close()


def test_all_formats_of_an_image_appear_together(tmp_path: Path) -> None:
    with LedgerDesk(tmp_path / "scans", tmp_path / "state", ("txt", "pdf")) as desk:
        image = desk.drop(jpeg("found words"), "a.jpg")
        assert isinstance(desk.once("a.jpg"), Recognised)
        assert desk.names() == ["a.jpg", "a.jpg.ocr.pdf", "a.jpg.txt"]
        made = desk.root / "a.jpg.ocr.pdf"
        assert words_in(made) == ["found", "words"]
        assert made.stat().st_mtime_ns == image.stat().st_mtime_ns
        with pikepdf.open(io.BytesIO(made.read_bytes())) as pdf:
            (picture,) = pdf.pages[0].get_images().values()
            assert picture.read_raw_bytes() == image.read_bytes()


def test_pdf_asked_for_later_is_made_of_finished_images_without_a_call(tmp_path: Path) -> None:
    with LedgerDesk(tmp_path / "scans", tmp_path / "state") as desk:
        names = [f"{number}.png" for number in range(10)]
        for name in names:
            desk.drop(png(f"number {name}"), name)
            desk.once(name)
        assert len(desk.engine.calls) == 10
        ask_for(desk, "txt", "pdf")
        for name in names:
            assert isinstance(desk.once(name), Recognised)
            assert words_in(desk.root / f"{name}.ocr.pdf") == ["number", name]
        assert len(desk.engine.calls) == 10


class _Refusing:
    """Pages as they are, but of no file a searchable PDF."""

    def __init__(self, desk: LedgerDesk, error: Exception) -> None:
        self.open, self.shrink = desk.pages.open, desk.pages.shrink
        self._error = error

    def searchable(self, _data: bytes, _texts: Sequence[PageText]) -> bytes:
        raise self._error


def refuse(desk: LedgerDesk, error: Exception) -> None:
    desk.recogniser._pages = _Refusing(desk, error)


@pytest.mark.parametrize("kind", [ImageError, DoubtfulImageError])
def test_where_none_can_be_made_the_text_is_written_and_paid_once(
    tmp_path: Path, kind: type[ImageError]
) -> None:
    with LedgerDesk(tmp_path / "scans", None, ("txt", "pdf")) as desk:
        desk.drop(png("words"))
        refuse(desk, kind("damaged", "no searchable PDF can be made of it"))
        for _ in range(3):
            with pytest.raises(kind) as raised:
                desk.once()
            assert desk.text == "words\n"
        desk.fail(raised.value, 3)
        assert desk.names() == ["a.png", "a.png.ocr-error.json", "a.png.txt"]
        assert desk.state() is State.FAILED
        assert "no searchable PDF" in desk.json("a.png.ocr-error.json")["error"]["message"]
        (desk.root / "a.png.ocr-error.json").unlink()  # as `retry` does
        desk.recogniser._pages = desk.pages
        assert isinstance(desk.once(), Recognised)
        assert desk.names() == ["a.png", "a.png.ocr.pdf", "a.png.txt"]
        assert desk.engine.calls == ["words"]


def test_where_none_can_be_made_now_all_formats_wait_and_the_reading_is_kept(
    tmp_path: Path,
) -> None:
    with LedgerDesk(tmp_path / "scans", None, ("txt", "pdf")) as desk:
        desk.drop(png("words"))
        refuse(desk, TransientError("no-renderer", "no process can be started"))
        with pytest.raises(TransientError):
            desk.once()
        assert desk.names() == ["a.png"]
        desk.recogniser._pages = desk.pages
        assert isinstance(desk.once(), Recognised)
        assert desk.engine.calls == ["words"]


def test_room_for_the_pdf_is_looked_for_before_the_call(tmp_path: Path) -> None:
    data = jpeg("words", bytes_at_least=1_500_000)
    with (
        mounts.ext4(tmp_path / "disk", tmp_path / "scans") as root,
        LedgerDesk(root, None, ("txt", "pdf")) as desk,
    ):
        desk.drop(data, "a.jpg")
        told = os.statvfs(root)
        with (root / "filler").open("wb") as filler:
            left = len(data) // 2 + 10 * ROOM
            os.posix_fallocate(filler.fileno(), 0, told.f_bfree * told.f_frsize - left)
        with pytest.raises(StorageError, match="No space left"):
            desk.once("a.jpg")
        assert desk.engine.calls == []
        (root / "filler").unlink()
        assert isinstance(desk.once("a.jpg"), Recognised)
        assert len(desk.engine.calls) == 1


def test_a_pdf_may_need_as_much_room_as_its_image_and_more_where_it_is_decoded() -> None:
    room = FORMATS.named("pdf").room
    assert 1_000_000 < room("a.jpg", 1_000_000) < 1_500_000
    assert room("a.HEIC", 1_000_000) > 10_000_000
    assert FORMATS.named("txt").room("a.jpg", 1_000_000) == ROOM
