"""The page that finds images by the words of their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from ocr_watcher.service.web.views.choice import labels_of
from ocr_watcher.service.web.views.current import current
from ocr_watcher.service.web.views.marks import Part, marked
from ocr_watcher.service.web.views.rendering import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from ocr_watcher.index.entry import Entry
    from ocr_watcher.index.found import Hit
    from ocr_watcher.service.web.site import Site, Sites

_MOST_HITS = 50
_SECONDS = 1.0
LONGEST_SEARCH = 200
"""The most characters of a search."""
_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class _Shown:
    """An image that was found.

    Attributes:
        entry: The image.
        page: The number of its page with the line.
        parts: The line, with the words marked.
        address: The address of the image, at that page.
        cutout: The address of the piece of the picture that has the line.
    """

    entry: Entry
    page: int
    parts: list[Part]
    address: str
    cutout: str


def routes(sites: Sites) -> list[Route]:
    """Return the route of the search."""

    def find(request: Request) -> Response:
        searched = request.query_params.get("words", "")[:LONGEST_SEARCH]
        return page(request, "find.html", _context(current(sites), searched))

    return [Route("/find", find)]


def _context(site: Site, searched: str) -> dict[str, object]:
    words = searched.split()[:_MOST_WORDS]
    context = {"searched": " ".join(words), "labels": labels_of(site.folders), "most": _MOST_HITS}
    if not words:
        return {**context, "hits": [], "is_complete": True}
    found = site.index.search(words, most=_MOST_HITS, seconds=_SECONDS)
    return {
        **context,
        "hits": [_shown(hit, words) for hit in found.hits],
        "is_complete": found.complete,
    }


def _shown(hit: Hit, words: list[str]) -> _Shown:
    query = urlencode({"page": hit.page, "words": " ".join(words)}, errors="replace")
    image = f"/images/{hit.entry.id}"
    return _Shown(
        entry=hit.entry,
        page=hit.page,
        parts=marked(hit.line, hit.words),
        address=f"{image}?{query}",
        cutout=f"{image}/cutout?{query}",
    )
