"""How the index follows the folder, whatever lies in it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.index.comparison import Comparison
from ocr_watcher.index.folding import MOST_CHARACTERS
from ocr_watcher.index.record import Looks
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Image
from ocr_watcher.watch.tree import scan
from tests.index.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ocr_watcher.folders.folder import Folder
    from ocr_watcher.watch.tree import Found


@pytest.fixture
def json_shelf(tmp_path: Path, folder: Path) -> Iterator[Shelf]:
    """A folder whose images have sidecars in JSON alone."""
    shelf = Shelf(folder, tmp_path / "state", formats=("json",))
    yield shelf
    shelf.index.close()


def in_json(*words: str, page: int = 1) -> str:
    return json.dumps({"words_result": [{"words": one, "page": page} for one in words]})


def test_a_folder_in_which_nothing_changed_is_compared_without_a_write(shelf: Shelf) -> None:
    for number in range(300):
        shelf.done(f"{number % 3}/{number}.jpg", f"text {number}")
        shelf.failed(f"{number % 3}/failed-{number}.jpg", "17")
    assert shelf.compare().changes == 600
    before = shelf.entries()
    assert shelf.compare().changes == 0
    assert shelf.entries() == before


def test_what_is_gone_is_removed(shelf: Shelf) -> None:
    for name in ("a.jpg", "deep/b.jpg", "deep/c.jpg"):
        shelf.done(name, "words")
    shelf.compare()
    shutil.rmtree(shelf.root / "deep")
    assert shelf.compare().changes == 2
    assert shelf.found("words") == ["a.jpg"]
    assert [entry.image.name for entry in shelf.entries()] == ["a.jpg"]


def test_an_image_that_comes_during_a_comparison_stays_whatever_was_removed_meanwhile(
    shelf: Shelf,
) -> None:
    shelf.done("a.jpg", "words")
    shelf.done("b.jpg", "words")
    shelf.compare()
    (shelf.root / "b.jpg").unlink()

    def walk(folder: Folder, **told: Callable[..., None]) -> Iterator[Found]:
        yield from list(scan(folder, **told))
        event = Comparison(shelf.index.database, folder)
        event.gone([Image(folder.root, "b.jpg")])
        shelf.done("c.jpg", "words")
        event.some([found for found in scan(folder) if found.image.name == "c.jpg"])

    for _ in Comparison(shelf.index.database, shelf.folder).whole(walk):
        pass
    assert {entry.image.name for entry in shelf.entries()} == {"a.jpg", "c.jpg"}


def test_many_that_are_gone_are_all_removed(shelf: Shelf) -> None:
    for number in range(450):
        shelf.done(f"{number}.jpg", "words")
    shelf.compare()
    for number in range(0, 450, 2):
        (shelf.root / f"{number}.jpg").unlink()
    assert shelf.compare().changes == 225
    assert len(shelf.entries()) == 225


def test_an_image_that_fails_and_waits_and_is_done_is_listed_so(shelf: Shelf) -> None:
    shelf.waiting("a.jpg")
    shelf.compare()
    before = shelf.entry("a.jpg")
    shelf.failed("a.jpg", "216201")
    shelf.compare()
    failed = shelf.entry("a.jpg")
    (shelf.root / "a.jpg.ocr-error.json").unlink()
    shelf.done("a.jpg", "words")
    shelf.compare()
    done = shelf.entry("a.jpg")
    assert (before.state, before.code) == (State.WAITING, "")
    assert (failed.state, failed.code) == (State.FAILED, "216201")
    assert (done.state, done.code) == (State.DONE, "")
    assert {one.id for one in (failed, done)} == {before.id}
    assert {one.came for one in (failed, done)} == {before.came}
    assert before.modified == 1_700_000_000


def test_a_touched_image_whose_text_is_the_same_has_not_changed(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    before = shelf.entry("a.jpg")
    for file in shelf.root.iterdir():
        os.utime(file, (1_800_000_000, 1_800_000_000))
    shelf.compare()
    after = shelf.entry("a.jpg")
    assert after.changed == before.changed
    assert after.modified == 1_800_000_000
    assert shelf.found("words") == ["a.jpg"]


def nested(depth: int) -> str:
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    "content",
    [
        nested(200_000),
        "[" * 1_000_000,
        '{"words_result": [{"words": NaN}, {"words": 1e999}, {"words": null}, 5, [], "x"]}',
        '{"words_result": {"words": {"words": []}}}',
        '{"words_result_num": ' + "9" * 100_000 + "}",
        '{"words_result": [{"words": "\\ud800 lone", "page": 99999999999999999999}]}',
        '{"words_result": [{"words": "far", "page": 999999999}]}',
        '{"words_result": [{"words": "\\x \\u12"}]}',
        '{"words_result": [{"words": "open',
        b"\xff\xfe\x00\x01" * 1000,
        b"",
        '"words": ' * 100_000,
        '"words":"\\' * 100_000,
        '<a "words" :' + " " * 1_000_000,
    ],
    ids=range(14),
)
def test_no_sidecar_keeps_the_others_of_its_folder_from_being_found(
    json_shelf: Shelf, content: str | bytes
) -> None:
    json_shelf.done("a.jpg", in_json("words"), ".json")
    json_shelf.done("b.jpg", content, ".json")
    json_shelf.done("c.jpg", in_json("words"), ".json")
    json_shelf.compare()
    assert set(json_shelf.found("words")) >= {"a.jpg", "c.jpg"}
    assert len(json_shelf.entries()) == 3
    assert json_shelf.compare().changes == 0


def test_a_large_json_gives_its_text(json_shelf: Shelf) -> None:
    place = {"location": {"left": 1, "top": 2, "width": 3, "height": 4}}
    words = [{**place, "words": f"line {number}", "page": 1} for number in range(60_000)]
    content = json.dumps({"words_result": [*words, {"words": "the needle", "page": 7}]}, indent=2)
    assert len(content) > 8 * 2**20
    json_shelf.done("a.jpg", content, ".json")
    json_shelf.compare()
    (hit,) = json_shelf.index.search(["needle"]).hits
    assert (hit.page, hit.line) == (7, "the needle")


def test_a_file_of_tags_without_end_is_left_soon_and_the_comparison_advances_meanwhile(
    tmp_path: Path,
) -> None:
    shelf = Shelf(tmp_path / "scans", tmp_path / "state", formats=("hocr",))
    shelf.done("a.jpg", b"<a>" * 2**24, ".hocr")
    shelf.done("b.jpg", b"<p class='ocr_line'>words</p>", ".hocr")
    times = [time.thread_time()]
    comparison = Comparison(shelf.index.database, shelf.folder)
    for _ in comparison.whole(scan, beat=lambda: times.append(time.thread_time())):
        pass
    assert shelf.found("words") == ["b.jpg"]
    assert times[-1] - times[0] < 4
    assert max(later - earlier for earlier, later in pairwise(times)) < 1
    shelf.index.close()


def test_of_an_endless_text_the_beginning_is_found(shelf: Shelf) -> None:
    shelf.done("a.jpg", "first " + "x" * (2 * MOST_CHARACTERS) + " last")
    shelf.compare()
    assert shelf.found("first") == ["a.jpg"]
    assert shelf.found("last") == []


def test_of_several_formats_one_gives_the_text(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "scans", tmp_path / "state", formats=("pdf", "json", "txt"))
    shelf.done("a.jpg", "from txt")
    shelf.done("a.jpg", in_json("from json"), ".json")
    shelf.done("a.jpg", b"%PDF", ".ocr.pdf")
    shelf.compare()
    assert shelf.found("from") == shelf.found("txt") == ["a.jpg"]
    shelf.index.close()


def change_after_scan(shelf: Shelf, change: Callable[[], object]) -> Comparison:
    """Compare a folder that changes when its images were found, and not looked at yet."""

    def late(folder: Folder, **told: Callable[..., None]) -> list[Found]:
        found = list(scan(folder, **told))
        change()
        return found

    comparison = Comparison(shelf.index.database, shelf.folder)
    for _ in comparison.whole(late):
        pass
    return comparison


def test_images_that_vanish_while_they_are_looked_at_harm_no_other(shelf: Shelf) -> None:
    for name in ("a.jpg", "b.jpg", "deep/c.jpg"):
        shelf.done(name, "words")

    def vanish() -> None:
        shutil.rmtree(shelf.root / "deep")
        (shelf.root / "a.jpg").unlink()
        (shelf.root / "a.jpg.txt").unlink()

    assert change_after_scan(shelf, vanish).unread == []
    assert "b.jpg" in shelf.found("words")
    shelf.compare()
    assert shelf.found("words") == ["b.jpg"]


def test_no_link_leads_out_of_the_folder(shelf: Shelf, tmp_path: Path) -> None:
    outside = Shelf(tmp_path / "outside", tmp_path / "unused")
    outside.done("a.jpg", "secret words")
    outside.index.close()
    shelf.done("deep/a.jpg", "open words")
    (shelf.root / "link").symlink_to(outside.root)
    shelf.compare()
    assert shelf.found("words") == ["deep/a.jpg"]
    shelf.done("deep/a.jpg", "open words again")

    def swap() -> None:
        (shelf.root / "deep").rename(tmp_path / "away")
        (shelf.root / "deep").symlink_to(outside.root)

    change_after_scan(shelf, swap)
    assert shelf.found("secret") == []


@pytest.mark.parametrize("kind", ["link", "fifo", "directory"])
def test_what_is_no_file_in_the_place_of_a_sidecar_is_not_opened(
    shelf: Shelf, tmp_path: Path, kind: str
) -> None:
    shelf.done("a.jpg", "words")
    sidecar = shelf.root / "a.jpg.txt"
    secret = tmp_path / "secret"
    secret.write_text("secret words")

    def swap() -> None:
        sidecar.unlink()
        match kind:
            case "link":
                sidecar.symlink_to(secret)
            case "fifo":
                os.mkfifo(sidecar)
            case _:
                sidecar.mkdir()

    change_after_scan(shelf, swap)
    shelf.compare()
    assert shelf.found("words") == []
    assert (shelf.entry("a.jpg").state, shelf.entry("a.jpg").code) == (State.FAILED, "not-a-file")


def test_a_directory_that_cannot_be_read_is_told_and_its_images_stay(shelf: Shelf) -> None:
    shelf.done("deep/a.jpg", "words")
    shelf.done("deeper/b.jpg", "words")
    shelf.compare()

    def blind(folder: Folder, **told: Callable[..., None]) -> list[Found]:
        told["on_unread"]("deep")
        return [found for found in scan(folder, **told) if found.image.name.startswith("deeper/")]

    comparison = Comparison(shelf.index.database, shelf.folder)
    for _ in comparison.whole(blind):
        pass
    assert comparison.unread == ["deep"]
    assert set(shelf.found("words")) == {"deep/a.jpg", "deeper/b.jpg"}


def test_a_folder_that_is_away_keeps_its_images(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    shelf.root.rename(shelf.root.with_name("away"))
    with pytest.raises(OSError, match="No such file"):
        shelf.compare()
    assert shelf.found("words") == ["a.jpg"]


def test_a_comparison_that_is_stopped_removes_nothing(shelf: Shelf) -> None:
    shelf.done("a.jpg", "words")
    shelf.compare()
    shutil.rmtree(shelf.root)
    shelf.root.mkdir()
    comparison = Comparison(shelf.index.database, shelf.folder)
    assert list(comparison.whole(scan, stopped=lambda: True)) == []
    assert shelf.found("words") == ["a.jpg"]


def test_many_images_of_one_moment_all_have_their_place(shelf: Shelf) -> None:
    for number in range(500):
        shelf.waiting(f"{number}.jpg")
    found = list(scan(shelf.folder))
    same = found[0].status
    comparison = Comparison(shelf.index.database, shelf.folder)

    class AtOnce:
        def __init__(self, one: Found) -> None:
            self.image, self.state, self.status = one.image, one.state, same

    for start in range(0, len(found), 50):
        comparison.some([AtOnce(one) for one in found[start : start + 50]])
    assert len({entry.image for entry in shelf.entries()}) == 500


def test_a_text_that_could_not_be_read_for_a_moment_is_read_the_next_time(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.done("a.jpg", "words")

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Looks, "record_of", broken)
        shelf.compare()
    assert shelf.entry("a.jpg").state is State.DONE
    assert shelf.found("words") == []
    shelf.compare()
    assert shelf.found("words") == ["a.jpg"]
