"""The simulator sees what is drawn, as strictly as the service may."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import ExifTags, Image

from tests.scans.drawing import Drawing, drawn, sheet
from tests.scans.png import png
from tests.scans.scan import coloured, encoded
from tests.scans.sizes import receipt
from tests.simulator.images import Examiner, Picture, digest
from tests.simulator.reading import success
from tests.simulator.sight import view

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

QUARTERS = {
    0: None,
    1: Image.Transpose.ROTATE_90,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_270,
}
PAGE = sheet((600, 800), columns=4, rows=5)


def look(data: bytes) -> Picture | None:
    return Examiner().picture(data, digest(data))


def answer(data: bytes, options: Mapping[str, str] | None = None) -> dict[str, Any]:
    picture = look(data)
    assert picture is not None
    return success("general", picture, options or {})


def words(drawing: Drawing) -> list[str]:
    return [word.words for word in drawing.words]


def farthest_off(drawing: Drawing, told: Mapping[str, Any]) -> float:
    """By how many pixels the worst edge is off, once the words are the right ones."""
    lines = told["words_result"]
    assert [line["words"] for line in lines] == words(drawing)
    boxes: list[dict[str, int]] = [line["location"] for line in lines]
    edges = [(b["left"], b["top"], b["left"] + b["width"], b["top"] + b["height"]) for b in boxes]
    return max(
        abs(true - seen)
        for word, box in zip(drawing.words, edges, strict=True)
        for true, seen in zip(word.edges, box, strict=True)
    )


@pytest.mark.parametrize("quarters", QUARTERS)
def test_markers_are_words_in_reading_order_whichever_way_they_are_turned(quarters: int) -> None:
    method = QUARTERS[quarters]
    page = PAGE if method is None else PAGE.transposed(method)
    told = answer(encoded(page.image, "PNG"), {"detect_direction": "true"})
    assert told["direction"] == quarters == page.direction
    assert farthest_off(page, told) == 0


def test_a_direction_that_is_not_asked_for_is_not_told() -> None:
    assert "direction" not in answer(encoded(PAGE.image, "PNG"))


def test_vertexes_are_told_from_the_top_left_one_of_the_upright_word() -> None:
    page = drawn((200, 200), [(5, 40, 60, 70)]).transposed(Image.Transpose.ROTATE_90)
    (line,) = answer(encoded(page.image, "PNG"), {"vertexes_location": "true"})["words_result"]
    assert [(corner["x"], corner["y"]) for corner in line["vertexes_location"]] == [
        *((60, 160), (60, 90), (130, 90), (130, 160))
    ]


def test_characters_lie_one_after_the_other_along_the_word() -> None:
    page = drawn((200, 200), [(5, 40, 60, 70)])
    asked = {"recognize_granularity": "small"}
    (line,) = answer(encoded(page.image, "PNG"), asked)["words_result"]
    assert "".join(char["char"] for char in line["chars"]) == "word-5"
    places = [char["location"] for char in line["chars"]]
    assert (places[0]["left"], places[-1]["left"] + places[-1]["width"]) == (40, 110)
    assert {(place["top"], place["height"]) for place in places} == {(60, 70)}


@pytest.mark.parametrize(
    "page",
    [PAGE.crooked(3), PAGE.crooked(3).transposed(Image.Transpose.ROTATE_180)],
    ids=["upright", "on its head"],
)
def test_a_crooked_page_is_read_along_its_rows(page: Drawing) -> None:
    assert farthest_off(page, answer(encoded(page.image, "PNG"))) <= 1


def test_equal_words_are_each_read() -> None:
    strip = receipt(20)
    assert len(set(words(strip))) < len(strip.words)
    assert farthest_off(strip, answer(encoded(strip.image, "PNG"))) == 0


def test_a_page_reduced_to_a_third_and_badly_encoded_is_still_read() -> None:
    small = sheet((3600, 4800)).stretched((1200, 1600))
    told = answer(encoded(coloured(small.image), "JPEG", quality=40))
    assert farthest_off(small, told) <= 1.5


def test_a_word_cut_by_the_edge_is_gibberish() -> None:
    page = drawn((400, 200), [(1, 20, 50, 98), (2, 150, 50, 98), (3, 280, 50, 98)])
    cut = page.image.crop((60, 0, 340, 200))
    seen = view(cut)
    assert seen is not None
    left, whole, right = (line.words for line in seen.lines)
    assert whole == "word-2"
    assert left.startswith("fragment-")
    assert right.startswith("fragment-")
    assert seen.lines[0].location == {"left": 0, "top": 50, "width": 58, "height": 98}


def test_an_exif_orientation_changes_nothing() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    told = answer(encoded(PAGE.image, "JPEG", exif=exif), {"detect_direction": "true"})
    assert told["direction"] == 0
    assert farthest_off(PAGE, told) <= 1


def test_a_mirrored_page_is_not_read() -> None:
    assert view(PAGE.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) is None


def test_what_is_transparent_is_black() -> None:
    cut_out = Image.new("RGBA", PAGE.image.size)
    cut_out.putalpha(PAGE.image.point(lambda value: 255 - value))
    assert view(cut_out) is None
    assert view(PAGE.image.convert("RGBA")) is not None


def test_words_that_a_picture_carries_are_read_instead() -> None:
    data = encoded(PAGE.image, "JPEG", comment="carried")
    assert [line["words"] for line in answer(data)["words_result"]] == ["carried"]


@pytest.mark.parametrize(
    "data",
    [
        encoded(Image.new("CMYK", (50, 50)), "JPEG"),
        png(Image.new("L", (50, 50)), bits=16),
        png(Image.new("RGB", (50, 50)), bits=16, interlaced=True),
        encoded(Image.new("RGBA", (50, 50)), "BMP"),
    ],
    ids=["CMYK", "16 bit grey", "16 bit colour", "32 bit BMP"],
)
def test_kinds_that_the_documentation_scarcely_means_are_refused(data: bytes) -> None:
    with Image.open(io.BytesIO(data)) as image:
        image.load()
    assert look(data) is None


def test_opencv_is_not_loaded_for_pictures_that_carry_words_or_show_nothing() -> None:
    program = (
        "import sys; from tests.simulator import pictures, images; "
        "[images.Examiner().picture(pictures.jpeg(words), '0') for words in (None, '', 'x')]; "
        "sys.exit('cv2' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == 0
