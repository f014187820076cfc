"""Every link of the documentation to something in the repository leads there."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt

from tests.documentation import PAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable("table")
FILES = sorted({*PAGES, *ROOT.glob("*.md"), ROOT / "benchmarks" / "README.md"})


def inline_of(file: Path) -> Iterator[Token]:
    """The text, links and pictures of a page."""
    for token in MARKDOWN.parse(file.read_text("utf-8")):
        yield from token.children or ()


def targets_of(file: Path) -> list[str]:
    """What the links and pictures of a page lead to, but for other sites."""
    found = [token.attrGet("href") or token.attrGet("src") for token in inline_of(file)]
    targets = [unquote(str(target)) for target in found if target]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors_of(file: Path) -> set[str]:
    """The names by which GitHub knows the headings of a page."""
    tokens = MARKDOWN.parse(file.read_text("utf-8"))
    headings = [
        "".join(child.content for child in following.children or ())
        for token, following in pairwise(tokens)
        if token.type == "heading_open"
    ]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_there(file: Path, target: str) -> bool:
    """Return whether a target exists, seen from a page."""
    path, _, anchor = target.partition("#")
    place = (file.parent / path).resolve() if path else file
    if not place.exists():
        return False
    return not anchor or anchor in anchors_of(place)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(file: Path) -> None:
    assert [target for target in targets_of(file) if not is_there(file, target)] == []


def test_the_readme_leads_to_every_page() -> None:
    linked = {
        (PAGES[0].parent / target.partition("#")[0]).resolve() for target in targets_of(PAGES[0])
    }
    left = {file.name for file in PAGES[1:] if file not in linked}
    assert left == {"index.md"}, "all but the first page of the site"


def test_links_and_anchors_are_told_as_they_are(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n\n## `web.listen`, and more\n\n"
        "[here](#weblisten-and-more) [there](page.md#a-page) ![none](none.png) [nowhere](#nowhere) [site](https://example.org)\n",
        "utf-8",
    )
    assert [target for target in targets_of(page) if not is_there(page, target)] == [
        "none.png",
        "#nowhere",
    ]


def test_the_pictures_of_the_documentation_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in (ROOT / "docs" / "pictures").iterdir()}
    assert sizes
    assert {name for name, size in sizes.items() if size > 150_000} == set()
