"""What other programs find in a PDF."""

from __future__ import annotations

import difflib
import io
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    Box = tuple[float, float, float, float]

needs_poppler = pytest.mark.skipif(
    not (shutil.which("pdftotext") and shutil.which("pdfimages")),
    reason="needs pdftotext and pdfimages (Debian: poppler-utils)",
)
needs_qpdf = pytest.mark.skipif(not shutil.which("qpdf"), reason="needs qpdf")

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)
_DIRECTIONS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u200e\u200f"))
"""What pdftotext writes around writing of the other direction."""


@dataclass(frozen=True)
class ShownPage:
    """A page as poppler finds it: in points, from the upper left corner as a viewer shows it."""

    size: tuple[float, float]
    words: tuple[tuple[str, Box], ...]

    @property
    def text(self) -> list[str]:
        return [word for word, _ in self.words]


def run(*command: str | Path, data: bytes = b"") -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def poppler_pages(pdf: bytes) -> list[ShownPage]:
    shown = run("pdftotext", "-bbox", "-", "-", data=pdf).decode()
    pages = []
    for width, height, content in _PAGE.findall(shown):
        words = (
            (unescape(text).translate(_DIRECTIONS), tuple(map(float, box)))
            for *box, text in _WORD.findall(content)
        )
        pages.append(ShownPage((float(width), float(height)), tuple(words)))
    return pages


def poppler_text(pdf: bytes, *options: str) -> str:
    return run("pdftotext", *options, "-", "-", data=pdf).decode().translate(_DIRECTIONS)


def pdfium_text(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].get_textpage().get_text_range()
    finally:
        document.close()


def is_sound(pdf: bytes, folder: Path) -> bool:
    """Whether qpdf finds no fault, not even a warning."""
    file = folder / "checked.pdf"
    file.write_bytes(pdf)
    return "No syntax or stream encoding errors found" in run("qpdf", "--check", file).decode()


def raw_images(pdf: bytes) -> list[bytes]:
    """The bytes of the pictures on the pages, as they are encoded."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [
            image.read_raw_bytes() for page in opened.pages for image in page.get_images().values()
        ]


def found_in_order(wanted: Sequence[str], found: Sequence[str]) -> float:
    """The share of the words that are found in order."""
    blocks = difflib.SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def overlap(one: Box, other: Box) -> float:
    """The intersection of two boxes over their union."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(0.0, width) * max(0.0, height)
    return shared / (_area(one) + _area(other) - shared)


def box_of(points: Iterable[tuple[float, float]]) -> Box:
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
