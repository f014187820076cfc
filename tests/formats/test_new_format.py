"""A format that a module of its own adds is had from every command, and nothing else is edited.

Its sidecars end like images that are read, as those of a searchable PDF do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import environment, keys_of, ocr_watcher, write_settings
from tests.daemon.daemon import write

if TYPE_CHECKING:
    from subprocess import CompletedProcess

    from tests.simulator.server import Simulator

ROOT = Path(__file__).parents[2]
MAIN = """
import tests.formats.capitals
from ocr_watcher.cli import main
main(prog_name="ocr-watcher")
"""
PROGRAM = ("-c", MAIN)


class Program:
    """The program with a format more, set to a folder."""

    def __init__(self, home: Path, simulator: Simulator, folder: Path) -> None:
        self._variables = environment(home, PYTHONPATH=str(ROOT), **keys_of(simulator))
        self._file = home / "config.yaml"
        self._settings = {
            "folders": [str(folder)],
            "settle_seconds": 0.05,
            "state_dir": str(home / "state"),
            "baidu": {"base_url": simulator.url, "qps": 0},
        }

    def __call__(self, *words: str | Path, **output: object) -> CompletedProcess[str]:
        file = write_settings(self._file, **self._settings, output=output)
        return ocr_watcher("-c", file, *words, variables=self._variables, program=PROGRAM)


@pytest.fixture
def program(tmp_path: Path, simulator: Simulator, folder: Path) -> Program:
    return Program(tmp_path, simulator, folder)


@pytest.mark.parametrize(
    ("naming", "sidecars"),
    [
        ("append", {"scan.jpg.capitals.pdf", "scan.jpg.txt"}),
        ("replace", {"scan.capitals.pdf", "scan.txt"}),
    ],
)
def test_it_is_written_beside_each_image_and_never_taken_for_an_image(
    program: Program, folder: Path, simulator: Simulator, naming: str, sidecars: set[str]
) -> None:
    write(folder / "scan.jpg", "words")
    for _ in range(2):
        ended = program("run", "--once", naming=naming, formats=["capitals", "txt"])
        assert ended.returncode == 0, ended.stderr
        assert {path.name for path in folder.iterdir()} == {"scan.jpg", *sidecars}
    assert simulator.billed() == 1
    assert sorted(path.read_text("utf-8") for path in folder.glob("scan*.*[ft]")) == [
        "WORDS\n",
        "words\n",
    ]


def test_it_is_printed(program: Program, folder: Path) -> None:
    image = write(folder / "scan.jpg", "words")
    assert program("--format", "capitals", "ocr", image).stdout == "WORDS\n"


def test_a_format_that_nobody_adds_is_refused_with_the_names_of_all(program: Program) -> None:
    ended = program("check", formats=["doc"])
    assert "output.formats[0]: must be 'txt', 'alto', 'capitals', " in ended.stdout
    assert ', not "doc"' in ended.stdout
