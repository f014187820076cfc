"""Images exchange their names, and each keeps its own text."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.image import Image
from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.fixture
def daemon(tmp_path: Path, simulator: Simulator) -> Iterator[Daemon]:
    with Daemon(tmp_path, simulator) as daemon:
        yield daemon


def replace_by_an_older(file: Path, words: str) -> None:
    """Puts another image in the place of one, with an older date, as ``cp -p`` does."""
    other = file.with_name(".older")
    write(other, words)
    os.utime(other, (1_000_000_000, 1_000_000_000))
    other.rename(file)


def test_an_image_that_was_renamed_and_then_replaced_by_an_older_one_gets_its_text(daemon):
    write(daemon.folder / "a.png", "first")
    eventually(lambda: daemon.texts() == {"a.png": "first\n"})
    (daemon.folder / "a.png").rename(daemon.folder / "b.png")
    eventually(lambda: daemon.texts() == {"b.png": "first\n"})
    replace_by_an_older(daemon.folder / "b.png", "second")
    eventually(lambda: daemon.texts() == {"b.png": "second\n"})


def test_the_same_holds_where_its_directory_was_renamed(daemon):
    (daemon.folder / "old").mkdir()
    write(daemon.folder / "old" / "a.png", "first")
    eventually(lambda: daemon.texts() == {"old/a.png": "first\n"})
    (daemon.folder / "old").rename(daemon.folder / "new")
    with Ledger(daemon.state) as ledger:  # the daemon has seen it
        eventually(lambda: ledger.done_stamp_of(Image(str(daemon.folder), "new/a.png")))
    replace_by_an_older(daemon.folder / "new" / "a.png", "second")
    eventually(lambda: daemon.texts() == {"new/a.png": "second\n"})


def test_an_older_image_whose_first_tries_fail_gets_its_text_all_the_same(daemon, simulator):
    for name, fault, times in (("a.png", ErrorCode(2), 4), ("b.png", ErrorCode(216630), 2)):
        write(daemon.folder / name, f"first {name}")
        eventually(lambda name=name: daemon.texts().get(name) == f"first {name}\n")
        simulator.next_faults.extend([fault] * times)
        replace_by_an_older(daemon.folder / name, f"second {name}")
        eventually(lambda name=name: daemon.texts().get(name) == f"second {name}\n")


def test_an_edit_is_kept_though_the_name_had_another_image_before(daemon):
    write(daemon.folder / "a.png", "one")
    write(daemon.folder / "b.png", "two")
    eventually(lambda: daemon.texts() == {"a.png": "one\n", "b.png": "two\n"})
    (daemon.folder / "a.png").rename(daemon.folder / "c.png")
    eventually(lambda: daemon.texts() == {"c.png": "one\n", "b.png": "two\n"})
    (daemon.folder / "b.png").rename(daemon.folder / "a.png")
    eventually(lambda: daemon.texts() == {"c.png": "one\n", "a.png": "two\n"})
    (daemon.folder / "a.png.txt").write_text("edited\n", "utf-8")
    write(daemon.folder / "later.png", "later")
    eventually(lambda: "later.png" in daemon.texts())
    assert daemon.stop() == 0
    assert daemon.once().returncode == 0
    assert daemon.texts()["a.png"] == "edited\n"


def test_the_failure_of_the_image_before_goes_when_a_good_one_takes_its_name(daemon):
    (daemon.folder / "a.png").write_bytes(b"no picture at all")
    eventually(lambda: daemon.error_files() == [daemon.folder / "a.png.ocr-error.json"])
    (daemon.folder / "a.png").unlink()
    write(daemon.folder / "b.png", "good")
    eventually(lambda: daemon.texts() == {"b.png": "good\n"})
    (daemon.folder / "b.png").rename(daemon.folder / "a.png")
    eventually(lambda: daemon.texts() == {"a.png": "good\n"} and not daemon.error_files())


def test_the_text_of_the_image_before_goes_when_a_failed_one_takes_its_name(daemon):
    write(daemon.folder / "a.png", "good")
    eventually(lambda: daemon.texts() == {"a.png": "good\n"})
    (daemon.folder / "a.png").unlink()
    (daemon.folder / "b.png").write_bytes(b"no picture at all")
    failure = daemon.folder / "b.png.ocr-error.json"
    eventually(failure.exists)
    (daemon.folder / "b.png").rename(daemon.folder / "a.png")
    eventually(lambda: daemon.error_files() == [daemon.folder / "a.png.ocr-error.json"])
    eventually(lambda: daemon.texts() == {})
    said = json.loads((daemon.folder / "a.png.ocr-error.json").read_text("utf-8"))
    assert said["error"]["code"] == "not-an-image"
