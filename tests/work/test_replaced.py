"""A content that replaces another one with the same date is recognised too."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ImageError
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.outcome import Changed, Failed, Recognised, Skipped
from tests import mounts
from tests.simulator.pictures import png
from tests.work.desk import MODIFIED
from tests.work.ledger_desk import LedgerDesk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ocr_watcher.values.outcome import Outcome


class TickingDesk(LedgerDesk):
    """What is done to the folder after a try has a later time."""

    def once(self, name: str = "a.png") -> Outcome:
        outcome = super().once(name)
        self.wait_for_a_tick()
        return outcome

    def fail(self, error: ImageError, tries: int = 1, name: str = "a.png") -> Outcome:
        outcome = super().fail(error, tries, name)
        self.wait_for_a_tick()
        return outcome


OLD, NEW, LONGER = png("words"), png("other"), png("many more words")
EDITED = "corrected by hand\n"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LedgerDesk]:
    with TickingDesk(tmp_path / "scans", tmp_path / "state") as desk:
        desk.drop(OLD)
        yield desk


def renamed_over(image: Path, content: bytes) -> None:
    other = image.with_name(".other")
    other.write_bytes(content)
    os.utime(other, ns=(MODIFIED, MODIFIED))
    other.rename(image)


def touched_like_before(image: Path, content: bytes) -> None:
    """As ``cp other.png a.png; touch -r before a.png``: the same file, another content."""
    image.write_bytes(content)
    os.utime(image, ns=(MODIFIED, MODIFIED))


def rewritten_with_its_date(image: Path, content: bytes) -> None:
    """As ``exiftool -P -overwrite_original``: a copy beside it gets the date and the name."""
    before = image.stat()
    copy = image.with_name("a.png_exiftool_tmp")
    copy.write_bytes(content)
    os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
    copy.rename(image)


def unpacked_over(image: Path, content: bytes) -> None:
    """An archive whose files all have one date, by tar(1)."""
    packed = image.parents[1] / "packed"
    packed.mkdir()
    (packed / image.name).write_bytes(content)
    os.utime(packed / image.name, ns=(MODIFIED, MODIFIED))
    archive = packed / "a.tar"
    # The format keeps nanoseconds (pax(1)).
    subprocess.run(["tar", "-C", packed, "--posix", "-cf", archive, image.name], check=True)
    subprocess.run(["tar", "-C", image.parent, "-xf", archive], check=True)


WAYS = [renamed_over, touched_like_before, rewritten_with_its_date, unpacked_over]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("content", [NEW, LONGER], ids=["same size", "another size"])
def test_an_event_of_it_brings_the_new_text(
    desk: LedgerDesk, way: Callable[[Path, bytes], None], content: bytes
) -> None:
    assert len(OLD) == len(NEW) != len(LONGER)
    desk.once()
    way(desk.root / "a.png", content)
    assert (desk.root / "a.png").stat().st_mtime_ns == MODIFIED
    assert isinstance(desk.once(), Recognised)
    assert desk.text in {"other\n", "many more words\n"}
    assert desk.state() is State.DONE
    assert desk.once() == Skipped("done")
    assert len(desk.engine.calls) == 2


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("content", [NEW, LONGER], ids=["same size", "another size"])
def test_a_scan_finds_it(
    desk: LedgerDesk, way: Callable[[Path, bytes], None], content: bytes
) -> None:
    desk.once()
    desk.restart()
    way(desk.root / "a.png", content)
    assert desk.scan_and_try() is State.DONE
    assert desk.text in {"other\n", "many more words\n"}


@pytest.mark.parametrize("way", WAYS)
def test_the_same_content_as_another_file_costs_nothing_and_is_settled(
    desk: LedgerDesk, way: Callable[[Path, bytes], None]
) -> None:
    desk.once()
    before = (desk.root / "a.png.txt").stat()
    way(desk.root / "a.png", OLD)
    assert desk.state() is State.WAITING
    assert desk.once() == Skipped("done")
    assert desk.state() is State.DONE
    assert (desk.root / "a.png.txt").stat().st_ino == before.st_ino
    assert len(desk.engine.calls) == 1


def test_other_permissions_make_no_other_content(desk: LedgerDesk) -> None:
    desk.once()
    (desk.root / "a.png").chmod(0o600)
    assert desk.state() is State.WAITING
    assert desk.once() == Skipped("done")
    assert desk.state() is State.DONE
    assert len(desk.engine.calls) == 1


def test_an_edited_text_is_kept_beside_the_same_content_and_replaced_beside_another(
    desk: LedgerDesk,
) -> None:
    desk.once()
    (desk.root / "a.png.txt").write_text(EDITED)
    renamed_over(desk.root / "a.png", OLD)
    assert desk.scan_and_try() is State.DONE
    assert desk.text == EDITED
    renamed_over(desk.root / "a.png", NEW)
    assert desk.scan_and_try() is State.DONE
    assert desk.text == "other\n"


def test_an_edited_text_is_kept_where_no_hash_is_remembered(desk: LedgerDesk) -> None:
    desk.once()
    stamp = desk.ledger.done_stamp_of(desk.image())
    assert stamp is not None
    desk.ledger.done(desk.image(), stamp)  # as a version without hashes did
    (desk.root / "a.png.txt").write_text(EDITED)
    renamed_over(desk.root / "a.png", NEW)
    assert desk.scan_and_try() is not State.FAILED
    assert desk.text == EDITED


def test_a_text_is_made_anew_where_no_hash_is_remembered(desk: LedgerDesk) -> None:
    desk.once()
    stamp = desk.ledger.done_stamp_of(desk.image())
    assert stamp is not None
    desk.ledger.done(desk.image(), stamp)
    renamed_over(desk.root / "a.png", NEW)
    assert desk.scan_and_try() is State.DONE
    assert desk.text == "other\n"


def test_without_a_memory_what_is_done_stays_done(desk: LedgerDesk, tmp_path: Path) -> None:
    desk.once()
    desk.ledger.forget(desk.image())
    shutil.copy2(desk.root / "a.png", tmp_path / "b.png")
    (tmp_path / "b.png").rename(desk.root / "a.png")
    assert desk.state() is State.DONE
    assert desk.once() == Skipped("done")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("content", [NEW, LONGER], ids=["same size", "another size"])
@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
def test_a_failed_image_so_replaced_waits_again(
    tmp_path: Path, way: Callable[[Path, bytes], None], content: bytes, *, remembers: bool
) -> None:
    state = tmp_path / "state" if remembers else None
    with TickingDesk(tmp_path / "scans", state) as desk:
        desk.drop(OLD)
        assert isinstance(desk.fail(ImageError(216201, "image format error")), Failed)
        desk.restart()
        way(desk.root / "a.png", content)
        assert desk.state() is State.WAITING
        assert isinstance(desk.once(), Recognised)
        assert desk.names() == ["a.png", "a.png.txt"]


@pytest.mark.parametrize("way", WAYS)
def test_the_same_content_has_failed_still_and_is_settled(
    desk: LedgerDesk, way: Callable[[Path, bytes], None]
) -> None:
    desk.fail(ImageError(216201, "image format error"))
    way(desk.root / "a.png", OLD)
    assert desk.state() is State.WAITING
    assert desk.once() == Skipped("failed")
    assert desk.state() is State.FAILED
    assert desk.engine.calls == []


def test_an_image_that_could_not_be_read_waits_again_once_it_may_be(desk: LedgerDesk) -> None:
    """Its error file knows no hash."""
    os.truncate(desk.root / "a.png", 300 * 2**20)
    os.utime(desk.root / "a.png", ns=(MODIFIED, MODIFIED))
    desk.fail(ImageError("unreadable", "the file may not be read"))
    assert desk.json("a.png.ocr-error.json")["source"]["sha256"] is None
    assert desk.state() is State.FAILED
    (desk.root / "a.png").chmod(0o644)
    assert desk.state() is State.WAITING


def test_a_file_system_that_numbers_its_files_anew_keeps_no_image_from_its_text(
    tmp_path: Path,
) -> None:
    with (
        mounts.odd(tmp_path / "source", tmp_path / "scans", inodes=1) as odd,
        LedgerDesk(odd.path, tmp_path / "state") as desk,
    ):
        desk.drop(OLD)
        assert isinstance(desk.once(), Recognised)
        assert desk.state() is State.DONE
        assert desk.once() == Skipped("done")
        desk.drop(LONGER, modified=MODIFIED + 1)
        assert desk.scan_and_try() is State.DONE
        assert desk.text == "many more words\n"
        error = ImageError(216201, "image format error")
        desk.drop(NEW, modified=MODIFIED + 2)
        assert desk.fail(error) == Failed(error, 1)
        assert len(desk.engine.calls) == 2


def test_a_content_that_comes_during_the_call_with_the_same_size_and_date_is_not_missed(
    desk: LedgerDesk,
) -> None:
    desk.during_the_call(lambda: touched_like_before(desk.root / "a.png", NEW))
    assert desk.names() == ["a.png"]
    assert desk.scan_and_try() is State.DONE
    assert desk.text == "other\n"


def test_permissions_that_change_during_the_call_cost_nothing(desk: LedgerDesk) -> None:
    outcome = desk.during_the_call(lambda: (desk.root / "a.png").chmod(0o600))
    assert isinstance(outcome, Recognised)


def test_an_image_replaced_while_its_text_is_written_is_read_again(desk, monkeypatch):
    """Afterwards its text is newer than the image, whose date tells nothing."""
    note_done = desk.ledger.done

    def replaced_meanwhile(*noted: object) -> None:
        note_done(*noted)
        renamed_over(desk.root / "a.png", NEW)

    monkeypatch.setattr(desk.recogniser, "_note_done", replaced_meanwhile)
    assert desk.once() == Changed()
    monkeypatch.undo()
    assert isinstance(desk.once(), Recognised)
    assert desk.text == "other\n"
