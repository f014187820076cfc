"""Measures how well the text agrees with the page, beside RapidOCR alone and tesseract."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from benchmarks.quality.readers import OTHERS, OURS, texts
from benchmarks.quality.score import Score, score
from benchmarks.quality.truth import drawn, given
from benchmarks.report import AtLeast, AtMost, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.stage import Stage

    _Scores = Mapping[str, Score]
    """The results by reader; one that is not installed is missing."""

TITLE = "Quality"

_DRAWN, _GIVEN = "drawn", "--truth"
"""The names of the two sets of pages."""


@dataclass(frozen=True, slots=True)
class _Measure:
    """One figure for a set of pages.

    Attributes:
        what: The name of the figure.
        value: The property of the score with its value.
        over: The count of which it is a share. There is no figure if the count is 0.
        aims: The aim for each set of pages.
    """

    what: str
    value: str
    over: str
    aims: Mapping[str, AtLeast | AtMost] = field(default_factory=dict)


_MEASURES = (
    _Measure("words, recall", "recall", "wanted"),
    _Measure("words, precision", "precision", "wanted"),
    _Measure("words, F1", "f1", "wanted", {_GIVEN: AtLeast(0.955)}),
    _Measure("character error", "character_error", "characters", {_GIVEN: AtMost(0.018)}),
    _Measure("rows whole", "rows_whole", "rows", {_GIVEN: AtLeast(0.83)}),
    _Measure("rows whole, of those read", "read_rows_whole", "rows", {_GIVEN: AtLeast(0.94)}),
    _Measure("rows joined with another", "rows_joined", "told"),
    _Measure("pages in order", "order", "ordered", {_DRAWN: AtLeast(1)}),
)


def measure(stage: Stage) -> Iterator[Figure]:
    """Let each reader read the drawn pages and those of `Stage.truth` in one run."""
    every = stage.scaled(1, 5)
    with stage.directory("pages") as directory:
        pages = [(_DRAWN, page) for page in drawn(directory, every)]
        if stage.truth is not None:
            pages += [(_GIVEN, page) for page in given(stage.truth, directory, every)]
        read = texts([page for _, page in pages], stage)
    scores = [
        (label, page.name, {name: score(page.blocks, found[at]) for name, found in read.items()})
        for at, (label, page) in enumerate(pages)
    ]
    for label in (_DRAWN, _GIVEN):
        yield from of_all(label, [each for its, _, each in scores if its == label])
    for label, name, each in scores:
        if label == _DRAWN:
            yield of_one(name, each)


def of_all(label: str, scores: Sequence[_Scores]) -> Iterator[Figure]:
    """Yield the figures of a set of pages, counted over all of them; none if there are no pages."""
    if not scores:
        return
    total = {name: sum((each[name] for each in scores), Score()) for name in scores[0]}
    details = {name: asdict(its) for name, its in total.items()}
    for one in _MEASURES:
        if getattr(total[OURS], one.over):
            values = {name: getattr(its, one.value) for name, its in total.items()}
            beside = _beside({name: f"{value:.3f}" for name, value in values.items()})
            aim = one.aims.get(label)
            yield Figure(f"{label}: {one.what}", values[OURS], "", beside, aim, details)


def of_one(name: str, scores: _Scores) -> Figure:
    """Return the figure of one page, which shows the kinds of pages that a reader reads badly."""
    told = {who: f"{its.character_error:.3f} {_order(its)}" for who, its in scores.items()}
    ours, beside = scores[OURS], f"{_order(scores[OURS])}; {_beside(told)}"
    details = {who: asdict(its) for who, its in scores.items()}
    return Figure(f"{name}: character error", ours.character_error, "", beside, None, details)


def _order(its: Score) -> str:
    return "in order" if its.in_order else "out of order"


def _beside(told: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {told.get(name, 'not installed')}" for name in OTHERS)
