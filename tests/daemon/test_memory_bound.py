"""The daemon's memory stays within a bound, whatever the files are and whatever is answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator import pictures
from tests.simulator.faults import Body
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

MB = 2**20
WORKERS = 16


def peak(daemon: Daemon) -> int:
    """Return the most memory that the daemon has had, in bytes (proc(5))."""
    status = Path(f"/proc/{daemon.process.pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


def drop_large_files(daemon: Daemon, number: int, size: int, head: bytes = b"") -> None:
    for index in range(number):
        with (daemon.folder / f"{index}.png").open("wb") as file:
            file.write(head)
            file.truncate(size)  # sparse: it takes no room on the disk


def test_large_files_that_are_no_image_are_never_in_memory(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"workers": WORKERS})
    drop_large_files(daemon, 6, 80 * MB)
    with daemon:
        eventually(lambda: len(daemon.error_files()) == 6)
        assert peak(daemon) < 200 * MB


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_large_files_that_begin_like_images_are_held_one_or_two_at_a_time(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator, settings={"workers": WORKERS})
    drop_large_files(daemon, 16, 255 * MB, pictures.png("the head of a picture"))
    with daemon:
        eventually(lambda: len(daemon.error_files() + list(daemon.texts())) == 16, within=240)
        assert peak(daemon) < 1024 * MB


def test_an_answer_of_a_million_lines_is_refused_before_it_fills_the_memory(
    simulator: Simulator, tmp_path: Path
) -> None:
    lines = b",".join([b'{"words":"a"}'] * 1_100_000)
    simulator.next_faults.append(Body(b'{"words_result":[' + lines + b"]}"))
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "a.png", "words")
    with daemon:
        eventually(lambda: daemon.texts() == {"a.png": "words\n"})
        assert peak(daemon) < 250 * MB
