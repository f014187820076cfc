"""What axe finds on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page


def faults(page: Page) -> list[str]:
    """The serious and critical faults: the rule, and the places that break it."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {[node['target'] for node in fault['nodes']]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]


def is_wider_than_the_window(page: Page) -> bool:
    """Whether the page has to be moved sideways to be read."""
    wider: bool = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return wider
