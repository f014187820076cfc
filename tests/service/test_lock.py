"""One program a folder, and everybody can ask which."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.service.lock import Holder, hold, holder_of
from tests.ledger.process import lines_after_mount, may_mount

if TYPE_CHECKING:
    from collections.abc import Iterator

UNGUARDED = "nothing keeps another ocr-watcher from working on the folder"
HOLDING = """
import sys
from pathlib import Path
from ocr_watcher.service.lock import hold
with hold(Path(sys.argv[1]), sys.argv[2:], "baidu"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(state: Path, *roots: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(state), *roots],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.communicate()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def root(tmp_path: Path) -> str:
    folder = tmp_path / "scans"
    folder.mkdir()
    return str(folder)


def test_a_second_process_is_refused_with_what_to_do(state: Path, root: str) -> None:
    with (
        another_process(state, root),
        pytest.raises(OcrWatcherError) as refused,
        hold(state, [root], "local"),
    ):
        pass
    assert str(refused.value) == f"another ocr-watcher works on {root}"
    assert refused.value.advice == "stop it first, or watch another folder"


def test_a_second_process_with_another_state_directory_is_refused(
    state: Path, root: str, tmp_path: Path
) -> None:
    with (
        another_process(state, root),
        pytest.raises(OcrWatcherError, match="another ocr-watcher"),
        hold(tmp_path / "elsewhere", [root], "local"),
    ):
        pass


def test_the_way_to_a_folder_makes_no_difference(state: Path, root: str, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(root)
    with (
        another_process(state, root),
        pytest.raises(OcrWatcherError, match="another ocr-watcher"),
        hold(state, [str(link)], "local"),
    ):
        pass


def test_a_refused_process_holds_none_of_its_folders(state: Path, root: str) -> None:
    with another_process(state, root):
        with pytest.raises(OcrWatcherError), hold(state, ["/", root], "local"):
            pass
        assert holder_of(state, "/") is None


def test_another_folder_is_free(state: Path, root: str) -> None:
    with another_process(state, root), hold(state, ["/"], "local"):
        assert holder_of(state, "/") is not None


def test_a_killed_holder_frees_the_folder(state: Path, root: str) -> None:
    with another_process(state, root) as process:
        process.kill()
        process.wait()
        assert holder_of(state, root) is None
        with hold(state, [root], "local"):
            assert holder_of(state, root) is not None


def test_who_holds_a_folder_is_told_until_it_ends(state: Path, root: str) -> None:
    before = time.time()
    with another_process(state, root) as process:
        holder = holder_of(state, root)
        assert holder is not None
        assert holder == Holder(process.pid, holder.since, "baidu")
        assert before <= holder.since <= time.time()
    assert holder_of(state, root) is None


def test_the_latest_holder_is_told(state: Path, root: str) -> None:
    with another_process(state, root):
        pass
    with hold(state, [root], "local"):
        holder = holder_of(state, root)
    assert holder is not None
    assert (holder.pid, holder.engine) == (os.getpid(), "local")


def test_nobody_holds_a_folder_that_was_never_held(state: Path, root: str) -> None:
    assert holder_of(state, root) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"pid": 1}', b"\xff"])
def test_a_holder_that_has_not_written_its_name_yet_is_not_told(
    state: Path, root: str, content: bytes
) -> None:
    with hold(state, [root], "local"):
        (file,) = state.iterdir()
        file.write_bytes(content)
        assert holder_of(state, root) is None


def test_who_only_asks_is_not_taken_for_a_holder(state: Path, root: str) -> None:
    with hold(state, [root], "local"):
        (file,) = state.iterdir()
    with file.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        end = threading.Timer(0.2, fcntl.flock, (asking, fcntl.LOCK_UN))
        end.start()
        with hold(state, [root], "local"):
            assert holder_of(state, root) is not None
        end.join()


def test_a_state_directory_that_cannot_be_written_to_is_told_and_it_works_on(
    tmp_path: Path, root: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").touch()
    worked = False
    with hold(tmp_path / "state", [root], "local"):
        worked = True
        assert holder_of(tmp_path / "state", root) is None
    assert worked
    assert caplog.messages == [f"{UNGUARDED}: File exists"]


@pytest.mark.skipif(not may_mount(), reason="no mounts of its own for this user")
def test_a_full_disk_costs_the_holder_its_name_and_not_the_lock(tmp_path: Path) -> None:
    said = lines_after_mount(
        'mount -t tmpfs -o size=4k none "$1"; echo > "$1/filler"',
        """
from ocr_watcher.errors import OcrWatcherError
from ocr_watcher.service.lock import hold
with hold(directory, ["/"], "local"):
    try:
        with hold(directory, ["/"], "local"): say("taken twice")
    except OcrWatcherError as error: say(error)
""",
        tmp_path,
    )
    assert said == [
        f"WARNING {UNGUARDED}: No space left on device",
        "another ocr-watcher works on /",
    ]
