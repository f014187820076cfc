"""The overview tells how things stand."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from ocr_watcher.service.running import Refusal
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.machine import Machine
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.snapshot import Counts, Health, Snapshot
from ocr_watcher.work.underway.entry import Entry as Noted
from ocr_watcher.work.underway.underway_file import UnderwayFile
from tests.service.web.views.hostile import NAMES, SCRIPT
from tests.service.web.views.shown_page import ShownPage
from tests.service.web.views.stage import Stage

if TYPE_CHECKING:
    from pathlib import Path


def pause(**changes: object) -> Pause:
    now = time.time()
    made = Pause("17", "daily limit reached", "buy calls", now - 60, now + 3600)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_an_empty_folder_says_what_to_do(client: TestClient) -> None:
    page = ShownPage(client, "/")
    assert page.text("//h1") == "Waiting for the first scan"
    assert "Drop a scan into a watched folder" in page.text()


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        (Counts(3, 0, 0), "All images are read"),
        (Counts(3, 0, 1), "Nothing waits; 1 image failed"),
        (Counts(3, 1, 1), "1 image waits"),
        (Counts(0, 2000, 0), "2 000 images wait"),
    ],
)
def test_the_first_line_tells_how_things_stand(
    stage: Stage, client: TestClient, counts: Counts, told: str
) -> None:
    stage.snapshot = Snapshot(counts)
    assert ShownPage(client, "/").text("//h1") == told


def test_each_folder_has_its_counts_and_each_count_leads_to_its_images(tmp_path: Path) -> None:
    stage = Stage(tmp_path, ("one", "two"))
    first, second = Counts(1204, 2, 3), Counts(0, 0, 1)
    by_folder = dict(zip(stage.roots, (first, second), strict=True))
    stage.snapshot = Snapshot(first + second, by_folder)
    client = TestClient(stage.app())
    page = ShownPage(client, "/")
    assert page.texts("//*[@id='figures']//li") == ["1 204 done", "2 waiting", "4 failed"]
    rows = page.texts("//*[@id='folders']//tbody/tr")
    assert rows == [f"{stage.roots[0]} 1 204 2 3", f"{stage.roots[1]} 0 0 1"]
    links = page.links("//*[@id='folders']//a")
    assert len({*links}) == 6
    assert all(client.get(link).status_code == 200 for link in links)
    stage.close()


def test_it_tells_what_is_read_right_now(stage: Stage, client: TestClient) -> None:
    file = UnderwayFile(stage.state_dir)
    file.write(0, Noted(f"{stage.roots[0]}/a/long.pdf", Stamp(1, 2, 3), time.time(), 4, 12))
    file.write(1, Noted(f"{stage.roots[0]}/b.png", Stamp(1, 2, 3), time.time()))
    file.write(2, Noted("/another/folder/c.png", Stamp(1, 2, 3), time.time()))
    page = ShownPage(client, "/")
    file.close()
    assert page.text("//h1") == "Reading 2 images"
    long, other = page.texts("//*[@id='reading']//li")
    assert long.startswith("a/long.pdf page 4 of 12, since")
    assert other.startswith("b.png since")
    assert "/another/folder" not in page.html


def test_the_plot_has_a_bar_for_each_minute_with_pages(stage: Stage, client: TestClient) -> None:
    stage.read(3)
    stage.read(4)
    page = ShownPage(client, "/")
    assert page.texts("//*[@id='plot']//*[name()='title']") == ["7 pages, 0 minutes ago"]
    [drawing] = page.document.xpath("//*[@id='plot']/*[name()='svg']")
    assert drawing.get("aria-label") == "7 pages in the last hour, at most 7 in a minute"


def test_a_pause_is_told_with_its_reason_its_remedy_and_its_end(
    stage: Stage, client: TestClient
) -> None:
    stage.snapshot = replace(stage.snapshot, pause=pause(), pauses={"general": pause(code="6")})
    page = ShownPage(client, "/")
    assert page.text("//h1") == "The engine is paused"
    [everything, endpoint] = page.texts("//*[@class='notice bad']")
    assert everything.startswith("Paused until 20")
    assert "daily limit reached (code 17)" in everything
    assert "buy calls" in everything
    assert endpoint.startswith("general is paused until")
    assert len(page.document.xpath("//*[@class='notice bad']//time[@datetime]")) == 4


@pytest.mark.parametrize("end", [1e300, float("nan"), float("inf"), -1e18])
def test_a_pause_with_an_impossible_date_is_told_all_the_same(
    stage: Stage, client: TestClient, end: float
) -> None:
    stage.snapshot = replace(stage.snapshot, pause=pause(until=end))
    assert "at an unknown time" in ShownPage(client, "/").text("//*[@id='notices']")


def test_calls_are_told_against_the_limit_of_a_day(stage: Stage, client: TestClient) -> None:
    assert "7" in ShownPage(client, "/").texts("//*[@id='engine']//dd")
    stage.change(daily_limit=500)
    page = ShownPage(client, "/")
    assert "7 of 500" in page.texts("//*[@id='engine']//dd")
    [meter] = page.document.xpath("//meter")
    assert (meter.get("value"), meter.get("max")) == ("7", "500")


def test_a_limit_of_no_calls_is_shown(stage: Stage, client: TestClient) -> None:
    stage.change(daily_limit=0)
    assert "7 of 0" in ShownPage(client, "/").texts("//*[@id='engine']//dd")


def test_what_is_wrong_is_told(stage: Stage, client: TestClient) -> None:
    assert stage.site is not None
    refused = Refusal(time.time(), "workers: must be a number", 1)
    left_alone = {stage.roots[0]: "claimed by another"}
    stage.change(daemon=replace(stage.site.daemon, refusal=refused, left_alone=left_alone))
    stage.snapshot = replace(stage.snapshot, health=Health(has_lost_a_thread=True))
    page = ShownPage(client, "/")
    assert "workers: must be a number (and 1 more)" in page.text()
    assert "The work does not advance." in page.text()
    assert "left alone: claimed by another" in page.text("//*[@id='folders']")


def test_a_folder_that_does_not_answer_is_told(stage: Stage, client: TestClient) -> None:
    stage.snapshot = replace(stage.snapshot, hung=(stage.roots[0],))
    assert "does not answer" in ShownPage(client, "/").text("//*[@id='folders']")


def test_the_machines_of_a_cluster_are_told_with_how_much_each_reads(
    stage: Stage, client: TestClient
) -> None:
    assert ShownPage(client, "/").text("//*[@id='machines']") == ""
    machines = (
        Machine("10.0.0.1", 2, 16, pages=9_000, pages_a_minute=1_204),
        Machine("10.0.0.2", 0, 0, why_not="it has ocr-watcher 0.0.9, and this machine 0.1.0"),
    )
    stage.snapshot = replace(stage.snapshot, machines=machines)
    page = ShownPage(client, "/")
    head = page.texts("//*[@id='machines']//thead//th")
    assert head == ["Machine", "workers", "threads", "pages a minute"]
    reads, does_not = page.texts("//*[@id='machines']//tbody/tr")
    assert reads == "10.0.0.1 2 16 1 204"
    assert does_not.startswith("10.0.0.2")
    assert page.text("//*[@id='machines']//*[@class='trouble']") == (
        "a worker gets no pages: it has ocr-watcher 0.0.9, and this machine 0.1.0"
    )
    assert does_not.endswith(" 0 0 0")


def test_of_very_many_machines_the_first_are_shown_and_the_others_counted(
    stage: Stage, client: TestClient
) -> None:
    machines = tuple(Machine(f"host-{number:04}", 1, 1) for number in range(1_100))
    stage.snapshot = replace(stage.snapshot, machines=machines)
    page = ShownPage(client, "/")
    rows = page.texts("//*[@id='machines']//tbody/tr")
    assert (len(rows), rows[0]) == (100, "host-0000 1 1 0")
    assert page.text("//*[@id='machines']").endswith("and 1 000 more")


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_machine_and_what_it_tells_are_shown_and_never_meant(
    stage: Stage, client: TestClient, name: str
) -> None:
    stage.snapshot = replace(stage.snapshot, machines=(Machine(name, 1, 1, why_not=name),))
    page = ShownPage(client, "/")
    assert len(page.document.xpath("//script")) == 1
    assert not page.document.xpath("//@*[starts-with(name(), 'on')]")
    assert not page.document.xpath("//@style")
    assert not any(character in page.html for character in "\u202e\u2066\u2028\x1b")
    [row] = page.texts("//*[@id='machines']//tbody/tr")
    assert row.endswith(" 1 1 0")


def test_codes_lead_to_their_images(stage: Stage, client: TestClient) -> None:
    stage.add("a.png", State.FAILED, code="216201")
    stage.add("b.png", State.FAILED, code=SCRIPT)
    page = ShownPage(client, "/")
    assert sorted(page.texts("//*[@id='codes']//li")) == ["216201 1", f"{SCRIPT} 1"]
    for link in page.links("//*[@id='codes']//a"):
        assert len(ShownPage(client, link).texts("//*[@id='list']//li")) == 1


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_and_never_meant(stage: Stage, client: TestClient, name: str) -> None:
    stage.index.entries.append(stage.entry(name))
    page = ShownPage(client, "/")
    assert len(page.document.xpath("//script")) == 1
    assert not page.document.xpath("//@*[starts-with(name(), 'on')]")
    assert not page.document.xpath("//@style")
    assert not any(character in page.html for character in "\u202e\u2066\u2028\x1b")
    assert len(page.texts("//*[@id='latest']//li")) == 1


def test_while_the_settings_are_read_again_it_says_so(stage: Stage, client: TestClient) -> None:
    stage.site = None
    page = ShownPage(client, "/", status=503)
    assert page.headers["retry-after"] == "5"
    assert "The settings are being read again." in page.text()
