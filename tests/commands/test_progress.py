"""A long document tells its pages: in `why`, in `status`, and beside the bar of `run --once`."""

from __future__ import annotations

import os
import subprocess
import termios
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.commands.program import command, in_this_process, read_to_the_end, write_settings
from tests.simulator.faults import Silence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


@pytest.fixture
def book(folder: Path) -> Path:
    first, *others = (Image.new("L", (60 + page, 40), "white") for page in range(3))
    file = folder / "book.tif"
    first.save(file, save_all=True, append_images=others)
    return file


def test_the_page_is_told_while_it_is_read(
    file: Path, book: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.next_faults.extend([None, Silence()])
    with subprocess.Popen(
        command("run", "--once", "-c", file),
        env=with_keys,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        simulator.wait_for(lambda: len(simulator.calls) == 1 and simulator.inside == 1, 20)
        why = in_this_process("why", "-c", file, book, variables=with_keys)
        status = in_this_process("status", "-c", file, variables=with_keys)
        simulator.release()
        assert process.wait(20) == 0
    assert why.stdout.startswith(f"{book}: being recognised: page 2 of 3, since ")
    assert f"being recognised: {book}: page 2 of 3, since " in status.stdout
    ended = in_this_process("status", "-c", file, variables=with_keys)
    assert "being recognised" not in ended.stdout


def test_the_progress_bar_shows_the_page(file: Path, book: Path, with_keys: dict[str, str]) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    arguments = command("run", "--once", "-c", file, "--log-level", "error")
    with subprocess.Popen(arguments, env=with_keys, stdout=subprocess.PIPE, stderr=theirs):
        os.close(theirs)
        shown = read_to_the_end(ours)
    assert b"book.tif: page 3 of 3" in shown
