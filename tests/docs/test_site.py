"""The documentation as a site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from ocr_watcher.settings.catalogue import settings
from tests.docs.building import DOCS, built
from tests.docs.commands import COMMANDS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

_LOADED_BY = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "srcset"}
_FROM_ELSEWHERE = re.compile(r"(?:https?:)?//")
_IN_STYLES = re.compile(r"(?:@import\s+|url\(\s*)[\"']?((?:https?:)?//[^\"')]*)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built without a warning."""
    pytest.importorskip("furo")
    return built("html", tmp_path_factory.mktemp("site") / "html")


class _Page(HTMLParser):
    """What a page loads, where it leads to, and the places in it that links may lead to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.places |= {named.get("id") or "", named.get("name") or ""}
        if tag == "a":
            self.links.append(named.get("href") or "")
        elif address := named.get(_LOADED_BY.get(tag, "")):
            self.loads.append(address)


def test_every_page_has_a_place_on_it(site: Path) -> None:
    names = {file.stem for file in DOCS.glob("*.md")}
    assert {"index", "commands", "settings"} <= names
    assert names <= {file.stem for file in site.glob("*.html")}


def test_a_page_loads_nothing_from_another_host(site: Path) -> None:
    loaded = [address for file in site.rglob("*.html") for address in _Page(file).loads]
    assert loaded
    assert [address for address in loaded if _FROM_ELSEWHERE.match(address)] == []
    styles = [file.read_text("utf-8") for file in site.rglob("*.css")]
    assert styles
    assert [found for style in styles for found in _IN_STYLES.findall(style)] == []


def test_every_link_within_it_leads_somewhere(site: Path) -> None:
    pages = {file: _Page(file) for file in site.glob("*.html")}
    lost = [
        (file.name, link)
        for file, page in pages.items()
        for link in page.links
        if not urlsplit(link).scheme and not _leads_somewhere(file, link, pages)
    ]
    assert lost == []


def _leads_somewhere(file: Path, link: str, pages: dict[Path, _Page]) -> bool:
    path, place = urlsplit(link).path, unquote(urlsplit(link).fragment)
    target = (file.parent / unquote(path)).resolve() if path else file
    if target in pages:
        return place in {"", *pages[target].places}
    return target.is_file()


def test_it_has_every_command_and_every_setting(site: Path) -> None:
    commands = (site / "commands.html").read_text("utf-8")
    assert [name for name in COMMANDS if f'id="{name.replace(" ", "-")}"' not in commands] == []
    listed = re.findall(r"<dt>(.*?)</dt>", (site / "settings.html").read_text("utf-8"))
    paths = [re.sub(r"<[^>]*>", "", term) for term in listed]
    assert sorted(paths) == sorted(setting.path for setting in settings())
