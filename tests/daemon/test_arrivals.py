"""However an image comes into the folder, its text comes to lie beside it, for one call."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from tests.daemon.daemon import Daemon, write
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.simulator.server import Simulator


def already_there(folder: Path, outside: Path) -> None:
    write(folder / "there.png", "there\nbefore")
    write(folder / "deep/down/there.png", "there and deep")


def written_at_once(folder: Path, outside: Path) -> None:
    write(folder / "written.png", "at once")


def moved_in(folder: Path, outside: Path) -> None:
    write(outside / "moved.png", "moved in").rename(folder / "moved.png")


def moved_in_with_its_directory(folder: Path, outside: Path) -> None:
    write(outside / "batch/inner/a.png", "moved deep")
    write(outside / "batch/b.png", "moved")
    (outside / "batch").rename(folder / "batch")


def into_new_directories_at_once(folder: Path, outside: Path) -> None:
    contents = [pictures.png(f"number {number}") for number in range(50)]
    for number, content in enumerate(contents):
        directory = folder / f"d{number}"
        directory.mkdir()
        (directory / "f.png").write_bytes(content)


def with_extensions_in_capitals(folder: Path, outside: Path) -> None:
    write(folder / "SCAN.PNG", "loud")
    (folder / "Scan.JpEG").write_bytes(pictures.jpeg("mixed"))


def with_names_nobody_expects(folder: Path, outside: Path) -> None:
    write(folder / "two\nlines.png", "newline")
    write(folder / "-rf ~ $(x) '\".png", "shell")
    write(folder / "文件.png", "第一行\n第二行")


WORDS: Mapping[Callable[[Path, Path], None], Mapping[str, str]] = {
    already_there: {"there.png": "there\nbefore", "deep/down/there.png": "there and deep"},
    written_at_once: {"written.png": "at once"},
    moved_in: {"moved.png": "moved in"},
    moved_in_with_its_directory: {"batch/inner/a.png": "moved deep", "batch/b.png": "moved"},
    into_new_directories_at_once: {f"d{n}/f.png": f"number {n}" for n in range(50)},
    with_extensions_in_capitals: {"SCAN.PNG": "loud", "Scan.JpEG": "mixed"},
    with_names_nobody_expects: {
        "two\nlines.png": "newline",
        "-rf ~ $(x) '\".png": "shell",
        "文件.png": "第一行\n第二行",
    },
}


def test_whatever_way_images_come_each_has_its_text_for_one_call(
    simulator: Simulator, tmp_path: Path
) -> None:
    words = {name: text for texts in WORDS.values() for name, text in texts.items()}
    daemon = Daemon(tmp_path, simulator)
    outside = tmp_path / "outside"
    outside.mkdir()
    already_there(daemon.folder, outside)
    with daemon:
        for come in WORDS:
            if come is not already_there:
                come(daemon.folder, outside)
        eventually(lambda: len(daemon.texts()) == len(words))
        assert daemon.stop() == 0
    assert daemon.texts() == {name: text + "\n" for name, text in words.items()}
    assert Counter(call.words for call in simulator.calls) == Counter(words.values())
    assert simulator.token_fetches == 1
    assert daemon.hidden_files() == daemon.error_files() == []
    assert daemon.output == ""


def test_an_image_that_is_written_slowly_is_sent_when_it_is_whole(
    simulator: Simulator, tmp_path: Path
) -> None:
    content = pictures.png("slow")
    pauses = threading.Event()
    with Daemon(tmp_path, simulator, settings={"settle_seconds": 0.5}) as daemon:
        with (daemon.folder / "a.png").open("wb", buffering=0) as file:
            for start in range(0, len(content), len(content) // 6 + 1):
                file.write(content[start : start + len(content) // 6 + 1])
                pauses.wait(0.12)  # shorter than the time of quiet; all of them are longer
        eventually(daemon.texts)
        assert daemon.texts() == {"a.png": "slow\n"}
    assert [call.words for call in simulator.calls] == ["slow"]


def test_an_image_without_text_has_an_empty_file(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "blank.png", "")
    assert daemon.once().returncode == 0
    assert daemon.texts() == {"blank.png": ""}


def test_a_replaced_image_is_read_again(simulator: Simulator, tmp_path: Path) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "a.png", "before")
        eventually(daemon.texts)
        write(daemon.folder / "a.png", "after")
        eventually(lambda: daemon.texts() == {"a.png": "after\n"})
        assert [call.words for call in simulator.calls] == ["before", "after"]


def test_a_second_start_sends_nothing_again(simulator: Simulator, tmp_path: Path) -> None:
    daemon = Daemon(tmp_path, simulator)
    for number in range(5):
        write(daemon.folder / f"{number}.png", f"number {number}")
    daemon.once()
    assert len(daemon.texts()) == 5
    with daemon:
        write(daemon.folder / "new.png", "new")
        eventually(lambda: len(daemon.texts()) == 6)
    assert [call.words for call in simulator.calls[5:]] == ["new"]
