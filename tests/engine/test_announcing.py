from __future__ import annotations

import pytest

from ocr_watcher.engine.announcing import AnnouncingEngine
from ocr_watcher.errors import QuotaError, Stopped
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import CallEnded
from ocr_watcher.values.page import Page
from tests.engine.fake import FakeEngine
from tests.simulator.pictures import png

PAGE = Page(png("words"), "PNG", 10, 10)


class Announced:
    """A fake engine whose calls are written down."""

    def __init__(self) -> None:
        self.ended: list[CallEnded] = []
        self.fake = FakeEngine()
        bus = EventBus()
        bus.listen(CallEnded, self.ended.append)
        self.engine = AnnouncingEngine(self.fake, bus)

    @property
    def told(self) -> list[tuple[str, str, str | None]]:
        return [(ended.engine, ended.endpoint, ended.code) for ended in self.ended]


@pytest.fixture
def announced() -> Announced:
    return Announced()


def test_a_call_that_reads_a_page_is_told_with_its_seconds(announced):
    announced.engine.recognise(PAGE)
    description = announced.fake.identity
    assert announced.told == [(description.name, description.endpoint, None)]
    assert announced.ended[0].seconds >= 0


def test_a_call_that_fails_is_told_with_its_code(announced):
    announced.fake.next_faults.append(QuotaError(17, "used up"))
    with pytest.raises(QuotaError):
        announced.engine.recognise(PAGE)
    assert [code for _, _, code in announced.told] == ["17"]


def test_a_call_that_was_not_made_is_not_told(announced):
    announced.fake.next_faults.append(Stopped())
    with pytest.raises(Stopped):
        announced.engine.recognise(PAGE)
    assert announced.told == []
