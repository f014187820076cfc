"""The pages of all images in a real browser: live, accessible, and whole without JavaScript."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from ocr_watcher.sidecars.state import State
from ocr_watcher.values.machine import Machine
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.snapshot import Counts, Snapshot
from tests.service.web.browser.accessible import faults, is_wider_than_the_window
from tests.service.web.browser.served import Served
from tests.service.web.views.hostile import NAMES, SCRIPT
from tests.service.web.views.stage import Stage
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

PAGES = ["/", "/images", "/images?state=failed&again=2&faults=1", "/find?words=word", "/find", "/x"]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path, ("scans", "x" * 200))
    yield stage
    stage.close()


def fill(stage: Stage) -> None:
    """Images of every kind, hostile names, a pause, and bars in the plot."""
    for name in NAMES:
        entry = stage.entry(name, State.WAITING)
        stage.add_entry(entry, f"a word {SCRIPT} {name}")
    for number in range(60):
        stage.add(f"in/{number}.png", text=f"word {number}")
    stage.add("long/" + "y" * 200 + ".png", State.FAILED, code="z" * 40, message="m" * 300)
    stage.add("b.png", State.FAILED, code="216201", root=stage.roots[1])
    stage.read(7)
    now = time.time()
    pause = Pause("17", "daily limit reached", "buy calls", now - 60, now + 3600)
    counts = Counts(1_234_567, 2, 3)
    machines = (
        Machine("10.0.0.1", 2, 16, pages_a_minute=1_204),
        Machine("h" * 200, 0, 0, why_not="it has ocr-watcher 0.0.9, and this machine 0.1.0"),
        *(Machine(name, 1, 1, why_not=name) for name in NAMES),
    )
    by_folder = dict.fromkeys(stage.roots, counts)
    stage.snapshot = Snapshot(counts, by_folder, pause=pause, machines=machines)
    stage.change(daily_limit=500)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_and_nothing_is_wider_than_a_phone(
    stage: Stage, chromium: Browser, width: int, scheme: str
) -> None:
    fill(stage)
    with Served(stage) as served:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = context.new_page()
        for address in PAGES:
            page.goto(served.url + address)
            assert faults(page) == [], address
            assert not is_wider_than_the_window(page), address
        context.close()


def test_an_image_appears_and_changes_without_reloading(stage: Stage, page: Page) -> None:
    with Served(stage) as served:
        for address in ("/", "/images"):
            page.goto(served.url + address)
            expect(page.get_by_text("live", exact=True)).to_be_visible()
            page.evaluate("window.isTheSame = true")
            entry = stage.add(f"new{len(address)}.png", State.WAITING)
            stage.read(1)
            expect(page.get_by_role("link", name=entry.image.name)).to_be_visible()
            assert page.evaluate("window.isTheSame")


def test_what_has_not_changed_keeps_its_place_and_the_focus(stage: Stage, page: Page) -> None:
    stage.add("a.png", State.FAILED, code="216201")
    with Served(stage) as served:
        page.goto(served.url + "/images")
        expect(page.get_by_text("live", exact=True)).to_be_visible()
        page.evaluate("document.getElementById('codes').isTheSame = true")
        button = page.get_by_role("button", name="Try again with a.png")
        button.focus()
        stage.add("b.png")
        stage.read(1)
        expect(page.get_by_role("link", name="b.png")).to_be_visible()
        expect(button).to_be_focused()
        assert page.evaluate("document.getElementById('codes').isTheSame")


def test_nothing_moves_when_the_cut_outs_come(stage: Stage, page: Page) -> None:
    tall = png("tall", size=(300, 400))
    stage.add("a.png", text="word")
    stage.add("b.png", text="word")
    there = []
    page.route("**/cutout?*", lambda route: there.append(route))  # noqa: PLW0108
    with Served(stage) as served:
        page.goto(served.url + "/find?words=word", wait_until="domcontentloaded")
        eventually(lambda: page.title() and len(there) == 2)
        before = [hit.bounding_box() for hit in page.locator(".hit").all()]
        there[0].fulfill(body=tall, content_type="image/png")
        there[1].fulfill(status=404)
        eventually(lambda: page.evaluate("[...document.images].every((one) => one.complete)"))
        assert page.evaluate("[...document.images].some((one) => one.naturalHeight > 0)")
        assert len(before) == 2
        assert [hit.bounding_box() for hit in page.locator(".hit").all()] == before


def test_it_says_when_the_connection_is_lost_and_goes_on_when_it_is_back(
    stage: Stage, page: Page
) -> None:
    with Served(stage) as served:
        page.goto(served.url)
        expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("not connected")).to_be_visible()


def test_a_page_that_nobody_sees_takes_no_connection_and_is_whole_when_it_is_seen_again(
    stage: Stage, page: Page
) -> None:
    turn = """hidden => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with Served(stage) as served:
        page.goto(served.url)
        eventually(lambda: stage.live.browsers == 1)
        page.evaluate(turn, arg=True)
        eventually(lambda: stage.live.browsers == 0)
        stage.add("a.png")
        page.evaluate(turn, arg=False)
        expect(page.get_by_role("link", name="a.png")).to_be_visible()
        eventually(lambda: stage.live.browsers == 1)


def test_a_page_that_was_refused_for_a_moment_is_asked_for_again(stage: Stage, page: Page) -> None:
    with Served(stage) as served:
        page.goto(served.url)
        expect(page.get_by_text("live", exact=True)).to_be_visible()
        site, stage.site = stage.site, None
        with page.expect_response(lambda answer: answer.status == 503):
            stage.read(1)
        stage.add("a.png")
        stage.site = site
        expect(page.get_by_role("link", name="a.png")).to_be_visible()


def test_times_are_in_the_zone_and_the_notation_of_the_reader(
    stage: Stage, chromium: Browser
) -> None:
    stage.add("a.png", changed=1_780_000_000)  # 2026-05-28T20:26:40Z
    context = chromium.new_context(locale="de-DE", timezone_id="Asia/Shanghai")
    page = context.new_page()
    with Served(stage) as served:
        page.goto(served.url + "/images")
        time_element = page.locator("#list time")
        expect(time_element).to_have_text("29.05.2026, 04:26")
        assert (time_element.get_attribute("datetime") or "").startswith("2026-05-2")
    context.close()


def test_without_javascript_the_lists_are_turned_limited_and_searched(
    stage: Stage, plain_page: Page
) -> None:
    fill(stage)
    with Served(stage) as served:
        plain_page.goto(served.url)
        plain_page.get_by_role("link", name="Images", exact=True).click()
        plain_page.get_by_role("link", name="Older").click()
        expect(plain_page.get_by_role("link", name="0.png", exact=True)).to_be_visible()
        plain_page.get_by_label("Name has").fill("59")
        plain_page.get_by_role("button", name="Show").click()
        expect(plain_page.locator("#list li")).to_have_count(1)
        plain_page.get_by_label("Words to find").fill("word 17")
        plain_page.get_by_label("Words to find").press("Enter")
        expect(plain_page.locator("mark").first).to_have_text("word")
        plain_page.get_by_role("link", name="Images", exact=True).click()
        plain_page.get_by_role("link", name="Failed", exact=True).click()
        plain_page.get_by_role("button", name="Try all again with code 216201").click()
        expect(plain_page.get_by_text("1 image waits again")).to_be_visible()
        plain_page.get_by_role("link", name="Failed", exact=True).click()
        plain_page.get_by_role("button", name="Try again with yyy").click()
        expect(plain_page.get_by_text("1 image waits again")).to_be_visible()


def test_the_keyboard_reaches_everything_in_order(stage: Stage, page: Page, width: int) -> None:
    with Served(stage) as served:
        page.goto(served.url)
        page.keyboard.press("Tab")
        expect(page.get_by_text("Skip to the content")).to_be_focused()
        expect(page.get_by_text("Skip to the content")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
