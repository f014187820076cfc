"""The textfile is whole at every instant, and no fault of its disk stops anything."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.metrics.textfile import Textfile, remove_leftovers
from ocr_watcher.storage.write import TEMPORARY_PREFIX
from tests.service.metrics import writer
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ocr-watcher.prom"


@contextlib.contextmanager
def writing(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, writer.__file__, path], cwd=Path(__file__).parents[3]
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_whole(content: bytes) -> bool:
    lines = content.split(b"\n")
    return len(lines) == writer.LINES + 1 and len(set(lines[:-1])) == 1 and not lines[-1]


def test_whoever_reads_it_finds_it_whole_also_after_kills(path):
    seen = set()
    for _ in range(4):
        path.unlink(missing_ok=True)
        with writing(path):
            eventually(path.exists)
            ending = time.monotonic() + 0.3
            while time.monotonic() < ending:
                content = path.read_bytes()
                assert is_whole(content)
                seen.add(content)
        assert is_whole(path.read_bytes())
    assert len(seen) > 10


def test_what_a_killed_process_left_is_removed_and_what_a_running_one_writes_is_not(path):
    (path.parent / f"{TEMPORARY_PREFIX}left.tmp").touch()
    (path.parent / "of somebody else").touch()
    remove_leftovers(path)
    assert [each.name for each in path.parent.iterdir()] == ["of somebody else"]


def test_everybody_may_read_it_whatever_the_umask(path):
    before = os.umask(0o077)
    try:
        Textfile(path, lambda: b"x 1\n").write()
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o644


def test_it_is_written_at_once_and_again_and_stays_at_the_end(path):
    times = iter(range(1000))
    with Textfile(path, lambda: str(next(times)).encode(), seconds=0.01):
        eventually(lambda: path.exists() and int(path.read_bytes()) > 2)
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_missing_directory_is_told_once_and_it_is_written_when_it_comes(tmp_path, caplog):
    caplog.set_level("INFO")
    path = tmp_path / "later/ocr-watcher.prom"
    file = Textfile(path, lambda: b"x 1\n")
    for _ in range(3):
        file.write()
    path.parent.mkdir()
    file.write()
    file.write()
    assert path.read_bytes() == b"x 1\n"
    assert [record.getMessage() for record in caplog.records] == [
        "the metrics cannot be written, and the work goes on: No such file or directory",
        "the metrics are written again",
    ]


def test_where_there_is_no_room_the_old_content_stays(path, caplog):
    contents = iter([b"old", b"x" * 5000, b"new"])
    file = Textfile(path, lambda: next(contents))
    file.write()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))  # Python ignores SIGXFSZ
    try:
        file.write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [(each.name, each.read_bytes()) for each in path.parent.iterdir()] == [
        (path.name, b"old")
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    file.write()
    assert path.read_bytes() == b"new"


def test_a_directory_in_its_place_is_told_and_left(path, caplog):
    path.mkdir()
    Textfile(path, lambda: b"x 1\n").write()
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.is_dir()
    assert len(caplog.records) == 1


def test_a_fault_of_the_text_is_told_once_and_ends_nothing(path, caplog):
    file = Textfile(path, lambda: bytes([1 // 0]))
    file.write()
    file.write()
    (record,) = caplog.records
    assert record.getMessage().endswith("a fault of this program (ZeroDivisionError)")
