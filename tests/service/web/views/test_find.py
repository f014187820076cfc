"""The page that finds images by words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.service.web.views.hostile import NAMES, SCRIPT
from tests.service.web.views.shown_page import ShownPage

if TYPE_CHECKING:
    from starlette.testclient import TestClient

    from tests.service.web.views.stage import Stage


def test_without_words_it_says_how_to_search(client: TestClient) -> None:
    for address in ("/find", "/find?words=", "/find?words=%20%0A"):
        assert "Type words at the top" in ShownPage(client, address).text()


def test_a_hit_has_its_line_with_the_words_marked_and_leads_to_its_page(
    stage: Stage, client: TestClient
) -> None:
    entry = stage.add("a.png", text="nothing\fRechnung Nr. 4711 vom 3. November")
    stage.add("b.png", text="Rechnung Nr. 12")
    page = ShownPage(client, "/find?words=4711+rechnung")
    assert page.text("//h1") == "1 image with “4711 rechnung”"
    assert page.texts("//*[@class='line']") == ["Rechnung Nr. 4711 vom 3. November"]
    assert page.texts("//mark") == ["Rechnung", "4711"]
    address = f"/images/{entry.id}?page=2&words=4711+rechnung"
    assert page.links("//*[@class='hit']//a") == [address]
    assert "page 2" in page.text("//*[@class='hit']")
    [cutout] = page.document.xpath("//img")
    assert cutout.get("src") == f"/images/{entry.id}/cutout?page=2&words=4711+rechnung"
    assert cutout.get("alt") == ""


def test_the_words_stay_in_the_field(client: TestClient) -> None:
    page = ShownPage(client, "/find?words=a+%22%3E" + SCRIPT)
    assert page.document.xpath("//input[@id='words']/@value") == [f'a ">{SCRIPT}']
    assert len(page.document.xpath("//script")) == 1
    assert page.text("//h1") == f'Nothing has “a ">{SCRIPT}”'


def test_a_search_that_was_ended_says_so(stage: Stage, client: TestClient) -> None:
    stage.add("a.png", text="word")
    stage.index.is_complete = False
    assert "took too long" in ShownPage(client, "/find?words=word").text(
        "//*[@role='status' and @class='notice']"
    )


def test_chinese_is_found_and_marked(stage: Stage, client: TestClient) -> None:
    stage.add("a.png", text="发票号码 12345")
    assert ShownPage(client, "/find?words=发票").texts("//mark") == ["发票"]


def test_many_hits_are_bounded(stage: Stage, client: TestClient) -> None:
    for number in range(60):
        stage.add(f"{number}.png", text="word")
    page = ShownPage(client, "/find?words=word")
    assert len(page.texts("//*[@class='hit']")) == 50
    assert "The newest 50 are shown" in page.text()


@pytest.mark.parametrize("name", NAMES)
def test_names_and_texts_are_shown_and_never_meant(
    stage: Stage, client: TestClient, name: str
) -> None:
    stage.add_entry(stage.entry(name), f"word {name} {SCRIPT}\u202e")
    page = ShownPage(client, "/find?words=word")
    assert len(page.texts("//*[@class='hit']")) == 1
    assert len(page.document.xpath("//script")) == 1
    assert "\u202e" not in page.html


@pytest.mark.parametrize(
    "words", ["x" * 9000, "a " * 3000, "%00%ff", "%ED%B3%BF", "̈" * 500, "' OR *"]
)
def test_whatever_is_searched_for_there_is_an_answer(client: TestClient, words: str) -> None:
    assert "Nothing has" in ShownPage(client, f"/find?words={words}").text("//h1")
