"""The addresses for programs: ``/metrics`` for Prometheus, and ``/health`` for a monitor.

They reveal neither the content of folders nor keys. ``/metrics`` has the paths of the watched
folders, like the textfile; ``/health`` has no path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from ocr_watcher.service.metrics.process_metrics import CONTENT_TYPE
from ocr_watcher.service.web.guards.answer import answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ocr_watcher.service.web.site import Site, Sites

_METRICS = "/metrics"
_HEALTH = "/health"
_JSON = b"application/json"
_SOON = (b"retry-after", b"5")
_ALLOW = (b"allow", b"GET, HEAD")


class HealthAndMetrics:
    """Answers requests to the two addresses, and passes all others to the page."""

    def __init__(self, page: ASGIApp, sites: Sites) -> None:
        """Put it before the page.

        Args:
            page: The page.
            sites: A function that returns what is shown now; None during a reload.
        """
        self._page = page
        self._sites = sites
        # They have a thread of their own, as all threads of the page may wait for a folder that
        # hangs.
        self._thread = anyio.CapacityLimiter(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        tell = {_METRICS: _tell_metrics, _HEALTH: _tell_health}.get(scope["path"])
        if tell is None:
            await self._page(scope, receive, send)
        elif scope["method"] == "POST":
            await answer(send, 405, "It can only be read.", _ALLOW)
        else:
            await tell(self._sites(), send, self._thread)


async def _tell_metrics(site: Site | None, send: Send, thread: anyio.CapacityLimiter) -> None:
    if site is None:
        await answer(send, 503, "The settings are being read again.", _SOON)
        return
    text = (await anyio.to_thread.run_sync(site.metrics, limiter=thread)).decode()
    await answer(send, 200, text.removesuffix("\n"), content_type=CONTENT_TYPE.encode())


async def _tell_health(site: Site | None, send: Send, thread: anyio.CapacityLimiter) -> None:
    """Answer with status 503 if systemd's watchdog would get no message."""
    if site is None:
        await answer(send, 503, '{"status": "reloading"}', _SOON, content_type=_JSON)
        return
    health = (await anyio.to_thread.run_sync(site.snapshot, limiter=thread)).health
    status, word = (200, "ok") if health.is_good else (503, "stalled")
    await answer(send, status, f'{{"status": "{word}"}}', content_type=_JSON)
