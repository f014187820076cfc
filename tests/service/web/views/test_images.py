"""The list of images: newest first, limited by folder, state, code and name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from ocr_watcher.sidecars.state import State
from tests.service.web.views.hostile import NAMES, SCRIPT
from tests.service.web.views.shown_page import ShownPage
from tests.service.web.views.stage import TOKEN, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = "//*[@id='list']//li"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path, ("one", "two"))
    yield stage
    stage.close()


def names(page: ShownPage) -> list[str]:
    return page.texts(f"{IMAGES}//a[contains(@class, 'image')]")


def test_without_images_it_says_what_to_do(client: TestClient) -> None:
    assert "Drop a scan into a watched folder" in ShownPage(client, "/images").text()


def test_the_newest_image_is_first_and_leads_to_its_page(stage: Stage, client: TestClient) -> None:
    stage.add("a.png")
    newest = stage.add("in/b.png", State.WAITING)
    page = ShownPage(client, "/images")
    assert names(page) == ["b.png", "a.png"]
    assert page.texts(IMAGES)[0].startswith("b.png in waiting 20")
    assert page.links(f"{IMAGES}//a")[0] == f"/images/{newest.id}"


def test_a_long_list_is_turned_to_its_end_and_back(stage: Stage, client: TestClient) -> None:
    for number in range(120):
        stage.add(f"{number}.png")
    seen, address = [], "/images"
    while address:
        page = ShownPage(client, address)
        seen += names(page)
        [address] = page.links("//a[@rel='next']") or [""]
    assert seen == [f"{number}.png" for number in reversed(range(120))]
    assert page.links("//*[@class='turn']/a") == ["/images"]


def test_it_is_limited_by_state_folder_and_name(two: Stage) -> None:
    client = TestClient(two.app())
    two.add("a.png")
    two.add("b.png", State.WAITING, root=two.roots[1])
    two.add("Bill.png", root=two.roots[1])
    page = ShownPage(client, "/images")
    waiting, second = page.links("//*[@class='tabs']/a")[1], page.document.xpath("//option")[2]
    assert names(ShownPage(client, waiting)) == ["b.png"]
    assert second.text == two.roots[1]
    of_second = f"/images?folder={second.get('value')}"
    assert names(ShownPage(client, of_second)) == ["Bill.png", "b.png"]
    both = ShownPage(client, f"{of_second}&state=done&name=BILL")
    assert names(both) == ["Bill.png"]
    assert both.document.xpath("//input[@name='name']/@value")[-1] == "BILL"
    assert both.document.xpath("//option[@selected]/@value") == [second.get("value")]
    assert "No image is like that" in ShownPage(client, "/images?name=nothing").text()


def test_images_of_several_folders_tell_their_folder(two: Stage) -> None:
    two.add("a.png")
    two.add("x/b.png", root=two.roots[1])
    page = ShownPage(TestClient(two.app()), "/images")
    assert page.texts(f"{IMAGES}//*[@class='path soft']") == ["two/x", "one"]


def test_a_failed_image_has_its_code_message_advice_and_a_button(
    stage: Stage, client: TestClient
) -> None:
    entry = stage.add(
        "a.png", State.FAILED, code="216201", message="bad format", advice="scan it again"
    )
    page = ShownPage(client, "/images")
    assert page.text("//*[@class='failure']/p") == "216201 bad format; scan it again"
    [form] = page.document.xpath("//*[@class='failure']/form")
    assert (form.get("action"), form.get("method")) == ("/retry", "post")
    assert form.fields["token"] == TOKEN
    assert form.fields["id"] == entry.id
    assert page.text("//*[@class='failure']//button") == "Try again with a.png"


def test_all_images_of_a_code_have_one_button(stage: Stage, client: TestClient) -> None:
    for name in ("a.png", "b.png"):
        stage.add(name, State.FAILED, code="216201")
    stage.add("c.png", State.FAILED, code="too-many-pixels")
    page = ShownPage(client, "/images?state=failed&name=a")
    assert page.texts("//*[@class='codes']/tbody/tr") == [
        "216201 2 Try all again with code 216201",
        "too-many-pixels 1 Try all again with code too-many-pixels",
    ]
    form = page.document.xpath("//*[@class='codes']//form")[0]
    assert dict(form.fields) == {
        "token": TOKEN,
        "state": "failed",
        "code": "216201",
        "name": "a",
    }
    assert "takes those whose name has “a”" in page.text()


def test_an_error_file_that_is_hostile_is_only_shown(stage: Stage, client: TestClient) -> None:
    words = f"{SCRIPT}\n\u202e\udcff\x1b[2J"
    stage.add("a.png", State.FAILED, code="x", message=words, advice=words * 20)
    page = ShownPage(client, "/images")
    assert len(page.document.xpath("//script")) == 1
    assert "\u202e" not in page.html
    assert SCRIPT in page.text("//*[@class='failure']/p")


@pytest.mark.parametrize("content", ["", "[" * 60000, "null", '{"error": 1}', "NaN", "1e999"])
def test_an_error_file_that_is_none_costs_no_list(
    stage: Stage, client: TestClient, content: str
) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    Path(f"{entry.image.path}.ocr-error.json").write_text(content)
    assert "its error file cannot be read" in ShownPage(client, "/images").text()


def test_a_failed_image_whose_folder_is_gone_tells_the_code_of_the_index(
    stage: Stage, client: TestClient
) -> None:
    stage.index.entries.append(stage.entry("gone/a.png", State.FAILED, code="216201"))
    assert ShownPage(client, "/images").text("//*[@class='failure']/p") == "216201"


def test_a_name_that_is_too_long_for_a_sidecar_is_why(stage: Stage, client: TestClient) -> None:
    stage.add("x" * 245 + ".png", State.FAILED, code="name-too-long", error_file=False)
    assert "give the image a shorter name" in ShownPage(client, "/images").text()


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_and_never_meant(stage: Stage, client: TestClient, name: str) -> None:
    stage.index.entries.append(stage.entry(name))
    page = ShownPage(client, "/images")
    assert len(page.document.xpath("//script")) == 1
    assert not page.document.xpath("//@*[starts-with(name(), 'on')] | //@style")
    assert len(page.texts(IMAGES)) == 1
    assert all(link.startswith("/") for link in page.links("//a[not(@class='skip')]"))


@pytest.mark.parametrize(
    "query", ["state=nonsense", "folder=0123", "folder=/etc", "state=done%00", "folder=%F0%9F"]
)
def test_what_is_no_list_is_not_found(client: TestClient, query: str) -> None:
    ShownPage(client, f"/images?{query}", status=404)


@pytest.mark.parametrize(
    "query",
    [
        "after=" + "9" * 5000,
        "after=%00%ff",
        "after=-1&name=%F0%9F%00",
        "name=" + "x" * 6000,
        "code=" + "%27%22%3E" * 500,
        "name=%ED%B3%BF",
        "again=99999999999999999999&faults=1",
        "again=-1&faults=x",
        "again=%D9%A3&faults=1",
    ],
)
def test_whatever_the_address_has_there_is_a_list(client: TestClient, query: str) -> None:
    page = ShownPage(client, f"/images?{query}")
    assert not page.document.xpath("//*[@class='notice good']")


def test_an_address_names_no_path(two: Stage) -> None:
    two.add("a.png", State.FAILED, code="1", root=two.roots[1])
    page = ShownPage(TestClient(two.app()), "/images?state=failed")
    addresses = json.dumps(page.document.xpath("//@href | //@action | //input/@value"))
    assert str(two.directory) not in addresses
