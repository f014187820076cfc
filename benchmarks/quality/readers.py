"""The readers of the pages: the program as people run it, RapidOCR alone, and tesseract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml

from benchmarks.quality.score import has_ideographs
from benchmarks.running import ROOT, environment, reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.quality.truth import Page
    from benchmarks.stage import Stage

OURS, _LINES, _MARKDOWN, _TESSERACT = "ours", "RapidOCR's lines", "its Markdown", "tesseract"
OTHERS = (_LINES, _MARKDOWN, _TESSERACT)
"""The names of the readers with which the program is compared."""

_ENGLISH, _CHINESE = "eng", "chi_sim"
"""The languages by their names in tesseract; the package tesseract-ocr-chi-sim has the second."""


def texts(pages: Sequence[Page], stage: Stage) -> dict[str, list[str]]:
    """Let each reader read all pages.

    Returns:
        The texts of the pages, by the reader's name; one that is not installed is missing.
    """
    pictures = [page.picture for page in pages]
    read = {OURS: _of_ours(pictures, stage)}
    with reference("rapidocr_texts") as rapidocr:
        for picture in stage.steps(pictures, "RapidOCR", "page"):
            rapidocr.work([picture])
    read[_LINES] = [_text(picture, "lines") for picture in pictures]
    read[_MARKDOWN] = [_text(picture, "markdown") for picture in pictures]
    if program := _tesseract():
        steps = stage.steps(pages, "tesseract", "page")
        read[_TESSERACT] = [_of_tesseract(program, page) for page in steps]
    return read


def _of_ours(pictures: Sequence[Path], stage: Stage) -> list[str]:
    """Run the program once over a folder with all pictures, with its default settings."""
    with stage.directory("ours") as directory:
        folder = directory / "scans"
        folder.mkdir()
        copies = [shutil.copyfile(picture, folder / picture.name) for picture in pictures]
        settings = directory / "config.yaml"
        state = str(directory / "state")
        chosen = {"folders": [str(folder)], "state_dir": state, "engine": "local"}
        settings.write_text(yaml.safe_dump(chosen), "utf-8")
        command = [sys.executable, "-m", "ocr_watcher", "run", "--once", "--log-level", "error"]
        # A picture that fails, which makes the exit status 1, has an empty text here.
        finished = subprocess.run(
            [*command, "-c", str(settings)],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if finished.returncode > 1:
            raise RuntimeError(f"ocr-watcher ended with status {finished.returncode}")
        return [_text(copy, "txt") for copy in copies]


def _text(picture: Path, kind: str) -> str:
    file = picture.with_name(f"{picture.name}.{kind}")
    return file.read_text("utf-8") if file.exists() else ""


def _tesseract() -> str | None:
    """Return the path of the program if it is installed with both languages, else None."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=True)
    return program if {_ENGLISH, _CHINESE} <= set(listed.stdout.split()) else None


def _of_tesseract(program: str, page: Page) -> str:
    """Read a page with the languages that it has, as a person would name them."""
    languages = f"{_CHINESE}+{_ENGLISH}" if has_ideographs(page.blocks) else _ENGLISH
    command = [program, str(page.picture), "stdout", "-l", languages]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()
