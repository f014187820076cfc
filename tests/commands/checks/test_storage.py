"""`ocr-watcher check`: room on the disks, and the state's directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.storage import check_state, judge_room, room

if TYPE_CHECKING:
    from pathlib import Path


def test_less_than_a_hundred_megabytes_are_warned_of() -> None:
    result = judge_room("/scans", 99_999_999)
    assert (result.verdict, result.subject) == ("warn", "space /scans")
    assert result.finding == "99 MB free; make room before text cannot be written"


def test_a_hundred_megabytes_are_room() -> None:
    result = judge_room("/scans", 100_000_000)
    assert (result.verdict, result.finding) == ("ok", "100 MB free")


def test_a_file_system_without_sizes_is_not_taken_for_a_full_one() -> None:
    result = room("/proc")
    assert (result.verdict, result.finding) == ("ok", "its file system does not report it")


def test_a_state_directory_that_is_there_is_written_to_and_left_as_it_was(tmp_path: Path) -> None:
    state, space = check_state(tmp_path)
    assert (state.verdict, state.subject) == ("ok", f"state_dir {tmp_path}")
    assert space.subject == f"space {tmp_path}"
    assert list(tmp_path.iterdir()) == []


def test_one_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    state, _ = check_state(tmp_path / "not/there")
    assert (state.verdict, state.subject) == ("ok", f"state_dir {tmp_path}/not/there")
    assert list(tmp_path.iterdir()) == []


def test_where_a_file_has_its_name_nothing_will_be_remembered(tmp_path: Path) -> None:
    file = tmp_path / "state"
    file.touch()
    (result,) = check_state(file)
    assert result.verdict == "warn"
    assert result.finding == (
        "Not a directory; nothing will be remembered; make state_dir writable"
    )
