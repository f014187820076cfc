"""The man pages, and the script that writes them for packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import click
import pytest

from ocr_watcher.cli import main
from ocr_watcher.errors import EXIT_FAILED, EXIT_SETTINGS, EXIT_USAGE
from ocr_watcher.settings.catalogue import settings
from tests.docs.building import manuals
from tests.docs.commands import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("man") is None, reason="man-db is not installed"),
]

A_DAY = "1760000000"  # 9 October 2025
_UNDERLINED_OR_BOLD = re.compile("\x1b\\[[0-9;]*m|.\b")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the script wrote."""
    return manuals(tmp_path_factory.mktemp("manuals"), SOURCE_DATE_EPOCH=A_DAY)


@pytest.fixture(scope="module")
def command_line(written: Path) -> str:
    """What a terminal shows of the page about the commands."""
    return shown(written / "man1/ocr-watcher.1")


def shown(page: Path, width: int = 80) -> str:
    """Returns a page as man shows it, and fails where there is a warning."""
    ended = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", page],
        env=os.environ | {"MANWIDTH": str(width), "MANROFFOPT": "-c", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stderr == ""
    return _UNDERLINED_OR_BOLD.sub("", ended.stdout)


def words_of(text: str) -> str:
    """Returns a text on one line."""
    return " ".join(text.split())


@pytest.mark.parametrize("page", ["man1/ocr-watcher.1", "man5/ocr-watcher.yaml.5"])
@pytest.mark.parametrize("width", [80, 200])
def test_they_are_shown_without_a_warning_or_a_broken_word_in_narrow_and_wide_terminals(
    written: Path, page: str, width: int
) -> None:
    text = shown(written / page, width)
    sections = re.findall(r"(?m)^[A-Z].*", text)
    assert {"NAME", "SYNOPSIS", "DESCRIPTION", "SEE ALSO"} <= set(sections)
    assert "\u2010" not in text, "a hyphen breaks what is to be copied"


def test_the_page_of_the_commands_has_the_help_of_each(command_line: str) -> None:
    words = words_of(command_line)
    for name, command in COMMANDS.items():
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        assert f"ocr-watcher {name} {usage}" in words
        first_sentence = words_of((command.help or "").partition(".")[0])
        assert first_sentence in words


def test_it_has_each_option_once_where_it_belongs(command_line: str) -> None:
    listed = re.findall(r"\n\n       (-.*?)(?=  |\n)", command_line)
    common = {name for option in main.params for name in option.opts}
    own = [
        name
        for command in COMMANDS.values()
        for option in command.params
        if isinstance(option, click.Option)
        for name in option.opts
        if name not in common
    ]
    told = [name for line in listed for name in re.findall(r"--?[a-z][a-z-]*", line)]
    assert sorted(told) == sorted([*own, *common])


def test_it_has_the_exit_statuses(command_line: str) -> None:
    section = command_line.partition("\nEXIT STATUS\n")[2].partition("\nFILES\n")[0]
    told = {int(number) for number in re.findall(r"(?m)^       (\d+)", section)}
    assert told == {0, EXIT_FAILED, EXIT_USAGE, EXIT_SETTINGS}


def test_the_page_of_the_settings_has_each_with_its_default(written: Path) -> None:
    page = shown(written / "man5/ocr-watcher.yaml.5", width=200)
    listed = re.split(r"(?m)^       (?=\S)", page)
    items = {item.split()[0]: words_of(item) for item in listed}
    for setting in settings():
        item = items[setting.path]
        assert not setting.default or f"Default: {setting.default}" in item
        assert not setting.variable or f"Environment: {setting.variable}" in item


def test_two_runs_write_the_same_bytes(written: Path, tmp_path: Path) -> None:
    again = manuals(tmp_path, SOURCE_DATE_EPOCH=A_DAY)
    assert contents(again) == contents(written)


def contents(directory: Path) -> dict[str, bytes]:
    """Returns the files below a directory."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    return {str(file.relative_to(directory)): file.read_bytes() for file in files}


def test_the_script_writes_what_packages_bring_along(written: Path) -> None:
    assert set(contents(written)) == {
        "man1/ocr-watcher.1",
        "man5/ocr-watcher.yaml.5",
        "completions/bash/ocr-watcher",
        "completions/zsh/_ocr-watcher",
        "completions/fish/ocr-watcher.fish",
    }


def test_without_sphinx_it_says_what_to_do(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(subprocess.CalledProcessError) as raised:
        manuals(tmp_path / "out", PYTHON=str(python))
    told = f"make-manuals: {python} lacks Sphinx; do this: {python} -m pip install '.[docs]'\n"
    assert raised.value.stderr.decode() == told
