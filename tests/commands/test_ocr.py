"""`ocr-watcher ocr`: the text of single images, to standard output."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ocr_watcher import __version__
from ocr_watcher.commands.ocr import printed_formats
from ocr_watcher.errors import UsageError
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.registry import FORMATS
from tests.abilities import open_terminal
from tests.commands.program import (
    command,
    in_this_process,
    ocr_watcher,
    read_to_the_end,
    write_settings,
)
from tests.daemon.daemon import write
from tests.simulator import pictures
from tests.simulator.faults import ErrorCode, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import CompletedProcess

    from tests.simulator.server import Simulator

UNREADABLE = "/proc/self/mem"  # it can be opened, but its first page is not mapped (proc(5))
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


def ocr(file: Path, variables: dict[str, str], *arguments: str | Path) -> CompletedProcess[str]:
    return in_this_process("ocr", "-c", file, *arguments, variables=variables)


def test_the_text_of_each_image_is_printed_in_order_headed_as_by_tail(
    file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    images = [write(tmp_path / f"{n}.png", f"image {n}\n第二行") for n in range(3)]
    ended = ocr_watcher("ocr", "-c", file, *images, variables=with_keys)
    texts = [f"==> {tmp_path}/{n}.png <==\nimage {n}\n第二行\n" for n in range(3)]
    assert ended.stdout == "\n".join(texts)
    assert ended.stderr == ""
    assert ended.returncode == 0


def test_it_writes_no_file(file: Path, folder: Path, with_keys: dict[str, str]) -> None:
    image = write(folder / "a.png", "words")
    assert ocr(file, with_keys, image).returncode == 0
    assert list(folder.iterdir()) == [image]


def test_an_image_without_text_prints_nothing(
    file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    ended = ocr(file, with_keys, write(tmp_path / "blank.png", ""))
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_text_that_is_to_be_doubted_is_told_on_standard_error(
    tmp_path: Path, settings: dict[str, Any], with_keys: dict[str, str]
) -> None:
    settings["baidu"]["options"] = {"probability": "true"}
    file = write_settings(tmp_path / "config.yaml", **settings)
    ended = ocr(file, with_keys, write(tmp_path / "a.png", "Harb?ur"))
    assert (ended.returncode, ended.stdout) == (0, "Harb?ur\n")
    assert "read with low confidence" in ended.stderr


def test_as_json_it_is_what_the_sidecar_holds(
    file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    image = write(tmp_path / "a.png", "first\nsecond")
    told = json.loads(ocr(file, with_keys, "--format", "json", image).stdout)
    assert isinstance(told.pop("log_id"), int)
    assert told.pop("recognized_at").endswith("Z")
    assert told.pop("pages")[0].items() >= {"page": 1, "width": 200, "height": 60}.items()
    source = told.pop("source")
    assert source["name"] == "a.png"
    assert source["size"] == image.stat().st_size
    assert source["sha256"] == hashlib.sha256(image.read_bytes()).hexdigest()
    assert told == {
        "words_result_num": 2,
        "words_result": [{"words": "first", "page": 1}, {"words": "second", "page": 1}],
        "engine": {"name": "baidu", "endpoint": "general_basic", "options": {}},
        "ocr_watcher": __version__,
    }


def test_json_of_several_images_is_one_object_a_line(
    file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    images = [write(tmp_path / f"{n}.png", f"image {n}\nrow") for n in range(2)]
    ended = ocr(file, with_keys, "--format", "json", *images)
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [one["source"]["name"] for one in told] == ["0.png", "1.png"]
    assert [one["words_result"][0]["words"] for one in told] == ["image 0", "image 1"]


def from_standard_input(
    file: Path, variables: dict[str, str], content: bytes, *arguments: str | Path
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command("ocr", "-c", file, *arguments),
        env=variables,
        input=content,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_dash_is_standard_input(file: Path, tmp_path: Path, with_keys: dict[str, str]) -> None:
    ended = from_standard_input(file, with_keys, pictures.png("words"), "-")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"words\n", b"")
    other = write(tmp_path / "other.png", "other")
    ended = from_standard_input(file, with_keys, pictures.png("words"), "-", other)
    head = f"==> standard input <==\nwords\n\n==> {other} <==\nother\n"
    assert (ended.returncode, ended.stdout.decode()) == (0, head)
    ended = from_standard_input(file, with_keys, pictures.png("words"), "--format", "json", "-")
    assert json.loads(ended.stdout)["source"]["name"] == "-"


def test_more_than_any_scan_is_not_read_from_a_file_or_standard_input(
    file: Path, tmp_path: Path, with_keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr_watcher.commands.ocr.LONGEST_FILE", 1000)
    long, read_end = tmp_path / "long.png", tmp_path / "pipe"
    long.write_bytes(bytes(1001))
    os.mkfifo(read_end)
    writer = threading.Thread(target=read_end.write_bytes, args=(bytes(1001),))
    writer.start()
    ended = ocr(file, with_keys, long, read_end)
    writer.join()
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.count("more than 1000 bytes") == 2


def test_an_image_that_fails_does_not_stop_the_others(
    file: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    text = tmp_path / "text\nfile.jpg"
    text.write_text("a text")
    good = write(tmp_path / "good.png", "good")
    ended = ocr(file, with_keys, text, good)
    assert ended.stdout == f"==> {good} <==\ngood\n"
    assert ended.returncode == 1
    assert "text\\nfile.jpg: " in ended.stderr
    assert "advice=" in ended.stderr
    assert len(simulator.calls) == 1


def test_a_fault_that_passes_is_outlasted(
    file: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.next_faults.extend([Status(503), ErrorCode(18)])
    ended = ocr(file, with_keys, write(tmp_path / "a.png", "words"))
    assert (ended.returncode, ended.stdout) == (0, "words\n")


def test_where_every_call_would_fail_one_is_made(
    file: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    simulator.fault = lambda _call: ErrorCode(17)
    images = [write(tmp_path / f"{n}.png", "words") for n in range(3)]
    ended = ocr(file, with_keys, *images)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "buy calls" in ended.stderr
    assert len(simulator.calls) == 1


def test_a_file_that_cannot_be_read_is_told(
    file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    image = write(tmp_path / "a.png", "words")
    ended = ocr(file, with_keys, UNREADABLE, image)
    assert ended.stdout == f"==> {image} <==\nwords\n"
    assert ended.returncode == 1
    assert f"{UNREADABLE} cannot be read: " in ended.stderr


@pytest.mark.slow
def test_the_models_on_this_machine_read_as_well(variables: dict[str, str]) -> None:
    ended = ocr_watcher("ocr", "--engine", "local", SAMPLES / "receipt.jpg", variables=variables)
    assert ended.returncode == 0
    assert "GREEN BASKET\n" in ended.stdout
    assert ended.stderr == ""


@pytest.mark.parametrize("on_a_terminal", [True, False])
def test_what_a_terminal_would_act_upon_is_escaped_there_and_nowhere_else(
    on_a_terminal: bool, file: Path, tmp_path: Path, with_keys: dict[str, str]
) -> None:
    image = write(tmp_path / "a.png", "total \u202e001\u2066 第二行\u3000x")
    ours, theirs = open_terminal() if on_a_terminal else os.pipe()
    with subprocess.Popen(command("ocr", "-c", file, image), env=with_keys, stdout=theirs):
        os.close(theirs)
        shown = read_to_the_end(ours).decode().replace("\r\n", "\n")
    if on_a_terminal:
        assert shown == "total \\u202e001\\u2066 第二行\u3000x\n"
    else:
        assert shown == "total \u202e001\u2066 第二行\u3000x\n"


@pytest.fixture
def whole() -> Iterator[None]:
    """Registers a format that is no text."""
    FORMATS.register(Format("whole", ".ocr.whole", lambda _: b"\xff\x1b[31m\x00", is_text=False))
    yield
    FORMATS.unregister("whole")


@pytest.mark.usefixtures("whole")
class TestAFormatThatIsNoText:
    def formats(self, *names: str, asked: bool = True, images: int = 1, terminal: bool = False):
        found = printed_formats(names, are_asked_for=asked, images=images, on_a_terminal=terminal)
        return [each.name for each in found]

    def test_it_is_refused_on_a_terminal_with_what_to_do(self) -> None:
        with pytest.raises(UsageError, match="whole is no text") as refused:
            self.formats("txt", "whole", terminal=True)
        assert refused.value.advice == "send it to a file: > file.whole"
        assert refused.value.exit_status == 2

    @pytest.mark.parametrize(("names", "images"), [(["whole"], 2), (["txt", "whole"], 1)])
    def test_it_goes_alone_into_a_file(self, names: list[str], images: int) -> None:
        with pytest.raises(UsageError, match="can be printed at a time"):
            self.formats(*names, images=images)

    def test_where_the_settings_name_texts_they_alone_are_printed(self) -> None:
        assert self.formats("whole", "txt", asked=False, terminal=True) == ["txt"]
        assert self.formats("whole", "txt", asked=False, images=2) == ["txt"]
        with pytest.raises(UsageError):
            self.formats("whole", asked=False, terminal=True)

    def test_it_goes_to_a_file_as_it_is(
        self, tmp_path: Path, settings: dict[str, Any], with_keys: dict[str, str]
    ) -> None:
        file = write_settings(tmp_path / "config.yaml", **settings)
        image = write(tmp_path / "a.png", "words")
        variables = {**with_keys, "PYTHONPATH": str(ROOT)}
        program = ("-c", WITH_WHOLE)
        words = ("ocr", "-c", file, "--format", "whole", image)
        ended = subprocess.run(
            command(*words, program=program), env=variables, capture_output=True, check=False
        )
        assert (ended.returncode, ended.stdout) == (0, b"\xff\x1b[31m\x00"), ended.stderr
        ours, theirs = open_terminal()
        with subprocess.Popen(
            command(*words, program=program), env=variables, stdout=theirs, stderr=theirs
        ) as running:
            os.close(theirs)
            shown = read_to_the_end(ours).decode().replace("\r\n", "\n")
        assert running.returncode == 2
        assert shown == (
            "ocr-watcher: whole is no text that a terminal can show; "
            "send it to a file: > file.whole\n"
        )


WITH_WHOLE = """
from ocr_watcher.formats.format import Format
from ocr_watcher.formats.registry import FORMATS
FORMATS.register(Format("whole", ".ocr.whole", lambda _: b"\\xff\\x1b[31m\\x00", is_text=False))
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""
