"""Figures of speed: pages a minute, and the time of a page that comes alone."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from benchmarks.local.names import AT_ONCE, ONE, RAPIDOCR, TESSERACT, TWO
from benchmarks.report import AtLeast, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.local.contest import Round

_FASTER = AtLeast(1.8)
_SOONER = AtLeast(1.6)


def of_many(rounds: Sequence[tuple[int, Round]]) -> Iterator[Figure]:
    """Yield the pages a minute over all rounds, beside RapidOCR's.

    Args:
        rounds: For each round the number of its pages, and the seconds of each reader.
    """
    rates = {name: _pages_a_minute(rounds, name) for name in rounds[0][1]}
    details = {"rounds": [{"pages": number, **took} for number, took in rounds]}
    for name in (ONE, TWO):
        ours, theirs = rates[name], rates[RAPIDOCR]
        middle = median(took[RAPIDOCR] / took[name] for _, took in rounds)
        yield Figure(
            f"{name}: pages a minute, times RapidOCR's",
            ours / theirs,
            "",
            f"{ours:.1f} and {theirs:.1f}; median of the rounds {middle:.2f}",
            _FASTER,
            details,
        )
    for name in (TESSERACT, AT_ONCE):
        beside = f"{ONE} {rates[ONE]:.1f}, {TWO} {rates[TWO]:.1f}, RapidOCR {rates[RAPIDOCR]:.1f}"
        if name not in rates:
            beside = f"tesseract is not installed; {beside}"
        yield Figure(f"{name}: pages a minute", rates.get(name, 0.0), "", beside)


def of_one(waits: Sequence[Round]) -> Iterator[Figure]:
    """Yield how much sooner a page that comes alone has its text.

    Args:
        waits: For each page the seconds of each reader.
    """
    alone = median(took[RAPIDOCR] for took in waits)
    for name in (ONE, TWO):
        ours = median(took[name] for took in waits)
        yield Figure(
            f"{name}: a lone page's text, times sooner than RapidOCR's",
            median(took[RAPIDOCR] / took[name] for took in waits),
            "",
            f"{ours:.2f} and {alone:.2f} s",
            _SOONER,
            {"pages": list(waits)},
        )


def _pages_a_minute(rounds: Sequence[tuple[int, Round]], name: str) -> float:
    return 60 * sum(number for number, _ in rounds) / sum(took[name] for _, took in rounds)
