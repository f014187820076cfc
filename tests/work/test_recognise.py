from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import sha256 as sha_of
from typing import TYPE_CHECKING

import pytest

from ocr_watcher import __version__
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import DoubtfulImageError, ImageError, QuotaError, Stopped, TransientError
from ocr_watcher.folders.folder import Folder
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.outcome import Changed, Failed, Recognised, Skipped
from ocr_watcher.values.reading import Reading
from ocr_watcher.work.image_file import LONGEST_FILE
from ocr_watcher.work.opened import open_image
from ocr_watcher.work.recognise import Recogniser
from tests.engine.fake import FakeEngine, Unguarded
from tests.simulator.pictures import png
from tests.work.desk import MODIFIED, Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


BAD = ImageError(216201, "image format error")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with contextlib.closing(Desk(tmp_path)) as desk:
        yield desk


def sha(content: bytes) -> str:
    return sha_of(content).hexdigest()


def unmemorable(folders: Mapping[str, Folder], desk: Desk) -> Recogniser:
    """A recogniser of other folders, at the same desk."""
    engine = Unguarded(desk.engine)
    return Recogniser(
        folders, lambda _: engine, desk.pages, recall=lambda _: None, note_done=lambda *_: None
    )


# A success


def test_the_text_and_the_answer_appear_beside_the_image(desk):
    content = png("Harbour Lane\nNorthwick")
    desk.drop(content)
    assert desk.once() == Recognised(1, 2)
    assert desk.names() == ["a.png", "a.png.json", "a.png.txt"]
    assert (desk.root / "a.png.txt").read_text("utf-8") == "Harbour Lane\nNorthwick\n"
    answer = desk.json("a.png.json")
    assert [line["words"] for line in answer["words_result"]] == ["Harbour Lane", "Northwick"]
    assert answer["source"]["sha256"] == sha(content)
    assert answer["engine"] == {
        "name": "fake",
        "endpoint": "general",
        "options": {"language_type": "ENG"},
    }
    assert (answer["recognized_at"], answer["ocr_watcher"]) == ("2025-03-10T12:00:00Z", __version__)


def test_sidecars_bear_the_date_of_the_content_and_the_image_stays_as_it_is(desk):
    path = desk.drop(png("words"))
    before = path.stat()
    desk.once()
    dates = {(desk.root / name).stat().st_mtime_ns for name in desk.names()}
    assert dates == {MODIFIED}
    assert path.stat() == before or path.stat().st_ctime_ns == before.st_ctime_ns
    assert desk.state() is State.DONE


def test_what_was_read_is_noted_before_a_sidecar_says_so(tmp_path):
    noted = []

    def note(image, stamp, sha256):
        assert sha256 == sha(png("words"))
        noted.append((image, stamp))
        assert not list(tmp_path.glob("a.png.*"))

    with contextlib.closing(Desk(tmp_path, note_done=note)) as desk:
        stamp = Stamp.of(desk.drop(png("words")).stat())
        desk.once()
    assert noted == [(desk.image(), stamp)]


def test_a_kill_before_an_older_content_has_its_text_leaves_none_of_the_newer(tmp_path):
    known = {}

    class Killed(BaseException):
        pass

    def note(image, stamp, sha256):
        known[image] = stamp
        if stamp.mtime_ns < MODIFIED:
            raise Killed

    with contextlib.closing(Desk(tmp_path, recall=known.get, note_done=note)) as desk:
        desk.drop(png("newer"))
        desk.once()
        desk.drop(png("older"), modified=MODIFIED - 1)
        with pytest.raises(Killed):
            desk.once()
        assert desk.names() == ["a.png"]


def test_an_image_without_text_gives_an_empty_text(desk):
    desk.drop(png(""))
    assert desk.once() == Recognised(1, 0)
    assert (desk.root / "a.png.txt").read_bytes() == b""


def test_an_image_in_a_directory_has_its_sidecars_there(desk):
    desk.drop(png("words"), "march/a.png")
    desk.once("march/a.png")
    assert (desk.root / "march" / "a.png.txt").read_text() == "words\n"


def test_what_is_done_costs_no_call(desk):
    desk.drop(png("words"))
    desk.once()
    assert desk.once() == Skipped("done")
    assert len(desk.engine.calls) == 1


def test_only_what_is_missing_is_written_and_what_a_person_edited_stays(desk):
    desk.drop(png("words"))
    (desk.root / "a.png.txt").write_text("corrected by hand\n")
    assert isinstance(desk.once(), Recognised)
    assert (desk.root / "a.png.txt").read_text() == "corrected by hand\n"
    assert desk.json("a.png.json")["words_result_num"] == 1


def test_a_text_of_older_content_is_replaced(desk):
    desk.drop(png("old"))
    desk.once()
    desk.drop(png("new"), modified=MODIFIED + 1)
    assert isinstance(desk.once(), Recognised)
    assert (desk.root / "a.png.txt").read_text() == "new\n"


# A change meanwhile


def test_an_image_that_changes_during_the_call_gets_no_text_of_its_old_content(desk):
    desk.drop(png("old"))
    outcome = desk.during_the_call(lambda: desk.drop(png("new"), modified=MODIFIED + 1))
    assert outcome == Changed()
    assert desk.names() == ["a.png"]


def test_an_image_that_is_replaced_by_one_of_the_same_size_and_date_has_changed(desk):
    path = desk.drop(png("old"))

    def replace() -> None:
        desk.drop(png("new"), "b.png").replace(path)

    assert desk.during_the_call(replace) == Changed()


def test_an_image_that_is_deleted_during_the_call_leaves_nothing_behind(desk):
    path = desk.drop(png("words"))
    assert desk.during_the_call(path.unlink) == Skipped("vanished")
    assert desk.names() == []


def test_a_directory_that_is_moved_away_during_the_call_takes_its_sidecars_along(desk):
    desk.drop(png("words"), "march/a.png")
    moved = desk.root / "april"
    outcome = desk.during_the_call(lambda: (desk.root / "march").rename(moved), "march/a.png")
    assert isinstance(outcome, Recognised)
    assert sorted(path.name for path in moved.iterdir()) == ["a.png", "a.png.json", "a.png.txt"]


# What is no image of ours


def test_what_is_gone_is_skipped(desk):
    assert desk.once() == Skipped("vanished")
    assert desk.once("march/a.png") == Skipped("vanished")


@pytest.mark.parametrize(
    "make",
    [
        os.mkfifo,
        os.mkdir,
        lambda path: path.symlink_to("/etc/hostname"),
        lambda path: path.symlink_to("nowhere"),
    ],
    ids=["FIFO", "directory", "link", "dangling link"],
)
def test_what_is_no_regular_file_is_skipped(desk, make):
    make(desk.root / "a.png")
    assert desk.once() == Skipped("vanished")
    assert desk.names() == ["a.png"]


def test_no_link_is_followed_on_the_way(desk, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "a.png").write_bytes(png("secret"))
    (desk.root / "march").symlink_to(outside)
    assert desk.once("march/a.png") == Skipped("vanished")
    assert desk.engine.calls == []


class Swapping(dict[str, Folder]):
    """The folders; while one is looked up, an image in it changes."""

    def __init__(self, folder: Folder, swap: Callable[[], object]) -> None:
        super().__init__({folder.root: folder})
        self._swap = swap

    def __getitem__(self, root: str) -> Folder:
        self._swap()
        return super().__getitem__(root)


def test_a_file_that_is_swapped_before_it_is_read_is_not_taken_for_the_one_found(desk):
    path = desk.drop(png("words"))
    for make, outcome in (
        (lambda: desk.drop(png("other words")), Changed()),
        (lambda: os.mkfifo(path), Changed()),
        (lambda: path.symlink_to("/etc/hostname"), Skipped("vanished")),
    ):
        desk.drop(png("words"))
        folders = Swapping(desk.folder, lambda make=make: (path.unlink(), make()))
        recogniser = unmemorable(folders, desk)
        with open_image(desk.image()) as opened:
            assert recogniser.recognise(opened, Permit()) == outcome
        assert desk.names() == ["a.png"]
        path.unlink()
    assert desk.engine.calls == []


def test_sidecars_bear_the_time_of_the_day(desk):
    desk.drop(png("words"))
    before = datetime.now(UTC)
    folders = {str(desk.root): desk.folder}
    recogniser = unmemorable(folders, desk)
    with open_image(desk.image()) as opened:
        recogniser.recognise(opened, Permit())
    told = datetime.fromisoformat(desk.json("a.png.json")["recognized_at"])
    assert before <= told <= datetime.now(UTC)


# A fault of the image


@pytest.mark.parametrize(
    "error",
    [
        ImageError(216201, "image format error"),
        DoubtfulImageError(282810, "recognise error"),
        QuotaError(17, "used up"),
        TransientError(2, "unavailable"),
        Stopped(),
        ValueError("a bug"),
    ],
)
def test_a_try_that_ends_with_a_fault_leaves_nothing_beside_the_image(desk, error):
    desk.drop(png("words"))
    desk.engine.fault = lambda _: error
    with pytest.raises(type(error)):
        desk.once()
    assert desk.names() == ["a.png"]


def test_why_an_image_failed_for_good_is_told_beside_it(desk):
    content = png("words")
    desk.drop(content)
    error = ImageError(216201, "image format error", advice="scan it again")
    assert desk.fail(error, tries=3) == Failed(error, tries=3)
    assert desk.names() == ["a.png", "a.png.ocr-error.json"]
    assert desk.json("a.png.ocr-error.json") == {
        "source": {
            "name": "a.png",
            "size": len(content),
            "modified": "2025-03-03T11:06:40.123456Z",
            "sha256": sha(content),
        },
        "error": {"code": 216201, "message": "image format error", "advice": "scan it again"},
        "attempts": 3,
        "failed_at": "2025-03-10T12:00:00Z",
    }
    assert desk.state() is State.FAILED


def test_what_failed_costs_no_further_call(desk):
    desk.drop(png("words"))
    desk.fail(BAD)
    assert desk.once() == Skipped("failed")
    assert desk.engine.calls == []


def test_without_its_error_file_it_is_tried_again_and_a_success_leaves_none(desk):
    desk.drop(png("words"))
    desk.fail(BAD)
    (desk.root / "a.png.ocr-error.json").unlink()
    assert isinstance(desk.once(), Recognised)
    assert desk.names() == ["a.png", "a.png.json", "a.png.txt"]


def test_the_error_file_of_older_content_goes_when_the_new_one_succeeds(desk):
    desk.drop(png("old"))
    desk.fail(BAD)
    desk.drop(png("words"), modified=MODIFIED + 1)
    assert isinstance(desk.once(), Recognised)
    assert desk.names() == ["a.png", "a.png.json", "a.png.txt"]


def test_the_text_of_older_content_goes_when_the_new_one_fails(desk):
    desk.drop(png("words"))
    desk.once()
    desk.drop(b"no picture", modified=MODIFIED + 1)
    assert isinstance(desk.fail(BAD), Failed)
    assert desk.names() == ["a.png", "a.png.ocr-error.json"]


def test_an_image_that_changed_since_its_last_try_has_not_failed(desk):
    desk.drop(png("half"))
    with open_image(desk.image()) as half:
        desk.drop(png("whole"), modified=MODIFIED + 1)
        assert desk.recogniser.fail(half, BAD, 1) == Changed()
    assert desk.names() == ["a.png"]


def test_an_image_that_is_gone_has_not_failed(desk):
    path = desk.drop(png("words"))
    with open_image(desk.image()) as opened:
        path.unlink()
        assert desk.recogniser.fail(opened, BAD, 1) == Skipped("vanished")
    assert desk.names() == []


def test_a_file_that_is_too_large_fails_unread(desk):
    path = desk.drop(b"")
    os.truncate(path, LONGEST_FILE + 1)
    os.utime(path, ns=(MODIFIED, MODIFIED))
    with pytest.raises(ImageError) as raised:
        desk.once()
    assert raised.value.code == "too-large"
    desk.fail(raised.value)
    assert desk.json("a.png.ocr-error.json")["source"]["sha256"] is None


def test_a_file_that_is_swapped_while_it_fails_is_told_of_without_a_hash(desk):
    path = desk.drop(png("words"))
    folders = Swapping(desk.folder, lambda: (path.unlink(), desk.drop(png("other words"))))
    recogniser = unmemorable(folders, desk)
    with open_image(desk.image()) as opened:
        assert recogniser.fail(opened, BAD, 1) == Failed(BAD, 1)
    assert desk.json("a.png.ocr-error.json")["source"]["sha256"] is None


def test_a_name_too_long_for_a_sidecar_fails_without_a_call_and_without_a_file(desk):
    name = "a" * 246 + ".png"
    desk.drop(png("words"), name)
    with pytest.raises(ImageError) as raised:
        desk.once(name)
    assert raised.value.code == "name-too-long"
    assert desk.fail(raised.value, name=name) == Failed(raised.value, tries=1)
    assert (desk.engine.calls, desk.names()) == ([], [name])


def test_a_name_whose_longest_sidecar_just_fits_is_taken(desk):
    name = "é" * 118 + ".png"  # 240 bytes; the suffix of the error file has 15
    desk.drop(png("words"), name)
    assert isinstance(desk.once(name), Recognised)


def test_several_threads_write_beside_their_images_at_once(desk):
    for number in range(8):
        desk.drop(png(f"page {number}"), f"{number}.png")
    barrier = threading.Barrier(8)

    def once(number: int) -> None:
        barrier.wait()
        desk.once(f"{number}.png")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(once, range(8)))
    texts = [(desk.root / f"{number}.png.txt").read_text() for number in range(8)]
    assert texts == [f"page {number}\n" for number in range(8)]


class Receipt(FakeEngine):
    """Reads an article and its price on every page."""

    def recognise(self, _page):
        row = {"top": 0, "height": 20}
        article = line_of("Apples", {"location": {**row, "left": 0, "width": 60}})
        price = line_of("3.48", {"location": {**row, "left": 200, "width": 40}})
        return Reading((article, price))


@pytest.mark.parametrize(
    ("layout", "text"), [("rows", "Apples" + " " * 14 + "3.48\n"), ("lines", "Apples\n3.48\n")]
)
def test_the_text_has_the_layout_of_its_folder(tmp_path, layout, text):
    with contextlib.closing(Desk(tmp_path, engine=Receipt(), layout=layout)) as desk:
        desk.drop(png("words"))
        desk.once()
        assert (tmp_path / "a.png.txt").read_text("utf-8") == text
