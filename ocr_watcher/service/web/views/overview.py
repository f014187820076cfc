"""The page with the state of all folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.routing import Route

from ocr_watcher.index.listed import Wanted
from ocr_watcher.service.web.activity import read_now
from ocr_watcher.service.web.views.choice import Choice, labels_of
from ocr_watcher.service.web.views.current import current
from ocr_watcher.service.web.views.plot import plot_of
from ocr_watcher.service.web.views.rendering import page
from ocr_watcher.service.web.views.shown import counted
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.snapshot import Counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ocr_watcher.service.web.site import Site, Sites
    from ocr_watcher.values.pause import Pause
    from ocr_watcher.values.snapshot import Snapshot

_LATEST = 8
_MOST_CODES = 12
_MOST_MACHINES = 100
_STATES = (State.DONE, State.WAITING, State.FAILED)


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number of images, and the address of their list."""

    state: str
    number: int
    address: str


@dataclass(frozen=True, slots=True)
class _FolderRow:
    """A watched folder with its counts and its problem."""

    root: str
    figures: tuple[_Figure, ...]
    trouble: str


def routes(sites: Sites) -> list[Route]:
    """Return the route of the overview."""

    def overview(request: Request) -> Response:
        return page(request, "overview.html", _context(current(sites)))

    return [Route("/", overview)]


def _context(site: Site) -> dict[str, object]:
    snapshot = site.snapshot()
    reading = sorted(
        read_now(site.settings.state_dir, site.folders), key=lambda item: item[1].since
    )
    codes = sorted(site.index.codes().items(), key=lambda item: -item[1])
    return {
        "headline": headline(snapshot, len(reading)),
        "pauses": dict(_pauses(snapshot)),
        "refusal": site.daemon.refusal,
        "overdue": not snapshot.health.is_good,
        "figures": _figures(snapshot.counts, Choice()),
        "rows": list(_rows(site, snapshot)),
        "machines": snapshot.machines[:_MOST_MACHINES],
        "more_machines": len(snapshot.machines[_MOST_MACHINES:]),
        "reading": reading,
        "plot": plot_of(site.activity.pages()),
        "engine": site.engine,
        "endpoints": sorted({*site.daemon.endpoints.values()}),
        "calls": site.calls_today(),
        "limit": site.daily_limit,
        "since": site.daemon.since,
        "codes": [(code, number, Choice().of_code(code)) for code, number in codes[:_MOST_CODES]],
        "latest": site.index.images(Wanted(), most=_LATEST).entries,
        "labels": labels_of(site.folders),
    }


def headline(snapshot: Snapshot, reading: int) -> str:
    """Return the state of the pipeline in one sentence.

    Args:
        snapshot: The state of the pipeline.
        reading: The number of images that are being read.
    """
    counts = snapshot.counts
    if snapshot.pause is not None:
        return "The engine is paused"
    if counts.waiting and not reading:
        return counted(counts.waiting, "image waits", "images wait")
    if counts.waiting or reading:
        return f"Reading {counted(max(counts.waiting, reading), 'image')}"
    if counts.failed:
        return f"Nothing waits; {counted(counts.failed, 'image')} failed"
    if counts.done:
        return "All images are read"
    return "Waiting for the first scan"


def _pauses(snapshot: Snapshot) -> Iterator[tuple[str, Pause]]:
    """Yield the pauses by what they stop: an endpoint, or with an empty name all calls."""
    if snapshot.pause is not None:
        yield "", snapshot.pause
    yield from sorted(snapshot.pauses.items())


def _rows(site: Site, snapshot: Snapshot) -> Iterator[_FolderRow]:
    only = len(site.folders) == 1
    for root in site.folders:
        counts = snapshot.by_folder.get(root, Counts())
        if only:  # the total also counts images that came since the last scan
            counts = snapshot.counts
        yield _FolderRow(root, _figures(counts, Choice(root)), _trouble(root, site, snapshot))


def _trouble(root: str, site: Site, snapshot: Snapshot) -> str:
    left_alone: Mapping[str, str] = site.daemon.left_alone
    if root in left_alone:
        return f"left alone: {left_alone[root]}"
    return "does not answer; see whether its server is up" if root in snapshot.hung else ""


def _figures(counts: Counts, choice: Choice) -> tuple[_Figure, ...]:
    numbers = (counts.done, counts.waiting, counts.failed)
    return tuple(
        _Figure(state.value, number, choice.of_state(state).address())
        for state, number in zip(_STATES, numbers, strict=True)
    )
