"""`ocr-watcher check`: what it finds in a folder, with real folders and events."""

from __future__ import annotations

import os
import resource
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.commands.checks import folder as module
from ocr_watcher.commands.checks.folder import DATE, check_folder, judge_dates, judge_patterns
from ocr_watcher.folders.folder import Folder
from ocr_watcher.folders.rules import Rules
from ocr_watcher.watch.file_events import FolderEvents
from tests import mounts
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def line(folder: Folder, subject: str) -> tuple[str, str]:
    found = [result for result in check_folder(folder) if result.subject.startswith(subject)]
    assert [result.subject for result in found] == [f"{subject} {folder.root}"]
    return found[0].verdict, found[0].finding


def subjects(folder: Folder) -> list[str]:
    return [result.subject.split(" ")[0] for result in check_folder(folder)]


def test_without_patterns_or_inner_folders_nothing_is_said_of_them(folder: Path) -> None:
    assert subjects(Folder(str(folder))) == ["folder", "dates", "events", "space"]


def test_patterns_that_ignore_every_image_are_warned_of_with_the_pattern(folder: Path) -> None:
    (folder / "deep").mkdir()
    for name in ("a.jpg", "deep/b.PNG", "notes.txt", ".hidden.jpg"):
        (folder / name).touch()
    verdict, finding = line(Folder(str(folder), rules=Rules(exclude=("*.*",))), "patterns")
    assert verdict == "warn"
    assert finding == (
        "none of 2 images is taken, mostly because: ignored by pattern *.*; "
        "correct include and exclude of this folder"
    )


def test_an_include_that_matches_nothing_is_warned_of(folder: Path) -> None:
    (folder / "a.jpg").touch()
    verdict, finding = line(Folder(str(folder), rules=Rules(include=("*.tif",))), "patterns")
    assert verdict == "warn"
    assert "no pattern of include matches" in finding


def test_what_an_excluded_directory_holds_counts_as_left_out(folder: Path) -> None:
    (folder / "drafts").mkdir()
    (folder / "drafts/a.jpg").touch()
    (folder / "b.jpg").touch()
    found = line(Folder(str(folder), rules=Rules(exclude=("drafts/",))), "patterns")
    assert found == ("ok", "1 of 2 images are taken, 1 left out")


def test_a_folder_that_is_not_recursive_is_judged_by_its_own_files(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep/a.jpg").touch()
    rules = Rules(include=("*.jpg",))
    found = line(Folder(str(folder), recursive=False, rules=rules), "patterns")
    assert found == ("ok", "there is no image yet to try the patterns on")


def test_patterns_that_leave_out_nothing_are_told() -> None:
    assert judge_patterns(Rules(exclude=("*.bmp",)), ["a.jpg", "b/c.png"]) == (
        True,
        "2 of 2 images are taken, none is left out",
    )


def test_no_more_than_so_many_names_are_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_NAMES", 3)
    for number in range(5):
        (folder / f"{number}.jpg").touch()
    found = line(Folder(str(folder), rules=Rules(include=("*.jpg",))), "patterns")
    assert found == ("ok", "of the first 3 names: 3 of 3 images are taken, none is left out")


def test_an_outer_folder_leaves_the_inner_one_alone(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner/a.jpg").touch()
    rules = Rules(include=("*.tif",), others=frozenset({"inner"}))
    outer = Folder(str(folder), rules=rules)
    verdict, finding = line(outer, "overlap")
    assert verdict == "ok"
    assert finding.startswith(
        "does not include inner, which is a watched folder with its own settings"
    )
    assert line(outer, "patterns")[1] == "there is no image yet to try the patterns on"


def test_the_event_of_a_probe_file_really_arrives_and_nothing_is_left(folder: Path) -> None:
    for name in ("a.jpg", "deep"):
        (folder / name).mkdir()
    verdict, finding = line(Folder(str(folder), watch="events"), "events")
    assert verdict == "ok"
    assert finding.endswith(", the event of a probe file arrived")
    assert sorted(path.name for path in folder.iterdir()) == ["a.jpg", "deep"]


def test_what_else_happens_in_the_folder_meanwhile_is_no_matter(folder: Path) -> None:
    lost: list[Folder] = []
    events = FolderEvents(Folder(str(folder), watch="events"), module._NoHints(), lost.append)
    events.start()
    try:
        (folder / "a.jpg").touch()
        (folder / "a.jpg").rename(folder / "b.jpg")
        (folder / "b.jpg").unlink()
        (folder / "deep").mkdir()
        (folder / "deep").rename(folder / "deeper")
        assert events.arrive(10.0)  # after all of these, for events come in order
    finally:
        events.stop()
    assert lost == []


def test_of_a_polled_folder_no_event_is_needed(folder: Path) -> None:
    verdict, finding = line(Folder(str(folder), watch="poll"), "events")
    assert verdict == "ok"
    assert finding.endswith(", are not needed: the folder is polled")


def test_events_asked_for_on_a_network_file_system_are_warned_of(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text("1 0 0:1 / / rw - nfs4 nas:/scans rw\n")
    monkeypatch.setattr(module, "_MOUNTS", mounts)
    assert line(Folder(str(folder), watch="events"), "events") == (
        "warn",
        "on nfs4, do not report what other machines write; set watch: auto",
    )


def test_where_the_kernel_gives_no_inotify_instance_the_limits_are_named(folder: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    kept = Folder(str(folder), watch="events")
    highest = os.dup(0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1, hard))
    fillers = [highest]
    try:
        while True:
            try:
                fillers.append(os.dup(0))
            except OSError:
                break
        result = module._proof(kept, "events", "ext4")
    finally:
        for filler in fillers:
            os.close(filler)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert result.verdict == "warn"
    assert "on ext4, are not available: " in result.finding
    assert "fs.inotify.max_user_watches and max_user_instances" in result.finding


def test_where_the_event_does_not_arrive_polling_is_advised(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No file system that a test can count on keeps its events to itself.
    monkeypatch.setattr(FolderEvents, "arrive", lambda _self, _within: False)
    verdict, finding = line(Folder(str(folder), watch="events"), "events")
    assert verdict == "warn"
    assert finding.endswith("did not arrive; the folder will be polled; set watch: poll")


@pytest.mark.parametrize(
    ("kept", "verdict", "finding"),
    [
        (DATE, "ok", "are kept"),
        (DATE // 10**9 * 10**9, "ok", "are rounded, which is enough"),
        (time.time_ns(), "warn", "cannot be set here, so a text has the date when it was written"),
    ],
    ids=["exactly", "coarsely", "not at all"],  # the time would be another one in each process
)
def test_what_becomes_of_dates_is_told_with_the_consequence(
    kept: int, verdict: str, finding: str
) -> None:
    judged = judge_dates("/scans", kept)
    assert judged[:2] == (verdict, "dates /scans")
    assert judged[2].startswith(finding)


def test_a_file_system_that_refuses_dates_is_warned_of(tmp_path: Path) -> None:
    with mounts.odd(tmp_path / "source", tmp_path / "scans", utimens="EPERM") as odd:
        assert line(Folder(str(odd.path)), "folder")[0] == "ok"
        assert line(Folder(str(odd.path)), "dates")[0] == "warn"
        odd.faults(date_step=10**9)
        assert line(Folder(str(odd.path)), "dates") == ("ok", "are rounded, which is enough")
        odd.faults(write="ENOSPC")
        found = line(Folder(str(odd.path)), "folder")
        assert found == ("fail", "No space left on device; make room on the disk")
        eventually(lambda: list(odd.source.iterdir()) == [])


def test_a_folder_that_cannot_be_used_is_tested_no_further() -> None:
    assert subjects(Folder("/sys/kernel")) == ["folder"]
