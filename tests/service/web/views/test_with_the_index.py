"""The views ask the real index, of a folder with hostile files."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from ocr_watcher.sidecars.state import State
from tests.index.shelf import Shelf
from tests.service.web.views.hostile import NAMES, SCRIPT
from tests.service.web.views.shown_page import ShownPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from tests.service.web.views.stage import Stage


@pytest.fixture
def shelf(stage: Stage, tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "scans", stage.state_dir)
    stage.change(index=shelf.index)
    yield shelf
    shelf.index.close()


def names(page: ShownPage) -> list[str]:
    return page.texts("//*[@id='list']//li//a[contains(@class, 'image')]")


def test_every_name_that_a_file_can_have_is_listed_found_and_never_meant(
    shelf: Shelf, client: TestClient
) -> None:
    fitting = [name for name in NAMES if len(name) < 240 and "/" not in name]
    for name in fitting:
        shelf.done(name, f"letter to Anna {SCRIPT}\u202e\x00\x0c发票 word")
    shelf.compare()
    for address, rows in (
        ("/images", "//*[@id='list']//li"),
        ("/find?words=anna", "//li[@class='hit']"),
    ):
        page = ShownPage(client, address)
        assert len(page.texts(rows)) == len(fitting)
        assert len(page.document.xpath("//script")) == 1
        assert "\u202e" not in page.html
    assert ShownPage(client, "/find?words=发票").texts("//mark") == ["发票"] * len(fitting)


def test_a_list_is_turned_to_its_end_while_images_come(shelf: Shelf, client: TestClient) -> None:
    for number in range(120):
        shelf.done(f"{number}.png", "word")
    shelf.compare()
    seen, address = [], "/images"
    while address:
        page = ShownPage(client, address)
        seen += names(page)
        shelf.done(f"new-{len(seen)}.png", "word")
        shelf.compare()
        [address] = page.links("//a[@rel='next']") or [""]
    assert sorted(seen) == sorted(f"{number}.png" for number in range(120))


@pytest.mark.parametrize(
    "cursor", ["9" * 400, "-1", "\x00", "' OR 1=1", "1e999", "nan:nan", "é" * 400, "9" * 30 + ":x"]
)
def test_a_cursor_that_nobody_gave_out_gives_a_list(
    shelf: Shelf, client: TestClient, cursor: str
) -> None:
    shelf.done("a.png", "word")
    shelf.compare()
    ShownPage(client, f"/images?after={quote(cursor)}")


@pytest.mark.parametrize(
    "words", ["'", '"', "a* OR b", "NEAR(a b)", "%", "_", "\x00", "\ufdfa" * 200]
)
def test_words_are_never_a_query_language(shelf: Shelf, client: TestClient, words: str) -> None:
    shelf.done("a.png", "plain")
    shelf.compare()
    assert names(ShownPage(client, f"/find?words={quote(words)}")) == []


def test_all_of_a_code_wait_again_though_the_index_learns_it_later(
    shelf: Shelf, stage: Stage, client: TestClient
) -> None:
    for number in range(450):
        shelf.failed(f"{number}.png", "216201")
    shelf.failed("other.png", "216202")
    shelf.compare()
    page = ShownPage(client, "/images?state=failed")
    assert page.texts("//*[@class='codes']//td[@class='amount']") == ["450", "1"]
    answer = client.post("/retry", data={"code": "216201"})
    assert "again=450&faults=0" in answer.headers["location"]
    again = client.post("/retry", data={"code": "216201"})
    assert "again=0&faults=0" in again.headers["location"]
    shelf.compare()
    assert {entry.state for entry in shelf.entries()} == {State.WAITING, State.FAILED}
    assert names(ShownPage(client, "/images?state=failed")) == ["other.png"]


def test_an_index_that_was_closed_shows_nothing_and_no_fault(
    shelf: Shelf, client: TestClient
) -> None:
    shelf.done("a.png", "word")
    shelf.compare()
    shelf.index.close()
    for address in ("/", "/images", "/find?words=word"):
        ShownPage(client, address)
