"""What comes is kept and sent step by step, whatever the disk, the targets and the clock do."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from ocr_watcher.service.messages.delivery import BROKEN_OFF, Delivery
from ocr_watcher.service.messages.messenger import Messenger
from ocr_watcher.service.messages.notices import MOST_NAMED
from ocr_watcher.service.messages.store import FILE_NAME, Store
from ocr_watcher.service.messages.subscription import Subscription
from ocr_watcher.service.messages.target import Target, targets_of
from tests.service.messages.happenings import called, failed, paused, recognised
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from ocr_watcher.service.messages.digest import Digest
    from ocr_watcher.service.messages.listeners import Item

EVERY = 300.0
ONE, TWO = targets_of([SecretStr("json://one"), SecretStr("json://two")])
WANTED = frozenset({"failed", "paused"})


class Post(Delivery):
    """What delivers for these tests: it remembers what it was given.

    Attributes:
        fault: The fault of each target.
        sent: What was sent.
        closed: Lets no sending end while it is not set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fault = ""
        self.sent: list[tuple[Target, Digest]] = []
        self.open = threading.Event()
        self.open.set()
        self.began = threading.Event()

    def send(
        self, digests: Mapping[Target, Digest | None], on_result: Callable[[Target, str], None]
    ) -> None:
        self.began.set()
        self.open.wait()
        for target, digest in digests.items():
            assert digest is not None
            self.sent.append((target, digest))
            on_result(target, self.fault)

    def break_off(self, fault: str = BROKEN_OFF) -> None:
        self.fault = fault
        self.open.set()


class Desk:
    """A messenger, with its clock and its post."""

    def __init__(self, directory: Path) -> None:
        self.now = time.time()
        self.post = Post()
        self.waiting = 0
        self.messenger = Messenger(Store(directory), lambda: self.post)
        self.subscribe(ONE)

    def subscribe(self, *targets: Target, wanted: frozenset[str] = WANTED) -> None:
        self.messenger.subscribe(Subscription(targets, wanted, EVERY, lambda: self.waiting))
        self.messenger.step(self.now)

    def put(self, event: Item) -> float | None:
        """What the thread does at once where an event comes."""
        self.messenger.put(event)
        return self.messenger.step(self.now)

    def later(self, seconds: float) -> float | None:
        """Steps after some seconds, and waits for the end of what that begins."""
        self.now += seconds
        left = self.messenger.step(self.now)
        eventually(lambda: not self.messenger._sending.is_underway)
        self.messenger._work(self.now, None)
        return left

    @property
    def titles(self) -> list[str]:
        return [digest.title.partition(": ")[2] for _, digest in self.post.sent]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.messenger.close(time.monotonic())


def test_with_nothing_to_tell_it_waits_without_end(desk: Desk) -> None:
    assert desk.messenger.step(desk.now) is None


def test_what_comes_together_is_one_message_and_the_next_has_to_wait(desk: Desk) -> None:
    desk.put(failed("a.png"))
    desk.put(failed("b.png"))
    desk.later(6)
    desk.put(failed("c.png"))
    desk.later(100)
    desk.put(paused())
    assert desk.titles == ["2 images failed"]
    desk.later(201)
    assert desk.titles == ["2 images failed", "1 image failed, paused"]


@pytest.mark.slow
def test_a_hundred_thousand_failures_are_one_bounded_message_and_never_more_is_kept(
    desk: Desk, tmp_path: Path
) -> None:
    for number in range(100_000):
        desk.messenger.put(failed(f"{number}.png"))
        if number % 20_000 == 0:
            desk.messenger.step(desk.now)
    assert len(repr(desk.messenger._inbox._notices)) < 100_000
    desk.later(6)
    ((_, digest),) = desk.post.sent
    assert desk.titles == ["100000 images failed"]
    assert digest.body.count("/scans/") == MOST_NAMED
    assert len(digest.body) < 20_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1_000_000


def test_what_was_not_taken_comes_again_with_what_came_meanwhile(desk: Desk) -> None:
    desk.post.fault = "it answered 500"
    desk.put(failed("a.png"))
    desk.later(6)
    desk.put(failed("b.png"))
    desk.post.fault = ""
    desk.later(301)
    assert desk.titles == ["1 image failed", "2 images failed"]


def test_all_is_done_when_nothing_waits_for_a_while(desk: Desk) -> None:
    desk.subscribe(ONE, wanted=frozenset({"idle"}))
    desk.waiting = 1
    desk.put(recognised())
    desk.later(6)
    desk.waiting = 0
    desk.put(recognised())
    assert desk.later(1) == 4.0
    desk.later(5)
    desk.later(6)
    assert desk.titles == ["all done"]
    assert "2 recognised." in desk.post.sent[0][1].body


def test_another_process_sends_what_was_kept(desk: Desk, tmp_path: Path) -> None:
    desk.put(failed())
    other = Desk(tmp_path)
    other.later(6)
    assert other.titles == ["1 image failed"]
    desk.later(7)
    assert desk.titles == []
    other.messenger.close(time.monotonic())


def test_two_processes_with_one_target_send_a_message_once(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path)
    desk.put(failed())
    desk.post.open.clear()
    desk.messenger.step(desk.now + 6)
    assert desk.post.began.wait(10)
    other.later(7)
    assert other.titles == []
    desk.post.open.set()
    other.messenger.close(time.monotonic())


def test_of_two_processes_that_see_the_same_one_sends(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Desk(tmp_path)
    desk.put(failed())
    before = other.messenger._file.outboxes()
    monkeypatch.setattr(other.messenger._file, "outboxes", lambda: before)
    desk.post.open.clear()
    desk.messenger.step(desk.now + 6)
    other.later(6)
    assert other.titles == []
    desk.post.open.set()
    other.messenger.close(time.monotonic())


def test_a_call_ends_no_pause_of_another_process_that_lives(desk: Desk, tmp_path: Path) -> None:
    wanted = frozenset({"paused", "resumed"})
    desk.subscribe(ONE, wanted=wanted)
    desk.put(paused())
    desk.later(6)
    other = Desk(tmp_path)
    other.subscribe(ONE, wanted=wanted)
    other.put(called())
    assert other.later(400) is None
    desk.messenger.close(time.monotonic())
    other.messenger.close(time.monotonic())
    after = Desk(tmp_path)
    after.subscribe(ONE, wanted=wanted)
    after.put(called())
    after.later(400)
    assert after.titles == ["resumed"]
    after.messenger.close(time.monotonic())


def refuses_writes(directory: Path) -> closing[sqlite3.Connection]:
    """Keeps the store from being written until the end of the context."""
    connection = sqlite3.connect(directory / FILE_NAME, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    return closing(connection)


def kept_images(directory: Path) -> list[str]:
    """The images that the store has, as a process that begins sees them."""
    store = Store(directory)
    failures = store.outboxes()[ONE.key].undelivered.failures
    store.close()
    return [each.path for each in failures]


def test_what_cannot_be_kept_is_sent_from_memory_and_the_log_says_so_once(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with refuses_writes(tmp_path):
        desk.put(failed("a.png"))
        desk.put(failed("b.png"))
        desk.later(6)
        assert desk.titles == ["2 images failed"]
        desk.put(failed("c.png"))
        desk.later(100)
    assert len(desk.titles) == 1, "it is too early for another"
    desk.later(31)
    assert kept_images(tmp_path) == ["/scans/c.png"]
    desk.later(300)
    assert desk.titles == ["2 images failed", "1 image failed"]
    told = [
        record.message.partition(";")[0] for record in caplog.records if "kept" in record.message
    ]
    assert told == ["messages cannot be kept", "messages are kept again"]


def test_what_neither_the_disk_nor_the_target_took_is_kept_as_soon_as_it_can_be(
    desk: Desk, tmp_path: Path
) -> None:
    desk.put(failed("a.png"))
    desk.post.fault = "it answered 500"
    with refuses_writes(tmp_path):
        desk.put(failed("b.png"))
        desk.later(6)
    desk.later(31)
    assert kept_images(tmp_path) == ["/scans/a.png", "/scans/b.png"]


def test_a_result_that_cannot_be_noted_is_noted_later(desk: Desk, tmp_path: Path) -> None:
    desk.put(failed())
    desk.post.open.clear()
    desk.messenger.step(desk.now + 6)
    with refuses_writes(tmp_path):
        desk.post.open.set()
        desk.later(7)
    desk.later(31)
    desk.later(400)
    assert desk.titles == ["1 image failed"]


def test_what_cannot_be_kept_at_the_end_is_sent_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    state.write_text("a file in its place")
    desk = Desk(state)
    desk.put(failed())
    desk.messenger.close(time.monotonic() + 10)
    assert desk.titles == ["1 image failed"]
    assert "lost" not in caplog.text


def test_the_log_says_at_the_end_how_much_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    state.write_text("a file in its place")
    desk = Desk(state)
    desk.post.fault = "it answered 500"
    desk.put(failed("a.png"))
    desk.later(6)
    desk.messenger.put(failed("b.png"))
    desk.messenger.put(paused())
    desk.messenger.close(time.monotonic())
    assert "3 notices are lost" in caplog.text


def test_a_state_directory_that_can_be_written_again_loses_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    state.write_text("a file in its place")
    desk = Desk(state)
    desk.put(failed("a.png"))
    state.unlink()
    desk.messenger.close(time.monotonic())
    assert kept_images(state) == ["/scans/a.png"]
    assert "lost" not in caplog.text


def test_another_address_gets_what_the_first_did_not_take_where_the_process_goes_on(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    desk.put(failed())
    desk.messenger.close(time.monotonic())
    other = Desk(tmp_path)
    other.messenger.close(time.monotonic())
    other.subscribe(TWO)
    other.later(6)
    assert [target for target, _ in other.post.sent] == [TWO]
    other.messenger.close(time.monotonic())


def test_a_target_that_comes_to_the_others_is_told_what_comes_then(desk: Desk) -> None:
    desk.put(failed("a.png"))
    desk.later(6)
    desk.subscribe(ONE, TWO)
    desk.put(failed("b.png"))
    desk.later(400)
    assert [(target, digest.body.count("/scans/")) for target, digest in desk.post.sent] == [
        (ONE, 1),
        (ONE, 1),
        (TWO, 1),
    ]


def test_a_sending_under_way_is_broken_off_at_the_end_and_begins_again(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.put(failed())
    desk.post.open.clear()
    desk.messenger.step(desk.now + 6)
    desk.messenger.close(time.monotonic())
    after = Desk(tmp_path)
    after.later(6)
    assert after.titles == ["1 image failed"]
    after.messenger.close(time.monotonic())


def test_a_program_that_ends_does_not_wait_for_more_to_come(desk: Desk) -> None:
    desk.subscribe(ONE, wanted=frozenset({"failed", "idle"}))
    desk.put(failed())
    desk.put(recognised())
    desk.messenger.flush(time.monotonic() + 10)
    assert desk.titles == ["1 image failed, all done"]
    desk.put(failed())
    desk.messenger.flush(time.monotonic() + 10)
    assert len(desk.titles) == 1, "it is too early for another"


def test_a_bug_in_what_sends_is_a_fault_of_that_message(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*arguments: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(desk.post, "send", crash)
    desk.put(failed())
    desk.later(6)
    monkeypatch.undo()
    desk.later(301)
    assert desk.titles == ["1 image failed"]


def test_a_target_that_does_not_answer_before_the_end_of_the_run_is_told_of(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.put(failed())
    desk.post.open.clear()
    desk.messenger.flush(time.monotonic() + 0.1)
    desk.messenger.close(time.monotonic())
    assert "messages cannot be sent" in caplog.text
    assert "before the end of the run" in caplog.text
