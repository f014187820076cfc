from __future__ import annotations

import pytest

from ocr_watcher.engine.local.perspective import share_in_box

cv2 = pytest.importorskip("cv2")
np = pytest.importorskip("numpy")

LEVEL = ((10, 10), (710, 10), (710, 40), (10, 40))


def by_opencv(share: float, box) -> float:
    """Maps a share as RapidOCR's crop does, from the rectangle of 1000 by 40 to the box."""
    strip = np.array([[0, 0], [1000, 0], [1000, 40], [0, 40]], "float32")
    matrix = cv2.getPerspectiveTransform(strip, np.array(box, "float32"))
    along = [
        cv2.perspectiveTransform(np.array([[[at, 20.0]]]), matrix)[0, 0, 0]
        for at in (0, 1000 * share, 1000)
    ]
    return (along[1] - along[0]) / (along[2] - along[0])


@pytest.mark.parametrize(
    "box",
    [
        LEVEL,
        ((10, 10), (710, 10), (710, 44), (10, 40)),
        ((10, 10), (710, 8), (710, 43), (10, 41)),
        ((10, 12), (710, 10), (710, 40), (10, 38)),
    ],
)
@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 1])
def test_a_share_of_a_strip_is_where_the_crop_took_it_from(box, share):
    assert share_in_box(share, box) == pytest.approx(by_opencv(share, box), abs=0.0005)


def test_a_box_of_no_height_is_level():
    assert share_in_box(0.3, ((0, 0), (9, 0), (9, 0), (0, 0))) == 0.3
