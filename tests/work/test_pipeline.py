from __future__ import annotations

import contextlib
import io
import logging
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from PIL import Image as PillowImage

from ocr_watcher.assemble import assemble
from ocr_watcher.errors import AccountError, QuotaError, Stopped, TransientError
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, PauseChanged
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import FolderSettings, RetrySettings, Settings
from ocr_watcher.values.outcome import Again, Changed, Recognised
from ocr_watcher.values.pause import Pause
from tests.engine.fake import FakeEngine
from tests.proc import sandboxes_of
from tests.simulator.pictures import png
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ocr_watcher.values.outcome import Outcome


class Line:
    """A whole pipeline over one folder, with the fake engine at its end."""

    def __init__(self, root: Path, state: Path, *, patient: bool = True) -> None:
        self.root = root
        self.engine = FakeEngine()
        self.ends: list[tuple[str, Outcome]] = []
        self.pauses: list[Pause] = []
        self.ledger = Ledger(state)
        settings = Settings(
            folders=(FolderSettings(path=root),),
            settle_seconds=0.05,
            state_dir=state,
            retry=RetrySettings(attempts=2, first_seconds=0.01, longest_seconds=0.01),
        )
        bus = EventBus()
        bus.listen(AttemptEnded, self._on_end)
        bus.listen(PauseChanged, self._on_pause)
        self.pipeline = assemble(
            settings,
            self.engine,
            self.ledger,
            bus=bus,
            is_patient=patient,
        )

    def drop(self, name: str, words: str) -> None:
        """Puts an image in its place as a whole."""
        self.lay(name, png(words))

    def lay(self, name: str, content: bytes) -> None:
        """The same with an image of any content."""
        hidden = self.root / f".{name}"
        hidden.write_bytes(content)
        hidden.rename(self.root / name)

    def text(self, name: str) -> str | None:
        path = self.root / f"{name}.txt"
        return path.read_text("utf-8") if path.exists() else None

    def close(self) -> None:
        self.engine.release()
        self.pipeline.stop()
        self.ledger.close()

    def _on_end(self, event: AttemptEnded) -> None:
        if not event.is_repeated:
            self.ends.append((event.image.name, event.outcome))

    def _on_pause(self, event: PauseChanged) -> None:
        if event.pause is not None:
            self.pauses.append(event.pause)


@pytest.fixture
def line_of(tmp_path: Path) -> Iterator[Callable[..., Line]]:
    with contextlib.ExitStack() as stack:

        def line_of(**parts: bool) -> Line:
            (tmp_path / "scans").mkdir(exist_ok=True)
            return stack.enter_context(
                contextlib.closing(Line(tmp_path / "scans", tmp_path / "state", **parts))
            )

        yield line_of


@pytest.fixture
def line(line_of: Callable[..., Line]) -> Line:
    return line_of()


@pytest.fixture
def in_a_thread() -> Iterator[Callable[..., object]]:
    with ThreadPoolExecutor() as threads:
        yield threads.submit


def test_draining_sees_every_image_to_its_end(line):
    for number in range(5):
        line.drop(f"{number}.png", f"page {number}")
    line.pipeline.drain()
    assert [line.text(f"{number}.png") for number in range(5)] == [
        f"page {number}\n" for number in range(5)
    ]
    assert (line.pipeline.waiting, line.engine.closes) == (0, 0)


def test_what_is_dropped_while_it_watches_gets_its_text(line):
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.drop("a.png", "words")
    eventually(lambda: line.text("a.png") == "words\n")


def test_what_changes_under_the_engine_is_read_again_when_it_has_settled(line):
    line.engine.hold()
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.drop("a.png", "old")
    eventually(lambda: line.engine.inside)
    line.drop("a.png", "new")
    os.utime(line.root / "a.png")
    line.engine.release()
    eventually(lambda: line.text("a.png") == "new\n")
    assert ("a.png", Changed()) in line.ends
    eventually(lambda: ("a.png", Recognised(1, 1)) in line.ends)


def test_who_asks_is_told_of_a_pause(line):
    line.engine.fault = lambda _: QuotaError(17, "used up")
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.drop("a.png", "words")
    eventually(lambda: line.pauses)
    assert (line.pauses[0].code, line.pauses[0].message) == ("17", "used up")
    assert line.pipeline.waiting == 1


def test_a_pause_is_remembered_while_it_lasts(line):
    line.engine.next_faults.append(AccountError(6, "not allowed", advice="allow it"))
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.drop("a.png", "words")
    eventually(lambda: line.ledger.pause_of("fake"))
    told, pause = line.ledger.pause_of("fake"), line.pauses[0]
    assert told == pause == Pause("6", "not allowed", "allow it", pause.since, pause.until)


def test_a_pause_that_is_over_is_forgotten(line):
    line.engine.next_faults += [TransientError(2, "unavailable")] * 9
    for name in "abc":
        line.drop(f"{name}.png", name)
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    eventually(lambda: all(line.text(f"{name}.png") for name in "abc"))
    assert [pause.code for pause in line.pauses] == ["outage"]
    eventually(lambda: line.ledger.pause_of("fake") is None)


def test_a_pause_of_an_earlier_run_is_forgotten_at_the_start(line_of, tmp_path):
    with Ledger(tmp_path / "state") as ledger:
        ledger.paused("fake", Pause("6", "not allowed", "", 1.0, 2.0))
    assert line_of().ledger.pause_of("fake") is None


def test_who_is_not_patient_leaves_an_image_after_as_many_delays_as_are_set(line_of):
    line = line_of(patient=False)
    line.drop("a.png", "words")
    line.engine.fault = lambda _: TransientError(2, "unavailable")
    line.pipeline.drain()
    ((name, outcome),) = line.ends
    assert (name, type(outcome), outcome.tried.delays) == ("a.png", Again, 2)
    assert (line.pipeline.waiting, line.text("a.png")) == (0, None)


def test_a_page_that_was_read_under_another_name_is_not_sent_again(line):
    line.drop("a.png", "words")
    line.drop("b.png", "words")
    line.pipeline.drain()
    assert (line.text("a.png"), line.text("b.png")) == ("words\n", "words\n")
    assert line.engine.calls == ["words"]


def test_stopping_ends_the_draining(line, in_a_thread):
    line.engine.hold()
    line.drop("a.png", "words")
    draining = in_a_thread(line.pipeline.drain)
    eventually(lambda: line.engine.inside)
    stopping = in_a_thread(line.pipeline.stop)
    assert isinstance(draining.exception(20), Stopped)
    line.engine.release()
    assert stopping.result() is True
    assert (line.text("a.png"), line.engine.closes) == ("words\n", 1)


def blank_tiff(pages: int) -> bytes:
    stream = io.BytesIO()
    blank = [PillowImage.new("L", (200, 60 + number), "white") for number in range(pages)]
    blank[0].save(stream, "TIFF", save_all=True, append_images=blank[1:])
    return stream.getvalue()


@pytest.mark.parametrize(("pages", "is_written"), [(1, True), (2, False)])
def test_the_call_for_the_last_page_of_a_file_is_finished_though_none_is_rendered_any_more(
    line, in_a_thread, pages, is_written
):
    line.engine.hold()
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.lay("a.tif", blank_tiff(pages))
    eventually(lambda: line.engine.inside)
    assert len(sandboxes_of(os.getpid())) == 1
    stopping = in_a_thread(line.pipeline.stop)
    eventually(lambda: not sandboxes_of(os.getpid()))
    line.engine.release()
    assert stopping.result() is True
    assert (line.text("a.tif") is not None) is is_written
    assert len(line.engine.calls) == 1


def test_a_call_that_does_not_come_back_is_given_up_and_the_engine_is_closed(line, caplog):
    caplog.set_level(logging.WARNING, "ocr_watcher")
    line.engine.hold()
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    line.drop("a.png", "words")
    eventually(lambda: line.engine.inside)
    assert line.pipeline.stop(within=0.1) is False
    eventually(lambda: line.engine.closes == 1)
    assert "calls in flight did not end in time and are given up" in caplog.messages


def test_a_part_that_hangs_does_not_keep_the_stop_from_its_end(line, monkeypatch):
    monkeypatch.setattr("ocr_watcher.pipeline._WATCHERS_SECONDS", 0.3)
    line.pipeline.start()
    line.pipeline.wait_until_watching()
    settler = next(iter(line.pipeline._watchers._watchers.values()))._settler
    with settler._changed:
        before = time.monotonic()
        assert line.pipeline.stop(within=0.1) is False
        assert time.monotonic() - before < 30
