"""The file that shows which images a process worked on when it died."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ocr_watcher.values.image import Stamp
from ocr_watcher.work.underway.entry import SEGMENT_BYTES, Entry, entries_of
from ocr_watcher.work.underway.underway_file import UnderwayFile, being_worked_on, take_left_behind

ROOT = Path(__file__).parents[3]
ENTRY = Entry("/scans/a.pdf", Stamp(10, 2**70, 2**64), 1000.5, 12, 40)
PROGRAM = """
import sys
from pathlib import Path
from ocr_watcher.values.image import Stamp
from ocr_watcher.work.underway.entry import Entry
from ocr_watcher.work.underway.underway_file import UnderwayFile

file = UnderwayFile(Path(sys.argv[1]))
file.write(0, Entry("/scans/a.pdf", Stamp(10, 2**70, 2**64), 1000.5, 11, 40))
file.write(3, Entry("/scans/b.png", Stamp(1, 2, 3), 1000.5))
file.write(0, Entry("/scans/a.pdf", Stamp(10, 2**70, 2**64), 1000.5, 12, 40))
file.write(1, Entry("/scans/c.png", Stamp(1, 2, 3), 1000.5))
file.clear(1)
print("written", flush=True)
sys.stdin.read()
"""


def process(directory: Path) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "written\n"
    return started


def test_what_a_process_was_doing_outlives_its_death_and_is_taken_once(tmp_path: Path) -> None:
    with process(tmp_path) as one:
        paths = [entry.path for entry in being_worked_on(tmp_path)]
        assert paths == ["/scans/a.pdf", "/scans/b.png"]
        assert take_left_behind(tmp_path) == []  # it lives
        one.kill()
    assert being_worked_on(tmp_path) == []
    assert take_left_behind(tmp_path)[0] == ENTRY
    assert take_left_behind(tmp_path) == list(tmp_path.iterdir()) == []


def test_a_process_that_ends_by_itself_leaves_nothing(tmp_path: Path) -> None:
    file = UnderwayFile(tmp_path)
    file.write(0, ENTRY)
    file.close()
    file.close()
    file.write(0, ENTRY)  # of a thread that was given up
    file.clear(0)
    assert list(tmp_path.iterdir()) == []


def test_several_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    with process(tmp_path) as one, process(tmp_path) as other:
        one.kill()
        one.wait()
        assert len(take_left_behind(tmp_path)) == 2
        assert len(being_worked_on(tmp_path)) == 2
        other.kill()


def test_without_a_directory_to_write_in_the_work_goes_on(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    file = UnderwayFile(tmp_path / "state")
    file.write(0, ENTRY)
    file.clear(0)
    file.close()
    assert being_worked_on(tmp_path / "state") == take_left_behind(tmp_path / "state") == []


@pytest.mark.parametrize("name", [b"\xff\xfe.png", b"a\nb.png", b"x" * 4000])
def test_every_name_comes_back_as_it_was(name: bytes) -> None:
    entry = Entry("/scans/" + os.fsdecode(name), Stamp(1, -5, 3), 0.25, 7, 0)
    assert list(entries_of(entry.packed())) == [entry]


def test_a_path_that_is_too_long_for_a_segment_is_not_kept() -> None:
    packed = Entry("/" + "x" * SEGMENT_BYTES, Stamp(1, 2, 3), 0.0).packed()
    assert list(entries_of(packed)) == []


def test_a_segment_that_was_being_written_is_passed_over() -> None:
    whole = ENTRY.packed()
    for cut in range(len(whole)):
        assert list(entries_of(whole[:cut])) == []
        assert list(entries_of(whole[:cut] + bytes(len(whole) - cut))) in ([], [ENTRY])
    assert list(entries_of(b"\xff" * 2 * SEGMENT_BYTES)) == []
