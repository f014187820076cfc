from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import DoubtfulImageError, StorageError
from tests.simulator.pictures import png
from tests.work.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with contextlib.closing(Desk(tmp_path)) as desk:
        yield desk


IN_A_NAMESPACE = """
import os, subprocess, sys
from pathlib import Path
from ocr_watcher.errors import StorageError
from tests.simulator.pictures import png
from tests.work.desk import Desk

root = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", root], check=True)
desk = Desk(root)
desk.drop(png("words"))
{spoil}
try:
    desk.once()
except StorageError as error:
    print(error, error.advice, len(desk.engine.calls), len(desk.names()), sep="|")
"""


def told_in_a_namespace(root: Path, spoil: str) -> list[str]:
    done = subprocess.run(
        ["unshare", "-m", sys.executable, "-c", IN_A_NAMESPACE.format(spoil=spoil), root],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare failed" in done.stderr or "unshare:" in done.stderr:
        pytest.skip("needs the right to mount")
    assert done.stderr == ""
    return done.stdout.strip().split("|")


def test_a_read_only_folder_is_found_before_the_engine_is_asked(tmp_path):
    spoil = 'subprocess.run(["mount", "-o", "remount,ro", root], check=True)'
    advice = "the folder is mounted read-only; mount it for writing"
    told = told_in_a_namespace(tmp_path, spoil)
    assert told == ["Read-only file system", advice, "0", "1"]


def test_a_full_disk_is_found_before_the_engine_is_asked(tmp_path):
    told = told_in_a_namespace(tmp_path, "")
    assert told == ["No space left on device", "make room on the disk", "0", "1"]


def as_another_user(act: Callable[[], object]) -> None:
    """Acts with a thread whose user owns nothing: root, which we may be, is bound by no bits."""

    def change_and_act() -> None:
        if os.geteuid() == 0:
            ctypes.CDLL(None).setfsuid(65534)  # of this thread only (setfsuid(2))
        act()

    with ThreadPoolExecutor() as threads:
        threads.submit(change_and_act).result()


@pytest.fixture
def public_desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as root, contextlib.closing(Desk(Path(root))) as desk:
        yield desk


def test_a_folder_that_may_not_be_written_to_is_found_before_the_engine_is_asked(public_desk):
    public_desk.drop(png("words"))
    public_desk.root.chmod(0o555)
    with pytest.raises(StorageError, match="Permission denied") as raised:
        as_another_user(public_desk.once)
    assert str(public_desk.root) in raised.value.advice
    assert public_desk.engine.calls == []


def test_a_file_that_may_not_be_read_is_doubtful_and_costs_no_call(public_desk):
    public_desk.drop(png("words")).chmod(0)
    public_desk.root.chmod(0o777)
    with pytest.raises(DoubtfulImageError) as raised:
        as_another_user(public_desk.once)
    assert raised.value.code == "unreadable"
    assert public_desk.engine.calls == []


def test_nothing_hidden_lies_in_the_folder_during_the_call(desk):
    desk.drop(png("words"))
    seen = []
    desk.during_the_call(lambda: seen.extend(desk.names()))
    assert seen == ["a.png"]
