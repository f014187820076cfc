"""What is wrong with the text and the places that the program has written beside a scan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.scans.drawing import Word
    from tests.scans.scan import Scan, TruePage

_NEAR = 2
"""Pixels of the page as stored by which a place may be wrong."""

_Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a scan.

    Attributes:
        text: The text file; None where there is none.
        answer: The JSON file; empty where there is none.
        failure: What failed for good; empty where nothing did.
    """

    text: str | None
    answer: dict[str, Any]
    failure: dict[str, Any]


def beside(file: Path) -> Beside:
    """Reads what lies beside a scan."""
    text = file.with_name(f"{file.name}.txt")
    failure = _json(file.with_name(f"{file.name}.ocr-error.json"))
    return Beside(
        text.read_text("utf-8") if text.exists() else None,
        _json(file.with_name(f"{file.name}.json")),
        failure.get("error", {}),
    )


def complaints(scan: Scan, found: Beside, *, located: bool) -> list[str]:
    """Compares what lies beside a scan with the truth.

    Args:
        scan: The scan.
        found: What lies beside it.
        located: Whether the endpoint tells where the words are.
    """
    if found.text is None or scan.refusal:
        code, message = (found.failure.get(name) for name in ("code", "message"))
        ended_right = found.text is None and scan.refusal and code == scan.refusal
        return [] if ended_right else [f"ended as {code}: {message}"]
    return [*_of_the_pages(scan, found.answer), *_of_the_text(scan, found)] + [
        f"page {number}: {complaint}"
        for number, page in enumerate(scan.pages, start=1)
        for complaint in _of_the_words(page, _lines(found.answer, number), located=located)
    ]


def _of_the_pages(scan: Scan, answer: dict[str, Any]) -> Iterator[str]:
    told = [(page["page"], page["width"], page["height"]) for page in answer["pages"]]
    true = [(number, *page.size) for number, page in enumerate(scan.pages, start=1)]
    if told != true:
        yield f"pages are {told} and not {true}"
    for page, truth in zip(answer["pages"], scan.pages, strict=False):
        if truth.words and page.get("direction") != truth.direction:
            yield f"page {page['page']}: its direction is {page.get('direction')}"


def _of_the_text(scan: Scan, found: Beside) -> Iterator[str]:
    pages = range(1, len(scan.pages) + 1)
    told = [" ".join(line["words"] for line in _lines(found.answer, page)) for page in pages]
    if [page.split() for page in found.text.split("\f")] != [page.split() for page in told]:
        yield "the words of the text are not those of the JSON"


def _of_the_words(
    page: TruePage, lines: Sequence[dict[str, Any]], *, located: bool
) -> Iterator[str]:
    if page.words is None:
        return
    told, true = [line["words"] for line in lines], [word.words for word in page.words]
    if told != true:
        yield f"{_first_difference(told, true)} ({len(told)} of {len(true)} words)"
    elif located:
        wrong = [pair for pair in zip(page.words, lines, strict=True) if _error(*pair) > _NEAR]
        for word, line in wrong[:1]:
            edges = [round(edge, 1) for edge in word.edges]
            yield f"{len(wrong)} places: {word.words} at {line['location']} and not at {edges}"


def _first_difference(told: Sequence[str], true: Sequence[str]) -> str:
    pairs = zip([*told, "the end"], [*true, "the end"], strict=False)
    at, (said, meant) = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
    return f"line {at} is {said} and not {meant}"


def _error(word: Word, line: dict[str, Any]) -> float:
    """By how many pixels the edge that is farthest off is wrong."""
    return max(abs(true - told) for true, told in zip(word.edges, _edges(line), strict=True))


def _edges(line: dict[str, Any]) -> _Edges:
    box = line["location"]
    return box["left"], box["top"], box["left"] + box["width"], box["top"] + box["height"]


def _lines(answer: dict[str, Any], page: int) -> list[dict[str, Any]]:
    return [line for line in answer["words_result"] if line["page"] == page]


def _json(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text("utf-8")) if file.exists() else {}
