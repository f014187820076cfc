"""Light print on an opaque dark ground is read as it is, as well as dark print on a light one."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.engine.local.pictures import page_of

pytestmark = pytest.mark.slow

LINES = [
    "The order was sent yesterday evening, with a week in hand.",
    "Payment is made in cash on delivery, or by transfer before it.",
    "Two crates of pears, one of plums, and a basket of rye bread.",
    "Please let us know whether we may leave them at the gate.",
    "Orchard Road 27, between the bakery and the harbour.",
]
COLOURS = {
    "white on black": ("white", "black"),
    "white on navy": ("white", (20, 30, 90)),
    "yellow on blue": ((240, 230, 80), (30, 60, 160)),
    "green on black": ((0, 200, 0), "black"),
    "grey on grey": ((150, 150, 150), (40, 40, 40)),
}


@pytest.mark.parametrize("size", [18, 32])
@pytest.mark.parametrize("colours", COLOURS)
def test_light_print_on_a_dark_ground_is_read_to_the_letter(engine, colours: str, size) -> None:
    ink, ground = COLOURS[colours]
    page = Image.new("RGB", (1240, 620), ground)
    for number, line in enumerate(LINES):
        at = (60, 60 + 3 * size * number)
        ImageDraw.Draw(page).text(at, line, ink, ImageFont.load_default(size))
    reading = engine.recognise(page_of(page))
    assert [line.text for line in reading.lines] == LINES
