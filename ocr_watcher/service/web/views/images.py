"""The page with the list of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from ocr_watcher.service.web.views.choice import Choice, chosen, key_of, labels_of
from ocr_watcher.service.web.views.current import current
from ocr_watcher.service.web.views.failures import failures_of
from ocr_watcher.service.web.views.rendering import page
from ocr_watcher.service.web.views.retry import report_of
from ocr_watcher.sidecars.state import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ocr_watcher.service.web.site import Site, Sites

_A_PAGE = 50
_LONGEST_CURSOR = 500
_MOST_CODES = 50


def routes(sites: Sites) -> list[Route]:
    """Return the route of the list."""

    def images(request: Request) -> Response:
        return page(request, "images.html", _context(current(sites), request.query_params))

    return [Route("/images", images)]


def _context(site: Site, query: Mapping[str, str]) -> dict[str, object]:
    choice = chosen(query, site.folders)
    after = query.get("after", "")[:_LONGEST_CURSOR]
    listed = site.index.images(choice.wanted, after, _A_PAGE)
    return {
        "choice": choice,
        "entries": listed.entries,
        "failures": failures_of(listed.entries, site.folders, site.snapshot().hung),
        "following": listed.following and choice.address(after=listed.following),
        "newest": choice.address() if after else "",
        "states": [
            (label, choice.of_state(state).address(), choice.state is state)
            for label, state in _states()
        ],
        "folders": [(key_of(root), root) for root in site.folders],
        "codes": _codes(site, choice) if choice.state is State.FAILED else [],
        "labels": labels_of(site.folders),
        "report": report_of(query),
    }


def _states() -> list[tuple[str, State | None]]:
    return [("All", None), *((state.value.capitalize(), state) for state in State)]


def _codes(site: Site, choice: Choice) -> list[tuple[str, int, Choice]]:
    codes = site.index.codes((choice.root,) if choice.root else ())
    most_first = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
    return [(code, number, choice.of_code(code)) for code, number in most_first[:_MOST_CODES]]
