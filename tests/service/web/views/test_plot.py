"""The plot of the pages a minute."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocr_watcher.service.web.views.plot import HEIGHT, plot_of


def test_an_hour_without_pages_has_no_bars() -> None:
    plot = plot_of([0] * 60)
    assert (plot.bars, plot.total, plot.most) == ((), 0, 0)


def test_bars_are_as_high_as_their_minutes_were_busy() -> None:
    first, second = plot_of([0, 5, 10]).bars
    assert (first.height, second.height) == (HEIGHT / 2, HEIGHT)
    assert (first.ago, second.ago) == (1, 0)
    assert second.x > first.x


@given(st.lists(st.integers(0, 10**12), max_size=60))
def test_every_minute_with_pages_is_seen_and_stays_within_the_drawing(pages: list[int]) -> None:
    plot = plot_of(pages)
    assert len(plot.bars) == sum(number > 0 for number in pages)
    for bar in plot.bars:
        assert bar.height > 0
        assert 0 <= bar.y <= bar.y + bar.height <= plot.height + 0.1
        assert 0 <= bar.x < bar.x + bar.width <= plot.width
