"""Images of a paused endpoint wait in the queue, and hold up no worker."""

from __future__ import annotations

import contextlib
import random
import threading
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine import interruption
from ocr_watcher.engine.endpoint_breakers import EndpointBreakers
from ocr_watcher.errors import AccountError, PausingError, QuotaError
from ocr_watcher.events.bus import EventBus
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Recognised
from ocr_watcher.values.pause import Pause
from ocr_watcher.work.pause_holds import PauseHolds
from ocr_watcher.work.queue import JobQueue, Lane
from ocr_watcher.work.worker import WorkerPool
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.values.tried import Tried

ROOTS = {"a": ["/a1", "/a2"], "b": ["/b"], "c": ["/c"]}
ENDPOINT = {root: name for name, roots in ROOTS.items() for root in roots}


class Shop:
    """Two workers, and images that three endpoints read, some of which refuse for a time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.queue = JobQueue(1000)
        self.breakers = EndpointBreakers(ROOTS)
        self.holds = PauseHolds(self.queue, self.breakers, ROOTS, look_seconds=0.005)
        self.read: list[Image] = []
        self.faults: dict[str, PausingError | None] = dict.fromkeys(ROOTS)
        self.inside = dict.fromkeys(ROOTS, 0)
        self._lock = threading.Lock()
        self.pool = WorkerPool(
            2,
            queue=self.queue,
            breaker_of=lambda root: self.breakers.of(ENDPOINT[root]),
            attempt=self._attempt,
            bus=EventBus(),
        )

    def start(self) -> None:
        self.holds.start()
        self.pool.start()

    def close(self) -> None:
        self.queue.close()
        self.breakers.stop()
        self.holds.close()

    def put(self, root: str, number: int) -> None:
        self.queue.put(Image(root, f"{number}.png"), self._random.choice(list(Lane)[:2]))

    def done(self, endpoint: str) -> int:
        with self._lock:
            return sum(ENDPOINT[image.root] == endpoint for image in self.read)

    def _attempt(self, image: Image, _tried: Tried | None, permit: Permit) -> Outcome:
        endpoint = ENDPOINT[image.root]
        breaker = self.breakers.of(endpoint)
        breaker.check(permit)
        fault = self.faults[endpoint]
        if fault is not None:
            breaker.stop_calls(fault, permit)
            raise fault
        breaker.succeeded(permit)
        with self._lock:
            self.read.append(image)
        return Recognised(1, 1)


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    def pause_for(error: PausingError, now: float, *_: object, **__: object) -> Pause:
        return Pause(str(error.code), str(error), "", now, now + 0.02)

    monkeypatch.setattr(interruption, "pause_for", pause_for)


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with contextlib.closing(Shop(getattr(request, "param", 0))) as shop:
        yield shop


def test_the_images_of_other_endpoints_are_read_while_those_of_one_wait(shop: Shop) -> None:
    shop.faults["a"] = QuotaError(17, "used up")
    for number in range(20):
        for root in ENDPOINT:
            shop.put(root, number)
    shop.start()
    eventually(lambda: (shop.done("b"), shop.done("c")) == (20, 20))
    assert len(shop.queue) == 40
    shop.queue.join()  # what waits for the end of the pause is not waited for


@pytest.mark.usefixtures("short_pauses")
@pytest.mark.parametrize("shop", range(6), indirect=True)
def test_whatever_stops_and_comes_back_every_image_is_read_once(shop: Shop) -> None:
    chance = shop._random
    shop.start()
    for number in range(60):
        shop.put(chance.choice(list(ENDPOINT)), number)
        name = chance.choice(list(ROOTS))
        kind = chance.choice([None, QuotaError, AccountError])
        shop.faults[name] = None if kind is None else kind(17, "not now")
        threading.Event().wait(0.003)
    shop.faults = dict.fromkeys(ROOTS)
    eventually(lambda: len(shop.read) == 60)
    assert len({*shop.read}) == 60
    eventually(lambda: len(shop.queue) == 0)
    assert shop.breakers.pause is None
