"""Free space is checked before a call, and an answer that was paid for is kept."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import StorageError
from ocr_watcher.storage.trial import ROOM
from ocr_watcher.values.outcome import Recognised
from ocr_watcher.work.room import Room
from ocr_watcher.work.unwritten_readings import UnwrittenReadings
from tests import mounts
from tests.simulator.pictures import png
from tests.waiting import eventually
from tests.work.ledger_desk import LedgerDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    yield descriptor
    os.close(descriptor)


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """Stand for the full disk, which only root could make; Python ignores the signal."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_want_of_room_is_told_and_leaves_nothing(directory: int, tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    too_large = pytest.raises(OSError, match=os.strerror(errno.EFBIG))
    with files_of_at_most(4_096), too_large, Room().kept_for(directory, ROOM, 0):
        pass
    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_a_directory_is_tried_once_until_a_write_fails_or_its_permissions_change(
    directory: int, tmp_path: Path
) -> None:
    room = Room()

    def was_tried() -> bool:
        before = tmp_path.stat().st_mtime_ns
        with room.kept_for(directory, ROOM, 0):
            return tmp_path.stat().st_mtime_ns != before

    assert [was_tried(), was_tried()] == [True, False]
    room.doubt(directory)
    assert [was_tried(), was_tried()] == [True, False]
    tmp_path.chmod(0o750)
    assert [was_tried(), was_tried()] == [True, False]


def test_images_in_hand_do_not_count_on_the_same_room(tmp_path: Path) -> None:
    with mounts.ext4(tmp_path / "disk", tmp_path / "scans") as root:
        descriptor = os.open(root, os.O_RDONLY)
        try:
            told = os.fstatvfs(descriptor)
            most = told.f_bfree * told.f_frsize // ROOM
            room = Room()
            no_room = pytest.raises(OSError, match=os.strerror(errno.ENOSPC))
            with (
                room.kept_for(descriptor, most * ROOM, 0),
                no_room,
                room.kept_for(descriptor, ROOM, 0),
            ):
                pass
            with room.kept_for(descriptor, most * ROOM, 0):
                pass
        finally:
            os.close(descriptor)


@pytest.mark.parametrize("refusal", ["ESPIPE", "EOPNOTSUPP", "EINVAL", "ENOSYS"])
def test_where_no_room_can_be_reserved_an_image_gets_its_text(tmp_path: Path, refusal: str) -> None:
    with (
        mounts.odd(tmp_path / "source", tmp_path / "scans", fallocate=refusal) as odd,
        LedgerDesk(odd.path, tmp_path / "state") as desk,
    ):
        desk.drop(png("words"))
        assert isinstance(desk.once(), Recognised)
        assert desk.names() == ["a.png", "a.png.txt"]


def test_rclone_gets_its_text(tmp_path: Path) -> None:
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    (cloud / "a.png").write_bytes(png("words"))
    with (
        mounts.rclone(cloud, tmp_path / "scans") as mount,
        LedgerDesk(mount.path, tmp_path / "state", ("txt", "json")) as desk,
    ):
        assert isinstance(desk.once(), Recognised)
        assert desk.names() == ["a.png", "a.png.json", "a.png.txt"]


FULL = [("write", "ENOSPC"), ("write", "EDQUOT"), ("fsync", "EIO"), ("flush", "EDQUOT")]


@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
@pytest.mark.parametrize(("step", "error"), FULL)
def test_an_answer_that_cannot_be_written_is_kept_and_paid_for_once(
    tmp_path: Path, step: str, error: str, *, remembers: bool
) -> None:
    state = tmp_path / "state" if remembers else None
    with (
        mounts.odd(tmp_path / "source", tmp_path / "scans") as odd,
        LedgerDesk(odd.path, state) as desk,
    ):
        desk.drop(png("words"))
        desk.engine.fault = lambda _: odd.faults(**{step: error})
        for _ in range(3):
            with pytest.raises(StorageError, match=os.strerror(getattr(errno, error))):
                desk.once()
            assert desk.names() == ["a.png"]
        odd.faults()
        assert isinstance(desk.once(), Recognised)
        assert desk.text == "words\n"
        assert desk.engine.calls == ["words"]


@pytest.mark.parametrize(("step", "error"), [("write", "ENOSPC"), ("flush", "EDQUOT")])
def test_no_room_is_told_before_the_call(tmp_path: Path, step: str, error: str) -> None:
    with (
        mounts.odd(tmp_path / "source", tmp_path / "scans") as odd,
        LedgerDesk(odd.path, None) as desk,
    ):
        desk.drop(png("words"))
        odd.faults(**{step: error})
        with pytest.raises(StorageError):
            desk.once()
        assert desk.engine.calls == []
        assert desk.names() == ["a.png"]


KILLED = """
import os, sys
from pathlib import Path
from tests.work.ledger_desk import LedgerDesk

desk = LedgerDesk(Path(sys.argv[1]), Path(sys.argv[2]))
note_done = desk.ledger.done
desk.recogniser._room.doubt = lambda _: None
desk.recogniser._write_or_keep = lambda *_: os.kill(os.getpid(), 9)
desk.once()
"""


def test_a_kill_between_the_call_and_the_text_costs_no_second_call(tmp_path: Path) -> None:
    with LedgerDesk(tmp_path / "scans", tmp_path / "state") as desk:
        desk.drop(png("words"))
        command = [sys.executable, "-c", KILLED, str(desk.root), str(tmp_path / "state")]
        assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
        assert desk.names() == ["a.png"]
        assert isinstance(desk.once(), Recognised)
        assert desk.engine.calls == []


def test_of_the_answers_that_wait_the_oldest_goes() -> None:
    waiting = UnwrittenReadings()
    with LedgerDesk(Path("/dev/shm"), None) as desk:
        images = [desk.image(f"{number}.png") for number in range(65)]
    for image in images:
        waiting.keep(image, "00ff", ())
    assert waiting.take(images[0], "00ff") is None
    assert waiting.take(images[1], "another") is None
    assert [waiting.take(images[2], "00ff"), waiting.take(images[2], "00ff")] == [(), None]


def test_a_hidden_file_lies_there_only_while_it_is_written(tmp_path: Path) -> None:
    with LedgerDesk(tmp_path / "scans", None, ("txt", "json")) as desk:
        desk.drop(png("words"))
        seen: list[str] = []

        def look() -> None:
            eventually(lambda: desk.engine.inside)
            seen.extend(desk.names())

        desk.during_the_call(look)
        assert seen == ["a.png"]
        assert desk.names() == ["a.png", "a.png.json", "a.png.txt"]
