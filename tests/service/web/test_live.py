"""Browsers are told of changes; none delays the work, and none stays when the page stops."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import FolderScanned
from ocr_watcher.service.web.live import MOST_BROWSERS, Live
from ocr_watcher.service.web.page import build
from ocr_watcher.service.web.pictures.image_work import ImageWork

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    import pytest

CHANGED = b"event: changed\ndata:\n\n"


class Browser:
    """A browser that asked for the events, as its server sees it."""

    def __init__(self, live: Live) -> None:
        self._app = build(lambda: None, live, ImageWork())
        self._leaves = asyncio.Event()
        self.sent: asyncio.Queue[Any] = asyncio.Queue()
        scope = {"type": "http", "method": "GET", "path": "/events", "headers": []}
        scope |= {"query_string": b"", "root_path": ""}
        self.answer = asyncio.create_task(self._app(scope, self._receive, self._send))

    async def begins(self) -> int:
        """The status of the answer."""
        start = await asyncio.wait_for(self.sent.get(), 5)
        status: int = start["status"]
        if status == 200:
            assert dict(start["headers"])[b"content-type"].startswith(b"text/event-stream")
            assert (await self.sent.get())["body"].startswith(b"retry:")
        return status

    async def is_told(self, within: float = 5) -> bool:
        try:
            return (await asyncio.wait_for(self.sent.get(), within))["body"] == CHANGED
        except TimeoutError:
            return False

    def leave(self) -> None:
        self._leaves.set()

    async def ends(self) -> None:
        await asyncio.wait_for(asyncio.shield(self.answer), 5)

    async def _receive(self) -> dict[str, Any]:
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        await self.sent.put(message)


@contextlib.asynccontextmanager
async def browsers(live: Live, number: int = 1) -> AsyncIterator[list[Browser]]:
    those = [Browser(live) for _ in range(number)]
    yield those
    for browser in those:
        browser.leave()
        await browser.ends()


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_an_event_of_another_thread_is_told_once_however_many_come() -> None:
    async def story() -> None:
        live, bus = Live(), EventBus()
        live.attach(bus)
        async with browsers(live) as [browser]:
            assert await browser.begins() == 200
            for _ in range(100):
                await asyncio.to_thread(bus.publish, FolderScanned("/scans"))
            assert await browser.is_told()
            assert browser.sent.qsize() == 0

    run(story())


def test_a_change_that_comes_while_another_is_told_is_told_as_well() -> None:
    async def story() -> None:
        live = Live()
        async with browsers(live) as [browser]:
            await browser.begins()
            for _ in range(3):
                live.changed()
                assert await browser.is_told()

    run(story())


def test_without_a_change_nothing_is_told() -> None:
    async def story() -> None:
        live = Live()
        async with browsers(live) as [browser]:
            await browser.begins()
            assert not await browser.is_told(within=1)

    run(story())


def test_a_browser_that_leaves_makes_room_for_another() -> None:
    async def story() -> None:
        live = Live()
        async with browsers(live, MOST_BROWSERS) as those:
            assert [await browser.begins() for browser in those] == [200] * MOST_BROWSERS
            async with browsers(live) as [late]:
                assert await late.begins() == 503
            those[0].leave()
            await those[0].ends()
            assert live.browsers == MOST_BROWSERS - 1
            async with browsers(live) as [other]:
                assert await other.begins() == 200
        assert live.browsers == 0

    run(story())


def test_when_the_page_stops_all_browsers_are_let_go_at_once() -> None:
    async def story() -> None:
        live = Live()
        those = [Browser(live) for _ in range(MOST_BROWSERS)]
        for browser in those:
            await browser.begins()
        live.changed()
        assert await those[0].is_told()  # each waits a while before it is told again
        began = time.monotonic()
        closing = threading.Thread(target=live.close)
        closing.start()
        for browser in those:
            await browser.ends()
        closing.join()
        assert time.monotonic() - began < 1
        late = Browser(live)
        assert await late.begins() == 503

    run(story())


def test_a_browser_that_takes_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocr_watcher.service.web.views.events._SEND_SECONDS", 0.1)

    async def story() -> None:
        live = Live()
        browser = Browser(live)
        await browser.begins()
        browser.sent = asyncio.Queue(1)
        browser.sent.put_nowait(None)
        live.changed()
        await browser.ends()
        assert live.browsers == 0

    run(story())


def test_waking_costs_the_work_nothing_when_a_loop_has_ended() -> None:
    live = Live()

    async def story() -> None:
        waiter = live.waiter()
        waiter.__enter__()  # as a browser whose loop was stopped in the middle

    run(story())
    began = time.monotonic()
    for _ in range(10_000):
        live.changed()
    assert time.monotonic() - began < 2
