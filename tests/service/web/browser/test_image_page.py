"""The page of one image in a real browser: pointing, with and without JavaScript, and access."""

from __future__ import annotations

import contextlib
import io
import os
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.scans.corpus import every_kind
from tests.service.web.browser.accessible import faults, is_wider_than_the_window
from tests.service.web.image.gallery import Gallery
from tests.service.web.image.served import served
from tests.service.web.image.sidecars import line, write_json
from tests.simulator.pictures import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator

SIZE = (800, 1600)
LINES = 60


@pytest.fixture
def gallery(tmp_path: Path) -> Iterator[Gallery]:
    with contextlib.closing(Gallery(tmp_path)) as gallery:
        yield gallery


def put_long(gallery: Gallery) -> str:
    """A page with more lines than a screen has; the engine is not sure of every third."""
    stream = io.BytesIO()
    Image.new("L", SIZE, 250).save(stream, "PNG")
    name = gallery.put("long.png", stream.getvalue())
    items = [
        line(
            f"line {number}",
            location={"left": 100, "top": 20 + 25 * number, "width": 500, "height": 20},
            probability={"average": 0.4 if number % 3 == 0 else 0.99},
        )
        for number in range(1, LINES + 1)
    ]
    write_json(gallery, "long.png", *items, size=SIZE)
    return name


def fill(place: Locator) -> str:
    filled: str = place.evaluate("place => getComputedStyle(place).fillOpacity")
    return filled


def test_pointing_at_a_line_or_its_place_shows_the_other(gallery: Gallery, page: Page) -> None:
    name = put_long(gallery)
    with served(gallery.app) as url:
        page.goto(f"{url}/images/{name}", wait_until="load")
        for number in (2, LINES):
            page.locator(f"#line-{number}").hover()
            place = page.locator(f"#place-{number}")
            expect(place).to_have_css("fill-opacity", "0.22")
            # On a telephone as well, the picture stays in sight while the lines are gone through.
            expect(place).to_be_in_viewport()
            expect(page.locator(f"#line-{number}")).to_be_in_viewport()
        for number in (1, LINES // 2):
            page.locator(f"#place-{number}").hover()
            expect(page.locator(f"#line-{number}")).to_have_css(
                "border-left-color", _colour(page, "--accent")
            )
            expect(page.locator(f"#line-{number}")).to_be_in_viewport()
            assert page.locator(".line-of-text.pointed").count() == 1


def _colour(page: Page, name: str) -> str:
    colour: str = page.evaluate(
        """name => {
          const node = document.createElement("span");
          node.style.setProperty("color", `var(${name})`);
          document.body.append(node);
          const colour = getComputedStyle(node).color;
          node.remove();
          return colour;
        }""",
        name,
    )
    return colour


def test_the_keyboard_goes_from_line_to_line_and_shows_their_places(
    gallery: Gallery, page: Page
) -> None:
    name = put_long(gallery)
    with served(gallery.app) as url:
        page.goto(f"{url}/images/{name}")
        page.locator("#line-1 a").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#line-2 a")).to_be_focused()
        expect(page.locator("#place-2")).to_have_css("fill-opacity", "0.22")
        expect(page.locator("#place-1")).to_have_css("fill-opacity", "0")


def test_without_javascript_lines_and_places_lead_to_each_other(
    gallery: Gallery, plain_page: Page
) -> None:
    name = put_long(gallery)
    with served(gallery.app) as url:
        plain_page.goto(f"{url}/images/{name}")
        plain_page.locator("#line-7 a").click()
        expect(plain_page.locator("#place-7")).to_have_css("fill-opacity", "0.22")
        expect(plain_page.locator("#place-7")).to_be_in_viewport()
        plain_page.locator("#place-5").click()
        expect(plain_page.locator("#line-5")).to_be_in_viewport()
        plain_page.mouse.move(0, 0)
        expect(plain_page.locator("#place-7")).to_have_css("fill-opacity", "0")


def put_receipt(gallery: Gallery) -> str:
    """A page with two rows of two lines, and one that no telephone has room for."""
    name = gallery.put("receipt.png", png("receipt", size=SIZE))
    texts = [["Apples 1.2 kg", "3.48"], ["TOTAL", "17.98"], ["a long name " * 4, "x" * 40]]
    items = [
        line(
            text,
            location={"left": 50 + 400 * column, "top": 50 * row, "width": 300, "height": 30},
            probability={"average": 0.4 if text == "17.98" else 0.99},
            block=1,
            row=row,
        )
        for row, texts_of_row in enumerate(texts, 1)
        for column, text in enumerate(texts_of_row)
    ]
    write_json(gallery, "receipt.png", *items, size=SIZE)
    return name


def test_lines_of_a_row_stand_beside_each_other_and_are_copied_so(
    gallery: Gallery, page: Page
) -> None:
    name = put_receipt(gallery)
    with served(gallery.app) as url:
        page.goto(f"{url}/images/{name}")
        article, price = (page.locator(f"#line-{number} a").bounding_box() for number in (1, 2))
        assert article is not None
        assert price is not None
        assert article["y"] == price["y"]
        assert price["x"] - article["x"] - article["width"] > 16
        assert not is_wider_than_the_window(page)
        copied = page.evaluate(
            "getSelection().selectAllChildren(document.querySelector('.lines'))"
            " || getSelection().toString()"
        )
        assert [" ".join(row.split()) for row in copied.splitlines() if row.strip()] == [
            "Apples 1.2 kg 3.48",
            "TOTAL 17.98",
            f"{'a long name ' * 4}{'x' * 40}",
        ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_and_nothing_is_wider_than_a_phone(
    gallery: Gallery, chromium: Browser, width: int, scheme: str
) -> None:
    (several,) = (scan for scan in every_kind() if scan.name == "several.pdf")
    addresses = {
        "done": gallery.put("a.pdf", several.data) + "?page=2&words=word-600",
        "failed": gallery.put("b.jpg", b"\xff\xd8\xff\xe0 no picture"),
        "of a long name": gallery.put("c/" + "y" * 200 + ".png", every_kind()[15].data),
    }
    gallery.recognise()
    addresses["doubtful"] = put_long(gallery) + "?words=line+3"
    addresses["in rows"] = put_receipt(gallery)
    addresses["waiting"] = gallery.put("d.png", every_kind()[16].data)
    write_json(gallery, "d.png", line("x" * 5000), size=every_kind()[16].pages[0].size)
    os.utime(gallery.folder / "d.png")
    with served(gallery.app) as url:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = context.new_page()
        for state, address in addresses.items():
            page.goto(f"{url}/images/{address}")
            assert faults(page) == [], state
            assert not is_wider_than_the_window(page), state
        context.close()
