"""The settings file of an installed service, which other users may not read."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import command, write_settings
from tests.daemon.daemon import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

PROGRAM = """
import pathlib, sys
import ocr_watcher.settings.load as load
load.SYSTEM_FILE = pathlib.Path(sys.argv.pop(1))
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""
AS_ANYBODY = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@pytest.fixture
def system_file(tmp_path: Path, settings: dict[str, object]) -> Path:
    file = write_settings(tmp_path / "system.yaml", **settings)
    file.chmod(0)
    return file


def run(
    system_file: Path, *arguments: str | Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    words = command(system_file, "--log-level", "error", *arguments, program=("-c", PROGRAM))
    return subprocess.run(
        [*(AS_ANYBODY if os.geteuid() == 0 else ()), *words],
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", ["status", "check"])
def test_where_folders_are_named_it_is_passed_over_with_one_line(
    name: str, system_file: Path, folder: Path, with_keys: dict[str, str], simulator: Simulator
) -> None:
    ended = run(system_file, name, folder, variables=with_keys | {"XDG_STATE_HOME": str(folder)})
    line = f"ocr-watcher: {system_file} is passed over: this user may not read it\n"
    assert ended.stderr == line
    assert str(folder) in ended.stdout


def test_where_the_environment_names_folders_it_is_passed_over_as_well(
    system_file: Path, folder: Path, with_keys: dict[str, str], simulator: Simulator
) -> None:
    named = {"XDG_STATE_HOME": str(folder), "OCR_WATCHER_FOLDERS": str(folder)}
    ended = run(system_file, "check", variables=with_keys | named)
    assert ended.stderr == (
        f"ocr-watcher: {system_file} is passed over: this user may not read it\n"
    )
    assert f"ok    folder {folder}: " in ended.stdout


def test_where_files_are_named_it_is_passed_over_as_well(
    system_file: Path, folder: Path, with_keys: dict[str, str]
) -> None:
    image = write(folder / "a.png", "words")
    image.write_bytes(b"")
    ended = run(system_file, "ocr", image, variables=with_keys)
    assert ended.stderr.startswith(f"ocr-watcher: {system_file} is passed over")
    assert ended.returncode == 1


@pytest.mark.parametrize("name", ["run", "check", "status", "retry"])
def test_where_nothing_is_named_it_is_an_error_that_says_what_to_type(
    name: str, system_file: Path, variables: dict[str, str]
) -> None:
    ended = run(system_file, name, variables=variables)
    what = "[PATH]..." if name == "retry" else "[FOLDER]..."
    assert ended.stderr == (
        f"ocr-watcher: {system_file}: this user may not read it; name what it is about "
        f"(ocr-watcher {name} {what}), or ask as the service: "
        f"sudo -u ocr-watcher ocr-watcher {name}\n"
    )
    assert (ended.returncode, ended.stdout) == (78, "")


def test_words_to_find_name_no_folder(system_file: Path, variables: dict[str, str]) -> None:
    ended = run(system_file, "find", "words", variables=variables)
    assert ended.stderr == (
        f"ocr-watcher: {system_file}: this user may not read it; name another one with --config, "
        "or ask as the service: sudo -u ocr-watcher ocr-watcher find WORD...\n"
    )
    assert (ended.returncode, ended.stdout) == (78, "")


def test_one_that_was_asked_for_is_an_error(
    system_file: Path, folder: Path, variables: dict[str, str]
) -> None:
    ended = run(system_file, "status", "-c", system_file, folder, variables=variables)
    assert ended.returncode == 2
    assert "is not readable" in ended.stderr
    variables["OCR_WATCHER_CONFIG"] = str(system_file)
    ended = run(system_file, "status", folder, variables=variables)
    assert ended.returncode == 78
    assert f"{system_file}: cannot be read: Permission denied" in ended.stderr
