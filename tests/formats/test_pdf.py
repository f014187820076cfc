"""The searchable PDF is had from the commands, and what it needs is told."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from ocr_watcher.document.page import RecognisedPage
from ocr_watcher.document.page_texts import page_texts
from ocr_watcher.errors import SettingsError
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.settings.load import Overrides, load
from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.install_command import install_extra
from ocr_watcher.values.reading import Line
from tests.commands.program import command, environment, keys_of, ocr_watcher, write_settings
from tests.daemon.daemon import write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


class Program:
    """The program, set to a folder and to an endpoint that tells places."""

    def __init__(self, home: Path, simulator: Simulator, folder: Path) -> None:
        self.variables = environment(home, **keys_of(simulator))
        self._file = home / "config.yaml"
        self._settings = {
            "folders": [str(folder)],
            "settle_seconds": 0.05,
            "state_dir": str(home / "state"),
            "baidu": {"base_url": simulator.url, "qps": 0, "endpoint": "general"},
        }

    def words(self, *words: str | Path, **output: object) -> list[str | Path]:
        return ["-c", write_settings(self._file, **self._settings, output=output), *words]


@pytest.fixture
def program(tmp_path: Path, simulator: Simulator, folder: Path) -> Program:
    return Program(tmp_path, simulator, folder)


def words_in(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].get_textpage().get_text_range().split()
    finally:
        document.close()


def test_added_to_the_settings_of_a_finished_folder_it_costs_no_call(
    program: Program, folder: Path, simulator: Simulator
) -> None:
    for number in range(5):
        write(folder / f"{number}.jpg", f"number {number}")
    for formats in (["txt"], ["txt", "pdf"], ["txt", "pdf"]):
        words = program.words("run", "--once", formats=formats)
        ended = ocr_watcher(*words, variables=program.variables)
        assert ended.returncode == 0, ended.stderr
    for number in range(5):
        made = (folder / f"{number}.jpg.ocr.pdf").read_bytes()
        assert words_in(made) == ["number", str(number)]
    assert simulator.billed() == 5
    assert len(list(folder.iterdir())) == 15


def test_it_is_printed_as_it_is(program: Program, folder: Path) -> None:
    image = write(folder / "scan.jpg", "some words")
    words = program.words("ocr", image, "--format", "pdf")
    ended = subprocess.run(
        command(*words), env=program.variables, capture_output=True, check=True, timeout=60
    )
    assert ended.stdout.startswith(b"%PDF-")
    assert words_in(ended.stdout) == ["some", "words"]


def test_what_to_install_is_told_where_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pikepdf", None)
    file = tmp_path / "config.yaml"
    remedy = f"the packages for pdf are not installed; run: {install_extra('pdf')}"
    file.write_text("output: {formats: [txt, pdf]}")
    with pytest.raises(SettingsError) as raised:
        load(file, Overrides(), {}, folders_needed=False, credentials_needed=False)
    assert raised.value.problems == (f"output.formats[1]: {remedy}",)
    asked = Overrides(formats=("pdf",))
    with pytest.raises(SettingsError) as raised:
        load(None, asked, {}, folders_needed=False, credentials_needed=False)
    assert raised.value.problems == (f"--format: {remedy}",)


def test_with_all_installed_nothing_is_missing() -> None:
    assert FORMATS.named("pdf").remedy is None


def line(text: str, left: int, top: int) -> Line:
    return Line(text, Rectangle(left, top, 20 * len(text), 30))


def page(*lines: Line, own_text: bool = False) -> RecognisedPage:
    return RecognisedPage(1, 1000, 800, lines, own_text=own_text)


def test_lines_are_laid_in_the_order_in_which_they_are_read() -> None:
    (text,) = page_texts([page(line("below here", 50, 300), line("above it", 50, 100))])
    words = [[(word.text, word.spaced) for word in words] for words in text.lines]
    assert words == [[("above", True), ("it", False)], [("below", True), ("here", False)]]
    assert (text.number, text.width, text.height) == (1, 1000, 800)


def test_what_stands_side_by_side_is_laid_as_one_row() -> None:
    (text,) = page_texts([page(line("2.95", 700, 102), line("Rye bread", 50, 100))])
    words = [[(word.text, word.spaced) for word in words] for words in text.lines]
    assert words == [[("Rye", True), ("bread", True), ("2.95", False)]]


def test_nothing_is_laid_over_a_page_that_shows_its_own_text() -> None:
    (text,) = page_texts([page(line("own", 50, 100), own_text=True)])
    assert text.lines == ()


def test_a_line_without_a_place_is_not_laid_anywhere() -> None:
    (text,) = page_texts([page(Line("nowhere"))])
    assert text.lines == ()
