"""The paragraphs in Baidu's answers: lists of numbers of lines, under ``paragraphs_result``.

The service gives them where ``paragraph`` is set to ``true``. The service is not trusted:
paragraphs that do not have the documented shape count as not given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARAGRAPHS = "paragraphs_result"
_NUMBER = "paragraphs_result_num"
_LINES = "words_result_idx"


def lines_of_paragraphs(details: Mapping[str, Any], number: int) -> list[list[int]] | None:
    """Return the lines of each paragraph of a page.

    Args:
        details: The fields of the answer for the page, without its lines.
        number: The number of lines on the page.

    Returns:
        The indexes of the lines, by paragraph; None if a line is in no paragraph or in several.
    """
    paragraphs = details.get(_PARAGRAPHS)
    if not _are_paragraphs(paragraphs):
        return None
    lines = [list(paragraph[_LINES]) for paragraph in paragraphs]
    return (
        lines if sorted(index for some in lines for index in some) == list(range(number)) else None
    )


def without_paragraphs(details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an answer without the paragraphs."""
    return {name: value for name, value in details.items() if name not in {_PARAGRAPHS, _NUMBER}}


def joined_paragraphs(
    parts: Sequence[Mapping[str, Any]], numbers: Mapping[tuple[int, int], int]
) -> dict[str, Any]:
    """Return the paragraphs of a page that was read in parts.

    Args:
        parts: The fields of the answer for each part, without its lines, in reading order.
        numbers: The index of a line on the page, by the index of its part and its index there; a
            line that another part has as well is missing.

    Returns:
        The fields to add to the details of the page; none if the first part has no paragraphs,
        or any has them in another shape.
    """
    if _PARAGRAPHS not in parts[0]:
        return {}
    joined = []
    for part, details in enumerate(parts):
        paragraphs = details.get(_PARAGRAPHS, [])
        if not _are_paragraphs(paragraphs):
            return {}
        for paragraph in paragraphs:
            lines = [(part, index) for index in paragraph[_LINES]]
            if kept := [numbers[line] for line in lines if line in numbers]:
                joined.append({**paragraph, _LINES: kept})
    return {_PARAGRAPHS: joined, _NUMBER: len(joined)}


def _are_paragraphs(paragraphs: object) -> TypeGuard[list[Mapping[str, Any]]]:
    return isinstance(paragraphs, list) and all(
        isinstance(paragraph, Mapping)
        and isinstance(paragraph.get(_LINES), list)
        and all(isinstance(index, int) for index in paragraph[_LINES])
        for paragraph in paragraphs
    )
