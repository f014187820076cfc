"""Amounts: the numbers in the cells of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_AMOUNTS = 0.6
"""The least share of amounts among the cells below the head of a column of amounts."""

AMOUNT = re.compile(
    r"[^\w\s]{0,3}\s?[^\W\d_]{0,3}[.$\u20ac\u00a3\u00a5\s]{0,2}"
    r"\d[\d.,'\u2019\s]*[^\w\s]{0,3}\s?[^\W\d_]{0,3}"
)
"""A number, with a sign, a currency, a unit or the code of a tax beside it."""

ENDS_WITH_AMOUNT = re.compile(r"\d\W{0,3}[^\W\d_]{0,3}$")


def columns_of_amounts(lines: Sequence[Sequence[str]]) -> tuple[bool, ...]:
    """Return which columns of the rows of a table hold amounts."""
    return tuple(map(are_amounts, zip(*lines, strict=True)))


def are_amounts(texts: Sequence[str]) -> bool:
    """Return whether most texts of a column are amounts."""
    told = [text for text in texts if text]
    return sum(bool(AMOUNT.fullmatch(text)) for text in told) > _AMOUNTS * len(told)
