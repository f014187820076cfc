"""What the program wrote is no image, under whatever name it was copied."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import in_this_process, write_settings
from tests.daemon.daemon import Daemon, write
from tests.pages.printed import Printed, image, lines, printed
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.simulator.server import Simulator

MARKED = {"OcrWatcher": "0.1.0"}
PAGE = Printed(image(595, 842) + lines("a layer", before="3 Tr"), "/XXOcrWatcher (0.1.0)")
OURS = printed(PAGE, information=MARKED)
TOLD = "not an image: written by ocr-watcher"


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def ran(file: Path, variables: dict[str, str]) -> CompletedProcess[str]:
    ended = in_this_process("run", "--once", "-c", file, variables=variables)
    assert (ended.returncode, ended.stdout) == (0, "0 recognised, 0 failed, 0 waiting\n")
    return ended


def test_a_copy_is_opened_once_and_nothing_comes_of_it(
    file: Path, folder: Path, with_keys: dict[str, str], simulator: Simulator, tmp_path: Path
) -> None:
    (folder / "copy.pdf").write_bytes(OURS)
    assert ran(file, with_keys).stderr.count(TOLD) == 1
    assert TOLD not in ran(file, with_keys).stderr
    shutil.rmtree(tmp_path / "state")
    assert ran(file, with_keys).stderr.count(TOLD) == 1
    assert names(folder) == ["copy.pdf"]
    assert simulator.calls == []


def test_it_counts_as_no_image_and_retry_leaves_it_alone(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    copy = folder / "copy.pdf"
    copy.write_bytes(OURS)
    ran(file, with_keys)
    status = in_this_process("status", "--json", "-c", file, variables=with_keys)
    (counted,) = json.loads(status.stdout)["folders"]
    assert [counted[state] for state in ("done", "waiting", "failed")] == [0, 0, 0]
    assert status.returncode == 0
    why = in_this_process("why", "-c", file, copy, variables=with_keys)
    assert why.stdout.startswith(f"{copy}: {TOLD}")
    assert why.returncode == 1
    retried = in_this_process("retry", "-c", file, copy, variables=with_keys)
    assert (retried.returncode, retried.stdout) == (0, "0 waiting again\n")


def test_another_content_under_its_name_is_an_image_again(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    (folder / "copy.pdf").write_bytes(OURS)
    ran(file, with_keys)
    (folder / "copy.pdf").write_bytes(printed(lines("A letter")))
    ended = in_this_process("run", "--once", "-c", file, variables=with_keys)
    assert ended.stdout == "1 recognised, 0 failed, 0 waiting\n"
    assert (folder / "copy.pdf.txt").read_text("utf-8") == "A letter\n"


def test_pages_that_were_added_to_it_are_read(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    (folder / "merged.pdf").write_bytes(printed(PAGE, lines("A letter"), information=MARKED))
    ended = in_this_process("run", "--once", "-c", file, variables=with_keys)
    assert ended.stdout == "1 recognised, 0 failed, 0 waiting\n"
    assert (folder / "merged.pdf.txt").read_text("utf-8").endswith("\fA letter\n")


def test_the_error_of_a_content_before_it_goes_away(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    (folder / "copy.pdf").write_bytes(b"no picture")
    ended = in_this_process("run", "--once", "-c", file, variables=with_keys)
    assert names(folder) == ["copy.pdf", "copy.pdf.ocr-error.json"]
    assert ended.returncode == 1
    (folder / "copy.pdf").write_bytes(OURS)
    ran(file, with_keys)
    assert names(folder) == ["copy.pdf"]


def test_a_daemon_passes_over_it_also_after_it_is_renamed(
    simulator: Simulator, tmp_path: Path
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        copy = daemon.folder / "copy.pdf"
        copy.write_bytes(OURS)
        eventually(lambda: TOLD in daemon.beside("why", copy).stdout)
        renamed = copy.rename(daemon.folder / "renamed.pdf")
        write(daemon.folder / "a.png", "words")
        eventually(daemon.texts)
        eventually(lambda: TOLD in daemon.beside("why", renamed).stdout)
        assert names(daemon.folder) == ["a.png", "a.png.txt", "renamed.pdf"]
        daemon.stop()
    assert len(simulator.calls) == 1


def test_ocr_says_that_it_is_none(
    file: Path, tmp_path: Path, with_keys: dict[str, str], simulator: Simulator
) -> None:
    (tmp_path / "copy.pdf").write_bytes(OURS)
    ended = in_this_process("ocr", "-c", file, tmp_path / "copy.pdf", variables=with_keys)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "ocr-watcher wrote this PDF" in ended.stderr
    assert simulator.calls == []
