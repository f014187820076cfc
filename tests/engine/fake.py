"""An engine that behaves: it reads the words a picture carries, as the simulator does."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ocr_watcher.engine.guarded import GuardedEngine
from ocr_watcher.errors import ImageError, OversizeError
from ocr_watcher.values.dialect import line_of
from ocr_watcher.values.page import Limits
from ocr_watcher.values.reading import EngineIdentity, Reading
from tests.simulator.images import Examiner, digest
from tests.simulator.reading import success

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.values.page import Page
    from tests.simulator.images import Picture

LIMITS = Limits(
    formats=frozenset({"JPEG", "PNG", "BMP"}),
    shortest_side=15,
    longest_side=4096,
    body_bytes=8_000_000,
    page_bytes=5_600_000,
    strip_side=4096,
)


class FakeEngine:
    """Reads pages without any service.

    Args:
        limits: What it takes.

    Attributes:
        next_faults: What the next calls raise, one each; None for nothing.
        fault: Asked, with the words of the page, for each call that none of `next_faults` is for;
            what it returns is raised.
        calls: The words of every page it was asked to read, in the order of the calls.
        inside: How many calls are in it now.
        probes: How often it was asked to prove itself.
        closes: How often it was closed.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.next_faults: deque[Exception | None] = deque()
        self.fault: Callable[[str], Exception | None] | None = None
        self.calls: list[str] = []
        self.inside = 0
        self.probes = 0
        self.closes = 0
        self._limits = limits
        self._examiner = Examiner()
        self._changed = threading.Condition()
        self._holding = False
        self._let_go: set[str] = set()

    @property
    def identity(self) -> EngineIdentity:
        return EngineIdentity("fake", "general", {"language_type": "ENG"})

    @property
    def limits(self) -> Limits:
        return self._limits

    def recognise(self, page: Page) -> Reading:
        if len(page.data) > self._limits.body_bytes:
            raise OversizeError(216202, "image size error")
        picture = self._examiner.picture(page.data, digest(page.data))
        words = picture.words if picture else ""
        with self._called(words):
            fault = self._next_fault(words)
            if fault:
                raise fault
        if picture is None:
            raise ImageError(216201, "image format error")
        return _reading(picture)

    def self_test(self) -> str:
        self.probes += 1
        return "it is there"

    def close(self) -> None:
        self.closes += 1

    def hold(self) -> None:
        """Keeps every call inside from now on, until it is released."""
        with self._changed:
            self._holding = True

    def release(self, words: str | None = None) -> None:
        """Lets the calls go on: all of them, or those of the pages with these words."""
        with self._changed:
            if words is None:
                self._holding = False
            else:
                self._let_go.add(words)
            self._changed.notify_all()

    @contextmanager
    def _called(self, words: str) -> Iterator[None]:
        with self._changed:
            self.calls.append(words)
            self.inside += 1
            self._changed.wait_for(lambda: not self._holding or words in self._let_go)
        try:
            yield
        finally:
            with self._changed:
                self.inside -= 1

    def _next_fault(self, words: str) -> Exception | None:
        try:
            return self.next_faults.popleft()
        except IndexError:
            return self.fault(words) if self.fault else None


class Unguarded(GuardedEngine):
    """An engine that calls at once, in the place of one that makes its calls by permits."""

    def read(self, page: Page, permit: Permit) -> Reading:
        return self._engine.recognise(page)


def _reading(picture: Picture) -> Reading:
    answer = success("general", picture, {})
    lines = tuple(
        line_of(line.pop("words"), {"location": line["location"]})
        for line in answer["words_result"]
    )
    return Reading(lines, {"log_id": answer["log_id"]})
