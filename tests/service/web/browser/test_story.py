"""A scan from its arrival until it is found, in a real browser at the page of a real daemon."""

from __future__ import annotations

import io
import re
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.daemon.daemon import Daemon
from tests.service.web.browser.accessible import faults, is_wider_than_the_window
from tests.simulator import markers
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.simulator.server import Simulator

SIZE = (700, 900)
SIDE = 105
PLACES = {17: (70, 80), 23: (500, 300), 42: (280, 700)}
"""Where the markers stand that the simulator reads as words: the left and upper edge of each."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("dark", "light")
NEAR = 1.5
"""Pixels of the screen by which a place may be off."""
BOX = """place => {
  const box = place.getBBox(), map = place.getScreenCTM();
  return {
    x: map.e + box.x * map.a,
    y: map.f + box.y * map.d,
    width: box.width * map.a,
    height: box.height * map.d,
  };
}"""
"""Where a place is drawn, in pixels of the screen, without the line around it."""


def scan(places: Mapping[int, tuple[int, int]]) -> bytes:
    picture = Image.new("L", SIZE, 255)
    for number, place in places.items():
        picture.paste(markers.draw(number, SIDE), place)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Shown:
    """A daemon that runs, and the address of its page."""

    daemon: Daemon
    url: str

    def drop(self, name: str, places: Mapping[int, tuple[int, int]] = PLACES) -> None:
        """Puts a scan into the watched folder, as people do: whole at once."""
        hidden = self.daemon.folder / f".{name}.part"
        hidden.write_bytes(scan(places))
        hidden.rename(self.daemon.folder / name)


@pytest.fixture
def shown(tmp_path: Path, simulator: Simulator) -> Iterator[Shown]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = {
        "web": {"listen": f"127.0.0.1:{port}"},
        "output": {"formats": ["txt", "json"]},
        "baidu": {"endpoint": "general"},
    }
    with Daemon(tmp_path, simulator, settings=settings) as daemon:
        eventually(lambda: daemon.says("the page is served"))
        yield Shown(daemon, f"http://127.0.0.1:{port}")
        assert daemon.stop() == 0
        assert not daemon.says("fault"), daemon.log


def assert_stands_at(place: Locator, picture: Locator, number: int) -> None:
    """Asserts that a box lies on the marker that is drawn on the picture."""
    box, whole = place.evaluate(BOX), picture.bounding_box()
    assert whole is not None
    scale = whole["width"] / SIZE[0]
    left, top = PLACES[number]
    assert abs(box["x"] - whole["x"] - left * scale) < NEAR
    assert abs(box["y"] - whole["y"] - top * scale) < NEAR
    assert abs(box["width"] - SIDE * scale) < NEAR
    assert abs(box["height"] - SIDE * scale) < NEAR


def photograph(page: Page, file: Path) -> None:
    """Keeps what the page looks like, for people."""
    file.write_bytes(page.screenshot(full_page=True))


def assert_well_made(page: Page) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert faults(page) == []
    assert not is_wider_than_the_window(page)


def line_of(page: Page, number: int) -> Locator:
    return page.locator(".line-of-text").filter(has_text=f"word-{number}")


def place_of(page: Page, number: int) -> Locator:
    line = line_of(page, number).get_attribute("id") or ""
    return page.locator(f"#{line.replace('line', 'place')}")


def is_loaded(picture: Locator) -> bool:
    loaded: bool = picture.evaluate("picture => picture.complete && picture.naturalWidth > 0")
    return loaded


def test_a_scan_appears_is_pointed_at_fails_is_retried_and_is_found(
    shown: Shown, simulator: Simulator, page: Page, tmp_path: Path
) -> None:
    page.goto(shown.url)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    page.evaluate("window.isTheSame = true")
    shown.drop("letter.png")
    letter = page.get_by_role("link", name="letter.png")
    expect(letter).to_be_visible()
    expect(page.locator("#latest .state.done")).to_be_visible()
    assert page.evaluate("window.isTheSame")
    assert_well_made(page)
    photograph(page, tmp_path / "overview.png")

    letter.click()
    picture = page.get_by_role("img", name="letter.png")
    expect(picture).to_be_visible()
    eventually(lambda: is_loaded(picture))
    for number in PLACES:
        line_of(page, number).hover()
        expect(place_of(page, number)).to_have_class(re.compile("pointed"))
        assert_stands_at(place_of(page, number), picture, number)
    photograph(page, tmp_path / "image.png")
    place_of(page, 17).hover()
    expect(line_of(page, 17)).to_have_class(re.compile("pointed"))
    assert_well_made(page)

    simulator.fault = lambda _: ErrorCode(216201, "image format error")
    page.goto(f"{shown.url}/images")
    page.evaluate("window.isTheSame = true")
    shown.drop("bad.png", {5: (200, 200), 6: (300, 500)})
    failed = page.locator("#list li").filter(has_text="bad.png")
    expect(failed.locator(".state.failed")).to_be_visible()
    expect(failed).to_contain_text("image format error")
    expect(failed).to_contain_text("open the picture in a viewer")
    assert page.evaluate("window.isTheSame")
    assert_well_made(page)
    photograph(page, tmp_path / "failed.png")

    simulator.fault = None
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("1 image waits again.")).to_be_visible()
    expect(failed.locator(".state.done")).to_be_visible()

    page.get_by_label("Words to find").fill("WORD-6")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="1 image with")).to_be_visible()
    expect(page.locator("mark")).to_have_text("word-6")
    cutout = page.locator(".cutout img")
    eventually(lambda: is_loaded(cutout))
    assert_well_made(page)
    photograph(page, tmp_path / "found.png")
    page.get_by_role("link", name="bad.png").click()
    expect(page.locator(".line-of-text.found")).to_contain_text("word-6")
    assert_well_made(page)


def test_the_same_without_javascript(shown: Shown, simulator: Simulator, plain_page: Page) -> None:
    page = plain_page
    page.goto(shown.url)
    shown.drop("letter.png")
    until(page, lambda: page.locator("#latest .state.done").count() == 1)
    page.get_by_role("link", name="letter.png").click()
    line = line_of(page, 23)
    line.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"#place-\d$"))
    picture = page.get_by_role("img", name="letter.png")
    assert_stands_at(place_of(page, 23), picture, 23)

    simulator.fault = lambda _: ErrorCode(216201, "image format error")
    shown.drop("bad.png", {6: (300, 500)})
    page.get_by_role("link", name="Images", exact=True).click()
    failed = page.locator("#list li").filter(has_text="bad.png")
    until(page, lambda: failed.locator(".state.failed").count() == 1)
    expect(failed).to_contain_text("open the picture in a viewer")
    failed.get_by_role("link", name="bad.png").click()
    expect(page.locator("#state")).to_contain_text("image format error")
    simulator.fault = None
    page.get_by_role("button", name="Try again").click()
    until(page, lambda: page.locator(".line-of-text").count() == 1)

    page.get_by_label("Words to find").fill("word-6")
    page.get_by_label("Words to find").press("Enter")
    expect(page.locator("mark")).to_have_text("word-6")
    assert not is_wider_than_the_window(page)


def test_a_pause_is_seen_with_its_remedy_as_soon_as_it_begins(
    shown: Shown, simulator: Simulator, page: Page
) -> None:
    page.goto(shown.url)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    simulator.fault = lambda _: ErrorCode(17, "Open api daily request limit reached")
    shown.drop("letter.png")
    expect(page.get_by_role("heading", name="The engine is paused")).to_be_visible()
    expect(page.locator("#notices")).to_contain_text("buy calls or turn on payment")
    expect(page.locator("#notices time").first).to_be_visible()
    assert_well_made(page)


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Has a person load the page again until something is there."""

    def loaded_again() -> bool:
        page.reload()
        return condition()

    eventually(loaded_again)


def test_the_sidecar_can_be_downloaded(shown: Shown, page: Page) -> None:
    page.goto(shown.url)
    shown.drop("letter.png")
    page.get_by_role("link", name="letter.png").click()
    link = page.get_by_role("link", name="letter.png.json")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "letter.png.json"
    found = page.request.get(download.value.url).json()
    assert {line["words"] for line in found["words_result"]} == {"word-17", "word-23", "word-42"}


def test_a_long_list_of_hits_has_all_its_cut_outs(shown: Shown, page: Page) -> None:
    for number in range(40):
        shown.drop(f"{number}.png", {5: (100 + 10 * number, 100 + 15 * number)})
    page.goto(shown.url)
    expect(page.locator("#figures")).to_contain_text("40 done", timeout=60_000)
    hits = page.locator(".hit")

    def all_are_found() -> bool:
        page.goto(f"{shown.url}/find?words=word-5")
        return hits.count() == 40

    eventually(all_are_found)
    for number in range(40):
        hits.nth(number).scroll_into_view_if_needed()
    for cutout in page.locator(".cutout img").all():
        eventually(lambda cutout=cutout: is_loaded(cutout))  # type: ignore[misc]


def test_the_daemon_stops_at_once_though_browsers_watch_and_they_go_on_with_the_next(
    shown: Shown, page: Page
) -> None:
    page.goto(shown.url)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    began = time.monotonic()
    assert shown.daemon.stop() == 0
    assert time.monotonic() - began < 5
    expect(page.get_by_text("not connected")).to_be_visible()
    with shown.daemon:
        expect(page.get_by_text("live", exact=True)).to_be_visible(timeout=30_000)
        shown.drop("letter.png")
        expect(page.get_by_role("link", name="letter.png")).to_be_visible()
        assert shown.daemon.stop() == 0
