"""What cannot be shown has a page that says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.service.web.views.shown_page import ShownPage

if TYPE_CHECKING:
    import pytest
    from starlette.testclient import TestClient

    from tests.service.web.views.stage import Stage


def test_an_unknown_address_is_not_found(client: TestClient) -> None:
    page = ShownPage(client, "/nonsense/%3Cscript%3E", status=404)
    assert "nothing at this address" in page.text()
    assert "nonsense" not in page.html


def test_a_fault_of_the_page_is_logged_once_and_without_what_was_searched(
    stage: Stage, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> int:
        raise ZeroDivisionError

    stage.change(calls_today=fails)
    page = ShownPage(client, "/?words=private", status=500)
    assert "by a fault of ocr-watcher" in page.text()
    assert "ZeroDivisionError" not in page.html
    assert [record.getMessage() for record in caplog.records] == [
        "a fault of this program in the page"
    ]
    assert "private" not in caplog.text
    ShownPage(client, "/images")
