"""Whatever a picture does to what decodes it, the daemon goes on, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.daemon.daemon import Daemon, write
from tests.proc import children_of, is_gone, memory_of, sandboxes_of, words_of
from tests.simulator.pictures import jpeg
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

SOON = 5.0
BUSY = 150_000_000
"""Bytes of memory that a sandboxed process has only in the middle of the picture below."""


@functools.cache
def tiff(side: int) -> bytes:
    """A file that must be decoded: large, and yet sent in a few bytes."""
    stream = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(stream, "TIFF", compression="tiff_lzw")
    return stream.getvalue()


def drop(file: Path, content: bytes) -> None:
    """Puts an image in its place as a whole."""
    hidden = file.with_name(f".{file.name}")
    hidden.write_bytes(content)
    hidden.rename(file)


def busy_sandboxes(daemon: Daemon) -> list[int]:
    return [pid for pid in sandboxes_of(daemon.process.pid) if memory_of(pid) > BUSY]


def test_a_picture_on_which_decoders_crash_fails_and_no_other_does(
    simulator: Simulator, tmp_path: Path
) -> None:
    def crash_or_end() -> bool:
        for pid in busy_sandboxes(daemon):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSEGV)
        return bool(daemon.error_files())

    with Daemon(tmp_path, simulator) as daemon:
        drop(daemon.folder / "crash.tif", tiff(9000))
        for number in range(5):
            drop(daemon.folder / f"{number}.tif", tiff(100 + number))
        eventually(crash_or_end)
        eventually(lambda: len(daemon.texts()) == 5)
        (failure,) = daemon.error_files()
        told = json.loads(failure.read_text("utf-8"))
        assert (told["source"]["name"], told["attempts"]) == ("crash.tif", 3)
        assert told["error"]["code"] == "decoder-crashed"
        assert "Segmentation fault" in told["error"]["message"]
        assert "Traceback" not in daemon.log


def test_a_bomb_fails_at_once_and_the_next_image_is_read(
    simulator: Simulator, tmp_path: Path
) -> None:
    bomb = tiff(100).replace((100).to_bytes(2, "little"), (65_000).to_bytes(2, "little"))
    with Daemon(tmp_path, simulator) as daemon:
        drop(daemon.folder / "bomb.tif", bomb)
        drop(daemon.folder / "good.tif", tiff(100))
        eventually(lambda: daemon.error_files() and daemon.texts())
        told = json.loads(daemon.error_files()[0].read_text("utf-8"))
        assert (told["error"]["code"], told["attempts"]) == ("too-many-pixels", 1)


def test_plain_pictures_start_no_process_and_one_that_is_started_knows_no_key(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        for number in range(5):
            drop(daemon.folder / f"{number}.jpg", jpeg(f"number {number}"))
        eventually(lambda: len(daemon.texts()) == 5)
        assert children_of(daemon.process.pid) == set()
        drop(daemon.folder / "a.tif", tiff(100))
        eventually(lambda: "a.tif" in daemon.texts())
        (pid,) = sandboxes_of(daemon.process.pid)
        told = words_of(pid, "environ") + words_of(pid, "cmdline")
        keys = (simulator.api_key, simulator.secret_key)
        assert not [word for word in told if any(key in word for key in keys)]


def test_a_daemon_that_is_killed_in_the_middle_of_a_page_leaves_no_process(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        drop(daemon.folder / "large.tif", tiff(9000))
        eventually(lambda: busy_sandboxes(daemon))
        sandboxes = sandboxes_of(daemon.process.pid)
        daemon.kill()
        eventually(lambda: all(is_gone(pid) for pid in sandboxes), SOON)


def test_a_stop_of_the_whole_process_group_in_the_middle_of_a_page_is_clean(
    simulator: Simulator, tmp_path: Path
) -> None:
    setsid = shutil.which("setsid")
    assert setsid is not None
    with Daemon(tmp_path, simulator, wrapper=[setsid]) as daemon:
        write(daemon.folder / "small.png", "words")
        eventually(daemon.texts)
        drop(daemon.folder / "large.tif", tiff(9000))
        eventually(lambda: busy_sandboxes(daemon))
        sandboxes = sandboxes_of(daemon.process.pid)
        os.killpg(daemon.process.pid, signal.SIGTERM)
        assert daemon.process.wait(SOON) == 0
        assert all(is_gone(pid) for pid in sandboxes)
        assert daemon.error_files() == daemon.hidden_files() == []
        assert "Traceback" not in daemon.log
        assert "crashed" not in daemon.log


@pytest.mark.slow
def test_the_models_on_this_machine_decode_nothing_in_the_daemon(
    simulator: Simulator, tmp_path: Path
) -> None:
    drawn = Image.new("L", (600, 200), "white")
    stream = io.BytesIO()
    drawn.save(stream, "JPEG")
    without_keys = {"OCR_WATCHER_BAIDU_API_KEY": "", "OCR_WATCHER_BAIDU_SECRET_KEY": ""}
    settings = {"engine": "local"}
    with Daemon(tmp_path, simulator, settings=settings, variables=without_keys) as daemon:
        drop(daemon.folder / "plain.jpg", stream.getvalue())
        eventually(lambda: daemon.texts() == {"plain.jpg": ""})
        assert sandboxes_of(daemon.process.pid) != set()
