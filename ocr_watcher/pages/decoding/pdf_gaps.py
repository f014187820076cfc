"""What stands between the runs of a line of a PDF: a space, or nothing within a word.

PDFium tells a run for each letter where the letters of a word are set apart, as in the name at the
head of a letter, and where a page is printed letter by letter.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocr_watcher.pages.decoding.pdf_runs import PdfRun

# Gaps are in heights of the writing.

_LETTERS_APART, _WORDS_APART = 0.12, 0.6
"""Widest gap between two letters of a word, and between two words, where PDFium ends a line between
them. It does so on a page whose text objects print one letter each, if it takes the page for one
that is written downwards."""

_OVERLAP = 0.3
"""The most that two letters of a word reach into each other."""

_NARROWEST = 0.1
"""The least width of a character of level writing: less than that of an ``l``."""

_LEAST_LETTERS = 5
"""Letters that stand apart and are words. Fewer may be words of one letter each."""

_WIDER = 0.2
"""Two words are farther apart than two letters by at least so much: most of a space."""


def is_right_of(before: PdfRun, run: PdfRun) -> bool:
    """Return whether a run stands where the line of another one goes on, although PDFium ends it.

    A column of vertical writing may be one run, which is then as high as the column.
    """
    if not (_is_level(before) and _is_level(run)):
        return False
    return -_OVERLAP <= gap_of(before, run) <= _WORDS_APART


def _is_level(run: PdfRun) -> bool:
    return run.end - run.begin >= _NARROWEST * run.height * len(run.text)


def gap_of(before: PdfRun, run: PdfRun) -> float:
    """Return the gap between a run and the one on the right of it."""
    return (run.begin - before.end) / max(before.height, run.height, 1.0)


def gaps_of(runs: Sequence[PdfRun]) -> Iterator[str]:
    """Yield what stands between each run of a line and the next one."""
    alone = groupby(range(len(runs)), lambda at: len(runs[at].text) == 1)
    within = set[int]()
    for is_alone, places in alone:
        if is_alone:
            within |= _within_words(runs, [*places])
    for at, (before, run) in enumerate(pairwise(runs), 1):
        is_cut = run.begins and gap_of(before, run) < _LETTERS_APART
        yield "" if is_cut or at in within else " "


def _within_words(runs: Sequence[PdfRun], places: Sequence[int]) -> set[int]:
    """Return which runs of one character each go on with the word of the run before."""
    letters = [runs[at].text for at in places if runs[at].text.isalpha()]
    if len(letters) < _LEAST_LETTERS or _is_alphabet(letters):
        return set()
    gaps = {at: gap_of(runs[at - 1], runs[at]) for at in places[1:]}
    usual = median(gaps.values())
    if usual > _WORDS_APART:
        return set()
    return {at for at, gap in gaps.items() if gap < usual + _WIDER}


def _is_alphabet(letters: Sequence[str]) -> bool:
    return all(ord(after) == ord(before) + 1 for before, after in pairwise(letters))
