"""Lines are read in the direction of their page, whatever the classifier finds for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engine.local.pictures import drawn, page_of, turned

if TYPE_CHECKING:
    from PIL import Image

LINES = [
    "we bind your two ledgers on linen tapes",
    "and that takes three weeks in all",
    "please let us know whether we may begin",
    "you may keep the boards for the time being",
    "this License giving you legal permission to copy,",
    "unless the owner grants one in writing",
]
"""The classifier is sure that the last but one is upside down, as it is drawn here."""


def page_of_lines() -> Image.Image:
    return drawn(*LINES, size=(800, 636), print_size=24)


def words_on(engine, picture) -> list[str]:
    return [line.text for line in engine.recognise(page_of(picture)).lines]


def test_no_line_of_an_upright_page_is_read_on_its_head(engine):
    assert words_on(engine, page_of_lines()) == LINES


@pytest.mark.slow
def test_no_line_is_read_against_a_page_that_lies_on_its_head(engine):
    assert words_on(engine, turned(page_of_lines(), 2)) == LINES


@pytest.mark.slow
@pytest.mark.parametrize("direction", [0, 2])
def test_a_single_line_is_read_in_any_direction_and_whatever_the_classifier_finds(
    engine, direction
):
    page = drawn(LINES[4], size=(800, 120), print_size=24)
    assert words_on(engine, turned(page, direction)) == [LINES[4]]


@pytest.mark.slow
def test_a_note_on_its_head_is_read_on_an_upright_page(engine):
    page = drawn(*LINES[:4], print_size=24)
    note = drawn("copy for the office", size=(640, 80), print_size=24)
    page.paste(turned(note, 2), (0, 360))
    assert "copy for the office" in words_on(engine, page)


@pytest.mark.slow
def test_a_narrow_figure_alone_in_a_column_is_read_upright(engine):
    page = drawn(*LINES[:4], print_size=24)
    page.paste(drawn("1", size=(80, 80), print_size=24), (500, 300))
    assert "1" in words_on(engine, page)
