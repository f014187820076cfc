"""The readers of the pages: the daemon, RapidOCR as shipped, and tesseract."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from PIL import Image

from benchmarks.arrivals import Arrivals
from benchmarks.daemon import Daemon
from benchmarks.local.difference import PlacedLine
from benchmarks.running import environment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.local.specimens import Specimen
    from benchmarks.running import Reference

_LONGEST = 1800.0
_BOTH = ("txt", "json")


def daemon(directory: Path, name: str, **settings: object) -> Daemon:
    """Return a daemon that writes text and places, with a directory of its own.

    Args:
        directory: The directory that its own one is made in.
        name: The name of its directory.
        settings: The settings of its settings file.
    """
    own = directory / name
    own.mkdir()
    return Daemon(own, None, settings={"output": {"formats": list(_BOTH)}, **settings})


def drop(running: Daemon, pictures: Sequence[Path]) -> float:
    """Put pictures into a daemon's folder at once.

    Returns:
        The seconds until the last of them had its text.
    """
    wanted = [f"{picture.name}.{kind}" for picture in pictures for kind in _BOTH]
    with Arrivals(running.folder) as arrivals:
        started = time.monotonic()
        for picture in pictures:
            # Written there and not moved: the program trusts a close at once, and not a rename.
            shutil.copyfile(picture, running.folder / picture.name)
        return arrivals.wait_for(*wanted, within=_LONGEST) - started


class Ours:
    """A daemon with the local engine."""

    def __init__(self, running: Daemon) -> None:
        self._daemon = running

    def read(self, pages: Sequence[Specimen]) -> float:
        """Put the pages into its folder at once, and return the seconds until all have a text."""
        return drop(self._daemon, [one.page.picture for one in pages])

    def text(self, one: Specimen) -> str:
        """Return the text of a page that it has read."""
        return self._sidecar(one, "txt")

    def lines(self, one: Specimen) -> list[PlacedLine]:
        """Return the lines of a page that it has read, in pixels of `Specimen.square`."""
        told = json.loads(self._sidecar(one, "json"))
        page = told["pages"][0]
        with Image.open(one.square) as image:
            across, down = image.width / page["width"], image.height / page["height"]
        return [_placed(line, across, down) for line in told["words_result"]]

    def _sidecar(self, one: Specimen, kind: str) -> str:
        name = f"{one.page.picture.name}.{kind}"
        return (self._daemon.folder / name).read_text("utf-8")


class RapidOcr:
    """RapidOCR as shipped."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def read(self, pages: Sequence[Specimen]) -> float:
        """Read one page after the other, and return the seconds it took."""
        return self._reference.work([one.square for one in pages]).wall

    def text(self, one: Specimen) -> str:
        """Return the text of a page that it has read: a row for each of its lines."""
        return "\n".join(line.text for line in self.lines(one))

    def lines(self, one: Specimen) -> list[PlacedLine]:
        """Return the lines of a page that it has read."""
        told = one.square.with_name(f"{one.square.name}.rapidocr").read_text("utf-8")
        return [
            PlacedLine(text, tuple((x, y) for x, y in corners), turned)
            for text, corners, turned in json.loads(told)
        ]


class Tesseract:
    """Tesseract, as a person calls it: a process for each page.

    Args:
        program: The path of tesseract.
        at_once: The number of pages that are read at once. A page alone has all the threads that
            tesseract wants. Several pages have one each, as its documentation advises.
    """

    def __init__(self, program: str, at_once: int = 1) -> None:
        self._program = program
        self._pool = ThreadPoolExecutor(at_once)
        alone = at_once == 1
        self._environment = environment(**({} if alone else {"OMP_THREAD_LIMIT": "1"}))
        self._texts: dict[str, str] = {}

    def read(self, pages: Sequence[Specimen]) -> float:
        """Read the pages, and return the seconds it took."""
        started = time.monotonic()
        texts = list(self._pool.map(self._read_one, pages))
        taken = time.monotonic() - started
        self._texts.update(zip((str(one.square) for one in pages), texts, strict=True))
        return taken

    def text(self, one: Specimen) -> str:
        """Return the text of a page that it has read."""
        return self._texts[str(one.square)]

    def _read_one(self, one: Specimen) -> str:
        language = "chi_sim" if one.is_chinese else "eng"
        command = [self._program, str(one.square), "-", "-l", language]
        finished = subprocess.run(
            command,
            env=self._environment,
            capture_output=True,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        return finished.stdout.decode()


def processors() -> int:
    """Return the number of processors that this process may use."""
    return len(os.sched_getaffinity(0))


def _placed(line: dict[str, Any], across: float, down: float) -> PlacedLine:
    corners = ((corner["x"] * across, corner["y"] * down) for corner in line["vertexes_location"])
    return PlacedLine(line["words"], tuple(corners))
