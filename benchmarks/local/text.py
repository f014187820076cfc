"""Figures of text: its difference from RapidOCR's, and the share of the words that was read."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks.local.difference import Difference, difference
from benchmarks.local.names import ONE, RAPIDOCR, TESSERACT, TWO
from benchmarks.quality.score import Score, score
from benchmarks.report import AtLeast, AtMost, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.local.difference import PlacedLine
    from benchmarks.local.specimens import Specimen

    Texts = Mapping[str, Sequence[str]]
    """The text of each page, by the reader's name; one that is not installed is missing."""

    Lines = Mapping[str, Sequence[Sequence[PlacedLine]]]
    """The lines of each page, by the reader's name; one that is not installed is missing."""

_OTHERS = AtMost(0.2)


def of_difference(pages: Sequence[Specimen], lines: Lines) -> Iterator[Figure]:
    """Yield the share of characters that differ from RapidOCR's, in per cent of its characters.

    One figure counts the passages in which both have one line at the same place that RapidOCR did
    not turn. There the difference comes from the runtime of the models and from the pixels that are
    cut out for them. The figure for all passages also has the lines that only one of them finds,
    and the lines that RapidOCR turns and our program does not.
    """
    one, two = (
        [difference(*both) for both in zip(lines[RAPIDOCR], lines[name], strict=True)]
        for name in (ONE, TWO)
    )
    total, other = sum(one, Difference()), sum(two, Difference())
    kinds = {
        kind: sum(
            (its for page, its in zip(pages, one, strict=True) if page.kind == kind), Difference()
        )
        for kind in dict.fromkeys(page.kind for page in pages)
    }
    details = {page.page.name: asdict(its) for page, its in zip(pages, one, strict=True)}
    what = f"{len(pages)} pages: characters other than RapidOCR's"
    common = ", ".join(f"{kind} {its.common_share:.2f}" for kind, its in kinds.items())
    yield Figure(
        f"{what}, on lines at the same place",
        total.common_share,
        "%",
        f"{common}; {TWO} {other.common_share:.2f}; {total.coverage:.1f} % of all its characters",
        _OTHERS,
        details,
    )
    every = ", ".join(f"{kind} {its.share:.2f}" for kind, its in kinds.items())
    beside = f"{every}; {TWO} {other.share:.2f}"
    yield Figure(f"{what}, on all lines", total.share, "%", beside)


def of_words(pages: Sequence[Specimen], texts: Texts) -> Iterator[Figure]:
    """Yield the F1 of words of all pages, beside that of the other readers."""
    scores = {
        name: [score(page.page.blocks, text) for page, text in zip(pages, its, strict=True)]
        for name, its in texts.items()
    }
    total = {name: sum(its, Score()).f1 for name, its in scores.items()}
    tesseract = f"{total[TESSERACT]:.4f}" if TESSERACT in total else "not installed"
    yield Figure(
        f"{len(pages)} pages: words, F1",
        total[ONE],
        "",
        f"{TWO} {total[TWO]:.4f}, RapidOCR {total[RAPIDOCR]:.4f}, tesseract {tesseract}",
        AtLeast(total[RAPIDOCR]),
        {
            page.page.name: {name: scores[name][at].f1 for name in scores}
            for at, page in enumerate(pages)
        },
    )
