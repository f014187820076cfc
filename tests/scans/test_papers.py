"""What is printed on a page is where its truth says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import ImageOps

from tests.scans.papers import KINDS
from tests.scans.typeset import has_fonts

if TYPE_CHECKING:
    from tests.scans.drawing import Word
    from tests.scans.typeset import Paper

pytestmark = pytest.mark.skipif(
    not has_fonts(), reason="needs fonts-dejavu-core and fonts-noto-cjk"
)

_INK = 128


def darkest(paper: Paper, word: Word) -> int:
    left, top, right, bottom = map(round, word.edges)
    return int(np.asarray(paper.drawing.image.crop((left, top, right, bottom))).min())


@pytest.mark.parametrize("kind", ["letter", "crooked_receipt", "chinese_downwards"])
def test_all_ink_of_letters_is_within_the_boxes_and_each_box_has_some(kind: str) -> None:
    paper = KINDS[kind]()
    image = paper.drawing.image
    assert all(darkest(paper, word) < _INK for word in paper.drawing.words)
    for word in paper.drawing.words:
        left, top, right, bottom = map(round, word.edges)
        image.paste(255, (left - 2, top - 2, right + 2, bottom + 2))
    rest = ImageOps.invert(image).point(lambda value: 255 if value > _INK else 0).getbbox()
    # The receipt has two rules.
    assert (rest is not None) == (kind == "crooked_receipt")


def test_blocks_have_all_boxes_in_reading_order() -> None:
    paper = KINDS["receipt"]()
    boxes = [box for block in paper.blocks for row in block for box in row]
    assert tuple(boxes) == paper.drawing.words
    assert [[len(row) for row in block] for block in paper.blocks] == [
        [1, 1],
        [1, 1],
        [2, 2, 2, 2, 2, 2],
        [2, 2, 2],
        [1],
    ]
    assert [box.words for box in paper.blocks[2][0]] == ["Apples 1.2 kg", "3.48"]


def test_columns_do_not_touch() -> None:
    for kind in ("headline", "uneven_columns", "chinese_columns"):
        *_, left, right = KINDS[kind]().blocks
        ends = [box.edges[2] for row in left for box in row]
        starts = [box.edges[0] for row in right for box in row]
        assert max(ends) + 10 < min(starts), kind


def test_a_finer_scan_has_the_same_text_on_more_pixels() -> None:
    coarse, fine = KINDS["coarse_columns"](), KINDS["two_columns"]()
    assert [box.words for box in coarse.drawing.words] == [box.words for box in fine.drawing.words]
    assert fine.drawing.image.width == pytest.approx(1.5 * coarse.drawing.image.width, abs=2)


def test_the_same_page_is_drawn_every_time() -> None:
    one, again = KINDS["receipt"](), KINDS["receipt"]()
    assert one.drawing.words == again.drawing.words
    assert one.drawing.image.tobytes() == again.drawing.image.tobytes()
