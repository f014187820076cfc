"""The common behaviour of all commands: options, exit statuses, and streams."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from ocr_watcher import __version__
from ocr_watcher.cli import main
from ocr_watcher.values.install_command import install_extra
from tests.commands.program import command, in_this_process, ocr_watcher, write_settings
from tests.daemon.daemon import write
from tests.simulator import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

HEAVY = {"requests", "pydantic", "PIL", "watchdog", "yaml", "tqdm", "tenacity", "pathspec"}

WITH_A_BUG = """
import ocr_watcher.commands.ocr as ocr
def crash(*_, **__): raise RuntimeError("a bug")
ocr.print_text = crash
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return write(tmp_path / "image.png", "words")


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--version"]])
def test_what_needs_no_heavy_module_imports_none(
    arguments: list[str], variables: dict[str, str]
) -> None:
    ended = ocr_watcher(
        *arguments, variables=variables, program=("-X", "importtime", "-m", "ocr_watcher")
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in ended.stderr.splitlines()}
    assert "click" in imported
    assert imported & HEAVY == set()
    assert ended.returncode == 0


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout == f"ocr-watcher {__version__}\n"


WITHOUT_SETTINGS = {"completion"}
COMMANDS = [
    [name]
    for name, command in main.commands.items()
    if name not in WITHOUT_SETTINGS and not isinstance(command, click.Group)
]
PARTS_OF_A_CLUSTER = [["cluster", "scheduler"], ["cluster", "worker"]]


@pytest.mark.parametrize("words", COMMANDS + PARTS_OF_A_CLUSTER, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_each_command_has_a_help_with_the_common_options(words: list[str], option: str) -> None:
    told = CliRunner().invoke(main, [*words, option])
    assert told.exit_code == 0
    for common in ("--config FILE", "--engine [", "--format [", "--log-level ["):
        assert common in told.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["walk"],
        ["ocr"],
        ["ocr", "--engine", "abacus", "x.png"],
        ["ocr", "--format", "pdf", "x.png"],
        ["ocr", "/nowhere.png"],
        ["run", "/nowhere"],
        ["check", "--config", "/nowhere.yaml"],
        ["check", "--log-level", "loud"],
    ],
)
def test_wrong_usage_is_told_on_standard_error(arguments: list[str]) -> None:
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 2
    assert ended.stdout == ""
    assert "Usage: " in ended.stderr


def test_wrong_settings_are_told_each_with_its_path(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    file = write_settings(tmp_path / "config.yaml", folders=["/nowhere"], workers=0)
    ended = ocr_watcher("run", "-c", file, variables=variables)
    assert ended.returncode == 78
    assert ended.stdout == ""
    first, second = ended.stderr.splitlines()
    assert first.startswith("ocr-watcher: folders[0].path: /nowhere does not exist")
    assert second.startswith("ocr-watcher: workers: ")


def test_a_settings_file_from_the_environment_must_exist(variables: dict[str, str]) -> None:
    ended = in_this_process("run", variables=variables | {"OCR_WATCHER_CONFIG": "/nowhere.yaml"})
    assert ended.returncode == 78
    assert ended.stderr.startswith("ocr-watcher: $OCR_WATCHER_CONFIG: /nowhere.yaml does not exist")


def test_without_folders_the_daemon_says_where_to_name_them(variables: dict[str, str]) -> None:
    ended = in_this_process("run", variables=variables)
    assert ended.returncode == 78
    assert ended.stderr.startswith("ocr-watcher: folders: there is none")


@pytest.mark.parametrize("arguments", [["run"], ["run", "--once"], ["ocr"], ["check"]])
def test_an_engine_that_is_not_installed_is_one_line(
    arguments: list[str],
    folder: Path,
    image: Path,
    variables: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("onnxruntime", "rapidocr"):
        monkeypatch.setitem(sys.modules, module, None)  # neither can be imported
    target = image if arguments == ["ocr"] else folder
    ended = in_this_process(*arguments, "--engine", "local", target, variables=variables)
    told = ended.stdout if arguments == ["check"] else ended.stderr
    assert ended.returncode == (1 if arguments == ["check"] else 78)
    (line,) = [
        line for line in told.splitlines() if "rapidocr" in line.lower() or "install" in line
    ]
    assert install_extra("local") in line
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("before", [True, False])
def test_common_options_are_taken_before_the_command_or_after_it(
    before: bool, file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    options: list[str | Path] = [
        "-c",
        file,
        "--format",
        "json",
        "--log-level",
        "error",
        "--engine",
        "baidu",
    ]
    arguments = [*options, "ocr", image] if before else ["ocr", *options, image]
    ended = in_this_process(*arguments, variables=with_keys)
    assert ended.stderr == ""
    assert json.loads(ended.stdout)["words_result"] == [{"words": "words", "page": 1}]


def test_an_option_after_the_command_wins(
    file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    ended = in_this_process(
        "-c", file, "--format", "json", "ocr", "--format", "txt", image, variables=with_keys
    )
    assert ended.stdout == "words\n"


def test_two_formats_write_two_sidecars(
    file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    write(folder / "a.png", "words")
    ended = in_this_process(
        "run", "--once", "-c", file, "--format", "txt", "--format", "json", variables=with_keys
    )
    assert ended.returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "a.png.json", "a.png.txt"]


def test_a_fault_of_the_program_shows_no_traceback(image: Path, variables: dict[str, str]) -> None:
    ended = ocr_watcher(
        "ocr", "--engine", "local", image, variables=variables, program=("-c", WITH_A_BUG)
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "ocr-watcher: a fault of this program: RuntimeError",
        "ocr-watcher: --log-level debug shows where",
    ]


def test_a_fault_of_the_program_shows_its_traceback_for_debugging(
    image: Path, variables: dict[str, str]
) -> None:
    ended = ocr_watcher(
        "ocr",
        "--engine",
        "local",
        "--log-level",
        "debug",
        image,
        variables=variables,
        program=("-c", WITH_A_BUG),
    )
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert "RuntimeError: a bug" in ended.stderr


def test_a_reader_that_goes_away_is_no_fault(
    file: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    long = tmp_path / "long.png"
    long.write_bytes(pictures.png("words\n" * 20_000))  # more than a pipe takes in (pipe(7))
    with subprocess.Popen(
        command("ocr", "-c", file, long),
        env=with_keys,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
