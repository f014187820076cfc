"""The pages that the local engine and others read: print, receipts and faxes, with their truth."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING

from PIL import Image

from benchmarks.quality.score import has_ideographs
from benchmarks.quality.truth import given, printed
from tests.scans.papers import KINDS
from tests.scans.prose import chinese, english
from tests.scans.typeset import CHINESE, MONO, SANS, SERIF, Sheet, Text, column

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.quality.truth import Page
    from benchmarks.stage import Stage
    from tests.scans.typeset import Paper

LATIN, CHINESE_PRINT, RECEIPTS, FAXES = "Latin", "Chinese", "receipts", "faxes"
"""The kinds of pages."""

_LINES = 41
"""The number of lines of a full page of A4."""
_LEFT, _TOP, _WIDTH = 57, 80, 481
_ALL = 10_000
_SENTENCES = 24
_GOODS = 18

_LATIN_KINDS = ("letter", "form", "two_columns", "table", "fine_headline", "footnote")
_CHINESE_KINDS = ("chinese_columns", "chinese_list", "chinese_downwards")

_FAX_ACROSS, _FAX_FINE, _FAX_COARSE = 204, 196, 98
"""The resolutions of fax machines, in dots an inch (TIFF for fax, RFC 2301, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A page that all readers read.

    Attributes:
        kind: The kind: `LATIN`, `CHINESE_PRINT`, `RECEIPTS` or `FAXES`.
        page: The picture with its truth.
        square: The picture for readers that ignore a resolution which differs across and down. It
            is the same file, except for a coarse fax: its rows are drawn out here.
    """

    kind: str
    page: Page
    square: Path

    @property
    def is_chinese(self) -> bool:
        """Whether it has Chinese characters."""
        return has_ideographs(self.page.blocks)


def specimens(directory: Path, stage: Stage) -> list[Specimen]:
    """Make the pages that are compared: sixty, or one of each kind for a quick run.

    Args:
        directory: The directory that the pictures are written to.
        stage: The stage; its truth gives the receipts, as far as it has any.
    """
    latin = [_full_page(number) for number in range(stage.scaled(10, 1))]
    latin += [KINDS[kind]() for kind in stage.scaled(_LATIN_KINDS, ())]
    ideographs = [_chinese_page(number) for number in range(stage.scaled(9, 1))]
    ideographs += [KINDS[kind]() for kind in stage.scaled(_CHINESE_KINDS, ())]
    sets = (
        [_saved(LATIN, number, paper, directory) for number, paper in enumerate(latin)],
        [
            _saved(CHINESE_PRINT, number, paper, directory)
            for number, paper in enumerate(ideographs)
        ],
        _receipts(directory, stage.scaled(20, 1), stage.truth),
        [_fax(number, directory) for number in range(stage.scaled(12, 1))],
    )
    # One of each kind in turn, so that each round has several kinds.
    return [one for one in chain(*zip_longest(*sets)) if one is not None]


def further(directory: Path, first: int, number: int) -> list[Specimen]:
    """Make more pages of A4 at 150 dots an inch, with 41 lines each.

    Args:
        directory: The directory that the pictures are written to.
        first: The number of the first page, at least 1000. Each number gives a different page.
        number: The number of pages.
    """
    papers = ((at, _full_page(at, dpi=150)) for at in range(first, first + number))
    return [_saved(LATIN, at, paper, directory) for at, paper in papers]


def _full_page(number: int, dpi: int = 0) -> Paper:
    """Print a page of 41 lines: at 150 dots an inch, one of four at 300."""
    sheet = Sheet(dpi=dpi or (300 if number % 4 == 1 else 150))
    _print_lines(sheet, number)
    return sheet.scanned(f"{_LINES} lines, {number}")


def _print_lines(sheet: Sheet, number: int) -> None:
    words = english(0, _ALL).split()
    first = 37 * number % len(words)
    text = " ".join([*words[first:], *words, *words])
    face = (SERIF, SANS, MONO)[number % 3]
    rows = column(text, _LEFT, _TOP, _WIDTH, face=face)[:_LINES]
    numbered = [replace(rows[0][0], words=f"Sheet {number}")]
    sheet.block([numbered, *rows[1:]])


def _chinese_page(number: int) -> Paper:
    sheet = Sheet(dpi=300 if number % 4 == 1 else 150)
    first = 5 * number % _SENTENCES
    text = chinese(first, _SENTENCES) + chinese(0, first)
    size = (11, 13, 16)[number % 3]
    sheet.block(column(text, _LEFT, _TOP, _WIDTH, size=size, face=CHINESE))
    return sheet.scanned(f"Chinese, {number}")


def _receipts(directory: Path, number: int, truth: Path | None) -> list[Specimen]:
    """Take a person's own receipts, and draw those that are missing."""
    pages = [] if truth is None else list(islice(given(truth, directory), number - number // 10))
    own = [Specimen(RECEIPTS, page, page.picture) for page in pages]
    missing = range(number - len(own))
    return own + [_saved(RECEIPTS, at, _till_receipt(at), directory) for at in missing]


def _till_receipt(number: int) -> Paper:
    """Print a receipt, on which articles stand at the left and prices at the right."""
    chance = random.Random(number)
    sheet = Sheet(dpi=190, size=(227, 90 + 18 * _GOODS))
    sheet.block([(Text(50, 20, "GREEN BASKET", 16),), (Text(14, 46, f"Receipt {number:06}", 10),)])
    words = english(0, _ALL).replace(".", "").replace(",", "").split()
    rows = []
    for row in range(_GOODS):
        article = " ".join(chance.sample(words, 2)).capitalize()[:20]
        price, top = f"{chance.uniform(0.5, 99):.2f}", 70 + 18 * row
        rows.append((Text(14, top, article, 10, MONO), Text(212, top, price, 10, MONO, right=True)))
    sheet.block(rows)
    return sheet.scanned(f"receipt {number}", crooked=(0, 0.8, -1.2)[number % 3])


def _fax(number: int, directory: Path) -> Specimen:
    """Print a page and send it by fax: fine and coarse in turns."""
    down = (_FAX_COARSE, _FAX_FINE)[number % 2]
    sheet = Sheet(dpi=_FAX_ACROSS)
    _print_lines(sheet, 500 + number)
    paper = sheet.scanned(f"fax of {_FAX_ACROSS} x {down} dpi, {number}")
    grey = paper.drawing.image
    height = round(grey.height * down / _FAX_ACROSS)
    bits = grey.resize((grey.width, height), Image.Resampling.BOX)
    bits = bits.point(_black_or_white()).convert("1")
    picture = directory / f"fax-{number}.tif"
    bits.save(picture, compression="group3", dpi=(_FAX_ACROSS, down))
    page = printed(paper, picture)
    return Specimen(FAXES, page, picture if down == _FAX_FINE else _drawn_out(picture, bits))


def _drawn_out(picture: Path, bits: Image.Image) -> Path:
    """Draw a coarse fax out to square pixels, as every viewer shows it."""
    square = picture.with_suffix(".png")
    height = round(bits.height * _FAX_ACROSS / _FAX_COARSE)
    grey = bits.convert("L").resize((bits.width, height), Image.Resampling.BICUBIC)
    grey.save(square, dpi=(_FAX_ACROSS, _FAX_ACROSS))
    return square


def _black_or_white() -> Callable[[int], int]:
    return lambda value: 255 if value > 127 else 0  # noqa: PLR2004  the middle of grey


def _saved(kind: str, number: int, paper: Paper, directory: Path) -> Specimen:
    picture = directory / f"{kind}-{number}.jpg"
    paper.drawing.image.save(picture, quality=90, dpi=(paper.dpi, paper.dpi))
    return Specimen(kind, printed(paper, picture), picture)
