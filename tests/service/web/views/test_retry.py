"""The button that makes failed images wait again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.service.web.views import retry
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.image import Stamp
from ocr_watcher.values.tried import Tried
from tests.service.web.views.shown_page import ShownPage

if TYPE_CHECKING:
    import pytest
    from httpx2 import Response
    from starlette.testclient import TestClient

    from ocr_watcher.index.entry import Entry
    from tests.service.web.views.stage import Stage


def error_file(entry: Entry) -> Path:
    return Path(f"{entry.image.path}.ocr-error.json")


def press(client: TestClient, **fields: str) -> Response:
    return client.post("/retry", data=fields)


def test_one_image_waits_again_and_the_list_says_so(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    other = stage.add("b.png", State.FAILED, code="216201")
    answer = press(client, id=entry.id, state="failed", code="216201")
    assert answer.status_code == 303
    assert not error_file(entry).exists()
    assert error_file(other).exists()
    page = ShownPage(client, answer.headers["location"])
    assert page.text("//*[@class='notice good']") == "1 image waits again."
    assert page.texts("//*[@aria-current='true']") == ["Failed", "216201"]


def test_the_tries_so_far_are_forgotten(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    tried = Tried(Stamp(0, 1, 2), 3, 0, 1.0, 2.0, "216201", "bad")
    stage.ledger.tried(entry.image, tried)
    press(client, id=entry.id)
    assert stage.ledger.tries_of(entry.image) is None


def test_from_its_own_page_an_image_leads_back_there(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    answer = press(client, id=entry.id, back="image")
    assert answer.headers["location"] == f"/images/{entry.id}"


def test_all_of_a_code_are_those_of_the_list_it_stands_at(stage: Stage, client: TestClient) -> None:
    meant = [stage.add(f"meant/{n}.png", State.FAILED, code="216201") for n in range(450)]
    others = [
        stage.add("meant/other-code.png", State.FAILED, code="216202"),
        stage.add("elsewhere/a.png", State.FAILED, code="216201"),
    ]
    answer = press(client, code="216201", name="meant/", state="failed")
    assert not any(error_file(entry).exists() for entry in meant)
    assert all(error_file(entry).exists() for entry in others)
    page = ShownPage(client, answer.headers["location"])
    assert page.text("//*[@class='notice good']") == "450 images wait again."


def test_an_image_that_has_another_code_by_now_stays_as_it_is(
    stage: Stage, client: TestClient
) -> None:
    entry = stage.add("a.png", State.FAILED, code="216202")
    stage.index.entries[0] = replace(entry, code="216201")
    answer = press(client, code="216201")
    assert error_file(entry).exists()
    assert "0 images wait again." in ShownPage(client, answer.headers["location"]).text()


def test_what_cannot_be_made_to_wait_is_counted_and_the_others_wait(
    stage: Stage, client: TestClient
) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    for name in ("gone/b.png", "gone/c.png"):
        stage.index.entries.insert(0, stage.entry(name, State.FAILED, code="216201"))
    answer = press(client, code="216201")
    assert not error_file(entry).exists()
    told = ShownPage(client, answer.headers["location"]).text("//*[@class='notice bad']")
    assert told.startswith("1 image waits again. 2 images could not be made to wait")


def test_a_folder_that_does_not_answer_is_not_asked(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    stage.snapshot = replace(stage.snapshot, hung=(stage.roots[0],))
    assert "again=0&faults=1" in press(client, code="216201").headers["location"]
    assert error_file(entry).exists()
    page = ShownPage(client, "/images?state=failed")
    assert page.text("//*[@class='failure']/p") == "216201"


def test_a_link_in_the_place_of_the_directory_is_not_followed(
    stage: Stage, client: TestClient, tmp_path: Path
) -> None:
    entry = stage.add("in/a.png", State.FAILED, code="216201")
    outside = tmp_path / "outside"
    Path(entry.image.path).parent.rename(outside)
    Path(entry.image.path).parent.symlink_to(outside)
    assert "faults=1" in press(client, id=entry.id).headers["location"]
    assert (outside / "a.png.ocr-error.json").exists()


def test_what_takes_too_long_is_told_to_be_pressed_again(
    stage: Stage, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "_SECONDS", -1.0)
    stage.add("a.png", State.FAILED, code="216201")
    answer = press(client, code="216201")
    assert "press the button again" in ShownPage(client, answer.headers["location"]).text()


def test_a_daemon_that_stops_does_not_wait_for_it(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    stage.stops = True
    assert "more=1" in press(client, code="216201").headers["location"]
    assert error_file(entry).exists()


def test_an_image_that_is_unknown_is_not_found(client: TestClient) -> None:
    for name in (
        "nonsense",
        "../../etc/passwd",
        "x" * 9000,
        "%00",
        "\ufffd",
    ):
        assert press(client, id=name).status_code == 404


def test_a_form_that_says_nothing_is_refused(client: TestClient) -> None:
    assert press(client).status_code == 400
    assert press(client, name="a").status_code == 400
    assert client.post("/retry", content=b"\xff\xfe=1&id=%ff").status_code == 400
    assert client.post("/retry", content=b"&".join([b"a=1"] * 50)).status_code == 400


def test_asking_for_it_changes_nothing(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    assert client.get(f"/retry?id={entry.id}").status_code == 405
    assert error_file(entry).exists()


def test_the_way_back_is_never_elsewhere(stage: Stage, client: TestClient) -> None:
    entry = stage.add("a.png", State.FAILED, code="216201")
    for back in ("//evil.example", "https://evil.example", "\r\nSet-Cookie: a=b"):
        answer = press(client, id=entry.id, back=back, name=back)
        assert answer.headers["location"].startswith("/images?")
        assert "set-cookie" not in answer.headers
