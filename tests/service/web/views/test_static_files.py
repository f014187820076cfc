"""The style and the scripts of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.service.web.views.static_files import address_of
from tests.service.web.views.shown_page import ShownPage

if TYPE_CHECKING:
    from starlette.testclient import TestClient


def test_each_file_that_a_page_names_is_there_and_may_be_kept(client: TestClient) -> None:
    page = ShownPage(client, "/")
    addresses = page.document.xpath("//link/@href | //script/@src")
    assert len(addresses) == 3
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]


def test_a_file_of_an_earlier_version_is_not_kept(client: TestClient) -> None:
    answer = client.get("/static/style.css?v=0000")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "cache-control" not in answer.headers
    assert address_of("style.css").startswith("/static/style.css?v=")


def test_no_other_file_can_be_had(client: TestClient) -> None:
    for name in ("base.html", "../page.py", "..%2fpage.py", "%2e%2e%2fpage.py", "x" * 5000, "%00"):
        assert client.get(f"/static/{name}").status_code == 404


def test_nothing_is_asked_for_elsewhere_and_nothing_is_inline(client: TestClient) -> None:
    for name in ("style.css", "live.js"):
        text = client.get(address_of(name)).text
        assert "//" not in text.replace("// ", "") or "http" not in text
        assert "innerHTML" not in text.replace("outerHTML", "")
