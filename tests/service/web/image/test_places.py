"""The box of each line lies on the line, whatever turns the picture that is shown."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from ocr_watcher.service.web.transcript import from_json, from_ledger, from_text
from tests.scans.corpus import every_kind, usual
from tests.service.web.image.gallery import Browser, Gallery, browsed, lines_in, places_in
from tests.simulator import markers

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scans.scan import Scan

_NEAR = 6.0
"""Pixels of the picture by which a box may be off; a word has a hundred."""


_KINDS = (
    *("baseline.jpg", "photo.jpg", "palette.png", "32-bit.bmp", "alpha.webp", "still.avif"),
    *(f"orientation-{number}.jpg" for number in range(1, 9)),
    *("still.heic", "orientation.tif", "fax.tif", "document.tiff", "cmyk.tif", "drawn.pdf"),
    *("rotated-90.pdf", "rotated-180.pdf", "rotated-270.pdf", "several.pdf"),
    *("rotate_90.png", "rotate_180.png", "rotate_270.png"),
)
"""Files with all that turns, mirrors or stretches what is shown."""


def shown_kinds() -> list[Scan]:
    return [scan for scan in every_kind() if scan.name in _KINDS]


def off(browser: Browser, name: str, number: int) -> list[str]:
    """The words that are not seen where the page has their boxes."""
    page = browser.page(name, f"?page={number}")
    boxes, lines = places_in(page), lines_in(page)
    answer = browser.get(f"/images/{name}/picture?page={number}")
    assert answer.status_code == 200
    picture = Image.open(io.BytesIO(answer.content)).convert("L")
    seen = {line.words: edges(line.corners) for line in markers.find(picture)}
    assert seen
    wrong = [
        words
        for at, words in lines.items()
        if at not in boxes
        or words not in seen
        or any(
            abs(there - true) > _NEAR
            for there, true in zip(edges(boxes[at]), seen[words], strict=True)
        )
    ]
    return wrong if lines.keys() == boxes.keys() else ["not all have boxes"]


def edges(corners: object) -> tuple[float, float, float, float]:
    across, down = zip(*corners, strict=True)  # type: ignore[call-overload]
    return min(across), min(down), max(across), max(down)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("formats", "source"),
    [(("txt", "json"), from_json.SOURCE), (("txt",), from_ledger.SOURCE)],
    ids=["from the JSON", "from memory"],
)
def test_every_box_lies_on_its_line_for_every_kind_of_file(
    tmp_path: Path, formats: tuple[str, ...], source: str
) -> None:
    with contextlib.closing(Gallery(tmp_path, formats)) as gallery, browsed(gallery) as browser:
        scans = {gallery.put(scan.name, scan.data): scan for scan in shown_kinds()}
        gallery.recognise()
        wrong = {
            f"{scan.name} page {number}": said
            for name, scan in scans.items()
            for number in range(1, len(scan.pages) + 1)
            if (said := off(browser, name, number))
        }
        assert wrong == {}
        assert len(scans) == len(_KINDS)
        assert all(f"From {source}." in browser.page(name) for name in list(scans)[:3])


def test_without_places_the_text_is_shown_alone(tmp_path: Path) -> None:
    with contextlib.closing(Gallery(tmp_path, ("txt",))) as gallery, browsed(gallery) as browser:
        scan = usual()
        name = gallery.put(scan.name, scan.data)
        gallery.recognise()
        gallery.change(engines={})
        page = browser.page(name)
        words = " ".join(lines_in(page).values()).split()
        assert words == [word.words for word in scan.pages[0].words or ()]
        assert places_in(page) == {}
        assert f"From {from_text.SOURCE}." in page
        assert "Where the lines stand on the picture is not known." in page
        assert "<svg" not in page


def test_places_in_pixels_of_another_page_are_not_shown(gallery: Gallery, browser: Browser) -> None:
    scan = usual()
    name = gallery.put(scan.name, scan.data)
    gallery.recognise()
    sidecar = gallery.folder / f"{scan.name}.json"
    width = scan.pages[0].size[0]
    sidecar.write_text(sidecar.read_text().replace(f'"width": {width}', f'"width": {width + 1}'))
    page = browser.page(name)
    assert len(lines_in(page)) == len(scan.pages[0].words or ())
    assert places_in(page) == {}
