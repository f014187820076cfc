"""The text of a page adds little to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.searchable.pages import laid_on_white, text_on
from tests.scans.papers import headline, two_columns
from tests.scans.typeset import has_fonts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scans.typeset import Paper

DPI = 150
A_PAGE = 30_000


@pytest.mark.skipif(not has_fonts(), reason="needs fonts-dejavu-core, fonts-noto-cjk")
@pytest.mark.parametrize("degrees", [-3, 0, 3])
@pytest.mark.parametrize("draw", [two_columns, headline], ids=lambda of: of.__name__)
def test_hundreds_of_words_add_less_than_most_of_what_a_page_may(
    draw: Callable[[], Paper], degrees: int
) -> None:
    assert len(laid_on_white(text_on(draw(), degrees), DPI)) <= 0.85 * A_PAGE
