"""No page is asked for twice."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.guard import Guard
from ocr_watcher.errors import ImageError
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import Settings
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import EngineIdentity
from tests.engine.fake import FakeEngine
from tests.engine.resting import Resting
from tests.simulator import pictures
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.threads.heartbeat import Heartbeats
    from ocr_watcher.values.reading import Reading


def around(engine: Engine, ledger: Ledger, heartbeats: Heartbeats | None = None) -> Engine:
    """The engine with what remembers its pages, and with what has the answers written."""
    chosen = Settings(state_dir=Path("/nowhere"))
    return Guard(chosen, [engine], ledger, heartbeats).guarded(engine)


class OtherwiseDescribed(FakeEngine):
    """An engine that asks in another way."""

    def __init__(self, description: EngineIdentity) -> None:
        super().__init__()
        self._description = description

    @property
    def identity(self) -> EngineIdentity:
        return self._description


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path) as ledger:
        yield ledger


@pytest.fixture
def fake() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def engine(fake: FakeEngine, ledger: Ledger) -> Engine:
    return around(fake, ledger)


def page(words: str) -> Page:
    return Page(pictures.png(words), "PNG", 200, 60)


def words_of(reading: Reading) -> list[str]:
    return [line.text for line in reading.lines]


def test_the_same_page_twice_is_one_call_and_the_same_reading(
    engine: Engine, fake: FakeEngine
) -> None:
    first = engine.recognise(page("a"))
    assert engine.recognise(page("a")) == first
    assert words_of(first) == ["a"]
    assert fake.calls == ["a"]


def test_a_page_without_text_is_remembered_like_any_other(engine: Engine, fake: FakeEngine) -> None:
    assert engine.recognise(page("")) == engine.recognise(page(""))
    assert fake.calls == [""]


def test_another_page_is_another_call(engine: Engine, fake: FakeEngine) -> None:
    assert words_of(engine.recognise(page("a"))) == ["a"]
    assert words_of(engine.recognise(page("b"))) == ["b"]
    assert fake.calls == ["a", "b"]


def test_a_page_is_still_known_after_a_restart(tmp_path: Path) -> None:
    with Ledger(tmp_path) as ledger:
        first = around(FakeEngine(), ledger).recognise(page("a"))
    fake = FakeEngine()
    with Ledger(tmp_path) as ledger:
        assert around(fake, ledger).recognise(page("a")) == first
    assert fake.calls == []


@pytest.mark.parametrize(
    "description",
    [
        EngineIdentity("baidu", "general", {"language_type": "ENG"}),
        EngineIdentity("fake", "accurate", {"language_type": "ENG"}),
        EngineIdentity("fake", "general", {"language_type": "JAP"}),
        EngineIdentity("fake", "general"),
    ],
    ids=["another engine", "another endpoint", "another option", "no option"],
)
def test_a_page_that_is_asked_for_otherwise_is_another_call(
    engine: Engine, ledger: Ledger, description: EngineIdentity
) -> None:
    engine.recognise(page("a"))
    other = OtherwiseDescribed(description)
    around(other, ledger).recognise(page("a"))
    assert other.calls == ["a"]


def test_the_order_of_options_makes_no_difference(ledger: Ledger) -> None:
    engines = [
        OtherwiseDescribed(EngineIdentity("fake", "general", options))
        for options in ({"a": "1", "b": "2"}, {"b": "2", "a": "1"})
    ]
    for fake in engines:
        around(fake, ledger).recognise(page("a"))
    assert [fake.calls for fake in engines] == [["a"], []]


def test_a_failure_is_not_remembered(engine: Engine, fake: FakeEngine) -> None:
    fake.next_faults.append(ImageError(216201, "image format error"))
    with pytest.raises(ImageError):
        engine.recognise(page("a"))
    assert words_of(engine.recognise(page("a"))) == ["a"]
    assert fake.calls == ["a", "a"]


@pytest.mark.parametrize("failures", [0, 1])
def test_sixteen_copies_at_once_are_one_call_that_succeeds(
    engine: Engine, fake: FakeEngine, failures: int
) -> None:
    readings: list[Reading] = []
    faults: list[ImageError] = []
    fake.next_faults.extend([ImageError(216201, "image format error")] * failures)

    def work() -> None:
        try:
            readings.append(engine.recognise(page("a")))
        except ImageError as error:
            faults.append(error)

    fake.hold()
    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    eventually(lambda: fake.inside == 1)
    fake.release()
    for thread in threads:
        thread.join()
    assert fake.calls == ["a"] * (1 + failures)
    assert len(faults) == failures
    assert [words_of(reading) for reading in readings] == [["a"]] * (16 - failures)


def test_who_waits_for_the_one_that_has_its_page_is_not_late(
    fake: FakeEngine, ledger: Ledger
) -> None:
    resting = Resting()
    engine = around(fake, ledger, resting.heartbeats)
    fake.hold()
    first = threading.Thread(target=engine.recognise, args=(page("a"),))
    first.start()
    eventually(lambda: fake.inside == 1)
    resting.seen_in(lambda: engine.recognise(page("a")), fake.release)
    first.join()
    assert fake.calls == ["a"]


def test_other_pages_do_not_wait_for_the_one_that_is_being_read(
    engine: Engine, fake: FakeEngine
) -> None:
    fake.hold()
    slow = threading.Thread(target=engine.recognise, args=(page("slow"),))
    slow.start()
    eventually(lambda: fake.inside == 1)
    fake.release("quick")
    assert words_of(engine.recognise(page("quick"))) == ["quick"]
    assert slow.is_alive()
    fake.release()
    slow.join()


def test_no_lock_is_left_over(engine: Engine, fake: FakeEngine) -> None:
    fake.next_faults.append(ImageError(216201, "image format error"))
    pages = [page(str(number % 3)) for number in range(12)]

    def work(asked: Page) -> None:
        try:
            engine.recognise(asked)
        except ImageError:
            engine.recognise(asked)

    threads = [threading.Thread(target=work, args=(asked,)) for asked in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert engine._locks == {}


def test_all_else_is_what_the_engine_behind_it_says_and_does(
    engine: Engine, fake: FakeEngine
) -> None:
    assert engine.identity == fake.identity
    assert engine.limits == fake.limits
    assert engine.self_test() == "it is there"
    engine.close()
    assert (fake.probes, fake.closes) == (1, 1)
