"""A page as a reader of HTML has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import lxml.html

if TYPE_CHECKING:
    from starlette.testclient import TestClient


class ShownPage:
    """The answer to a request for a page, which must have succeeded unless a status is given."""

    def __init__(self, client: TestClient, address: str, status: int = 200) -> None:
        answer = client.get(address)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        self.headers = answer.headers
        self.html = answer.text
        self.document = lxml.html.fromstring(answer.content.decode("utf-8"))

    def texts(self, selector: str) -> list[str]:
        """The words of each element, with single spaces."""
        found = self.document.xpath(selector)
        return [" ".join(element.text_content().split()) for element in found]

    def text(self, selector: str = "//main") -> str:
        """The words of the one element."""
        [words] = self.texts(selector)
        return words

    def links(self, selector: str = "//main//a") -> list[str]:
        return [element.get("href") for element in self.document.xpath(selector)]
