"""The attempts at one image: no image is lost, and none is paid for twice."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_watcher.engine.baidu.codes import error_for
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import (
    AccountError,
    ClaimError,
    DoubtfulImageError,
    ImageError,
    OutageError,
    PausingError,
    QuotaError,
    Stopped,
    StorageError,
    TransientError,
    UnknownCodeError,
    UnknownFaultError,
)
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.settings.model import RetrySettings
from ocr_watcher.sidecars.state import State
from ocr_watcher.storage.directory import stamp_of
from ocr_watcher.values.outcome import Again, Changed, Failed, Recognised, Skipped
from ocr_watcher.work.attempt import Attempts
from tests import mounts
from tests.simulator.pictures import png
from tests.work.desk import MODIFIED, Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.values.image import Image, Stamp
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.values.tried import Tried

RETRY = RetrySettings(attempts=3, first_seconds=1, longest_seconds=300)
DOUBTFUL = DoubtfulImageError(282810, "recognise error")
FAILING = error_for(282000, "internal error")
DOWN = TransientError(2, "service unavailable")


class Trial:
    """A desk whose tries are remembered, at a time that is set by hand."""

    def __init__(self, root: Path) -> None:
        (root / "scans").mkdir()
        self.desk = Desk(
            root / "scans",
            recall=self._recall,
            note_done=self._note_done,
            recall_hash=self._recall_hash,
        )
        self.state = root / "state"
        self.now = 1_000_000.0
        self.set_by = 0.0
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(self.state)
        self._attempts = Attempts(
            self.desk.recogniser,
            self.ledger,
            RETRY,
            wall_clock=lambda: self.now,
            clock=lambda: self.now - self.set_by,
        )

    def _recall(self, image: Image) -> Stamp | None:
        return self.ledger.done_stamp_of(image)

    def _recall_hash(self, image: Image) -> str | None:
        return self.ledger.done_hash_of(image)

    def _note_done(self, image: Image, stamp: Stamp, sha256: str) -> None:
        self.ledger.done(image, stamp, sha256)  # of the ledger that is open then

    def set_clock(self, seconds: float) -> None:
        """Sets the clock on the wall, in no time."""
        self.now += seconds
        self.set_by += seconds

    def restart(self) -> None:
        self.ledger.close()
        self.open()

    def found(self, name: str = "a.png") -> Outcome:
        """A try of an image that was seen to come, or that a scan found."""
        return self._attempts(self.desk.image(name), None, Permit())

    def waited(self, tried: Tried, name: str = "a.png") -> Outcome:
        """The try whose time has come."""
        self.now = max(self.now, tried.next_try)
        return self._attempts(self.desk.image(name), tried, Permit())

    def meets(self, *faults: Exception) -> Outcome:
        """Tries an image at each due time, each try meeting the next fault."""
        tried = self.ledger.tries_of(self.desk.image())
        for fault in faults:
            self.desk.engine.next_faults.append(fault)
            outcome = self.waited(tried) if tried else self.found()
            tried = outcome.tried if isinstance(outcome, Again) else None
        return outcome

    def succeeds_with_another(self) -> None:
        self.now += 1
        self.desk.drop(png(f"another at {self.now}"), "b.png", MODIFIED + int(self.now))
        assert isinstance(self.found("b.png"), Recognised)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    trial = Trial(tmp_path)
    trial.desk.drop(png("words"))
    yield trial
    trial.desk.close()
    trial.ledger.close()


def counted(outcome: Outcome) -> tuple[int, int]:
    assert isinstance(outcome, Again)
    return outcome.tried.tries, outcome.tried.delays


# How a try ends


def test_a_success_is_remembered_and_the_tries_before_it_are_not(trial):
    trial.meets(DOUBTFUL)
    trial.now += 10
    assert isinstance(trial.found(), Recognised)
    image = trial.desk.image()
    assert trial.ledger.done_stamp_of(image) == stamp_of(image)
    assert trial.ledger.tries_of(image) is None


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns what is opened from now on."""
    opened: list[str] = []
    real = os.open

    def count(path: str, flags: int, *rest: int, **named: int) -> int:
        opened.append(path)
        return real(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", count)
    return opened


def test_an_attempt_opens_the_directory_and_the_image_once(trial, opened):
    trial.desk.drop(png("words"))
    assert isinstance(trial.found(), Recognised)
    assert (opened.count(str(trial.desk.root)), opened.count("a.png")) == (1, 1)


def test_one_that_fails_for_good_writes_why_into_the_directory_that_it_has_opened(trial, opened):
    trial.desk.drop(b"no picture")
    assert isinstance(trial.found(), Failed)
    assert opened.count(str(trial.desk.root)) == 1


def test_a_fault_of_the_image_ends_it_and_its_neighbour_says_why(trial):
    error = ImageError(216201, "image format error")
    assert trial.meets(error) == Failed(error, tries=1)
    assert trial.desk.json("a.png.ocr-error.json")["attempts"] == 1


def test_doubtful_faults_count_and_the_last_one_ends_the_image(trial):
    assert [counted(trial.meets(DOUBTFUL)) for _ in range(2)] == [(1, 0), (2, 0)]
    assert trial.desk.names() == ["a.png"]
    assert trial.meets(DOUBTFUL) == Failed(DOUBTFUL, tries=3)
    assert trial.desk.json("a.png.ocr-error.json")["attempts"] == 3
    assert trial.ledger.tries_of(trial.desk.image()) is None


def test_a_failed_image_that_is_asked_for_again_has_all_its_tries_again(trial):
    trial.meets(DOUBTFUL, DOUBTFUL, DOUBTFUL)
    (trial.desk.root / "a.png.ocr-error.json").unlink()
    assert counted(trial.meets(DOUBTFUL)) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [QuotaError(17, "used up"), AccountError(6, "not allowed"), OutageError("outage", "…")],
)
def test_a_fault_that_every_image_would_meet_is_passed_on_and_nothing_is_counted(trial, error):
    trial.meets(DOUBTFUL)
    before = trial.ledger.tries_of(trial.desk.image())
    with pytest.raises(PausingError) as raised:
        trial.meets(error)
    assert raised.value is error
    assert trial.ledger.tries_of(trial.desk.image()) == before


def test_a_try_that_is_stopped_leaves_no_trace(trial):
    with pytest.raises(Stopped):
        trial.meets(Stopped())
    assert trial.ledger.tries_of(trial.desk.image()) is None


def test_a_name_too_long_fails_without_a_call_and_without_a_file(trial):
    name = "a" * 246 + ".png"
    trial.desk.drop(png("words"), name)
    outcome = trial.found(name)
    assert isinstance(outcome, Failed)
    assert outcome.error.code == "name-too-long"
    assert (trial.desk.engine.calls, trial.desk.names()) == ([], ["a.png", name])


def test_what_is_gone_has_no_tries(trial):
    assert trial.found("gone.png") == Skipped("vanished")
    assert trial.ledger.tries_of(trial.desk.image("gone.png")) is None


def test_a_file_that_may_still_be_growing_is_tried_again(trial):
    content = png("words")[:-12]
    trial.desk.drop(content)
    assert counted(trial.found()) == (1, 0)
    assert trial.desk.engine.calls == []


# A fault of the program


def test_a_bug_ends_the_image_after_as_many_tries_as_are_set(trial, caplog):
    outcome = trial.meets(*[ZeroDivisionError()] * 3)
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.tries) == ("internal", 3)
    assert str(outcome.error) == "a fault of this program: ZeroDivisionError"
    assert trial.desk.json("a.png.ocr-error.json")["error"]["code"] == "internal"
    assert [record.levelname for record in caplog.records if record.exc_info] == ["ERROR"] * 3
    assert len(trial.desk.engine.calls) == 3
    assert trial.found() == Skipped("failed")


# Its time


def test_it_is_not_tried_before_its_time_even_where_a_scan_finds_it(trial):
    outcome = trial.meets(DOUBTFUL)
    for trial.now in (outcome.tried.failed_at, outcome.tried.next_try - 0.001):
        assert trial.found() == Again(None, outcome.tried)
    assert len(trial.desk.engine.calls) == 1
    trial.now = outcome.tried.next_try
    assert isinstance(trial.found(), Recognised)


def test_a_clock_that_was_set_back_holds_nothing_up(trial):
    trial.meets(DOUBTFUL)
    trial.now -= 86_400 * 365
    assert isinstance(trial.found(), Recognised)


def test_tries_survive_a_restart(trial):
    tried = trial.meets(DOUBTFUL, DOWN).tried
    trial.restart()
    assert trial.found() == Again(None, tried)
    trial.now = tried.next_try
    trial.desk.engine.next_faults.append(DOUBTFUL)
    assert counted(trial.found()) == (2, 1)
    trial.restart()
    assert trial.meets(DOUBTFUL) == Failed(DOUBTFUL, tries=3)


def test_an_image_that_changed_is_tried_at_once_and_its_tries_are_forgotten(trial):
    trial.meets(DOUBTFUL, DOUBTFUL)
    trial.desk.drop(png("better"), modified=MODIFIED + 1)
    trial.desk.engine.next_faults.append(DOUBTFUL)
    assert counted(trial.found()) == (1, 0)


def test_an_image_that_changed_while_it_waited_begins_anew_at_its_time(trial):
    tried = trial.meets(DOUBTFUL, DOUBTFUL).tried
    trial.desk.drop(png("better"), modified=MODIFIED + 1)
    trial.desk.engine.next_faults.append(DOUBTFUL)
    assert counted(trial.waited(tried)) == (1, 0)


def test_without_a_ledger_the_tries_are_still_counted(trial):
    tried = trial.meets(DOUBTFUL, DOUBTFUL).tried
    trial.ledger.close()
    trial.desk.engine.next_faults.append(DOUBTFUL)
    assert trial.waited(tried) == Failed(DOUBTFUL, tries=3)


def test_an_image_that_changes_under_its_last_try_has_not_failed(trial):
    trial.meets(DOUBTFUL, DOUBTFUL)

    def fault(_words: str) -> Exception:
        trial.desk.drop(png("better"), modified=MODIFIED + 1)
        return DOUBTFUL

    trial.desk.engine.fault = fault
    trial.now += 1000
    assert trial.found() == Changed()
    assert trial.desk.names() == ["a.png"]


def test_an_older_image_in_the_place_of_one_that_failed_does_not_keep_the_text_before_both(trial):
    trial.desk.drop(png("first"))
    trial.found()
    trial.desk.drop(png("faulty"), modified=MODIFIED + 1)

    def fault(_words: str) -> Exception:
        trial.desk.drop(png("older"), modified=MODIFIED - 1)
        return ImageError(216201, "image format error")

    trial.desk.engine.fault = fault
    assert trial.found() == Changed()
    trial.desk.engine.fault = None
    trial.found()
    assert (trial.desk.root / "a.png.txt").read_text() == "older\n"


# The storage


def test_a_failure_that_cannot_be_written_waits_and_is_written_later(trial, tmp_path):
    error = ImageError(216201, "image format error")
    (trial.desk.root / "a.png").unlink()
    with mounts.odd(tmp_path / "disk", trial.desk.root) as odd:

        def fail_and_fill_the_disk(_words: str) -> ImageError:
            odd.faults(write="ENOSPC")
            return error

        trial.desk.drop(png("words"))
        trial.desk.engine.fault = fail_and_fill_the_disk
        outcome = trial.found()
        assert isinstance(outcome.error, StorageError)
        assert counted(outcome) == (0, 1)
        odd.faults()
        trial.desk.engine.fault = lambda _: error
        assert trial.waited(outcome.tried) == Failed(error, tries=1)
        assert trial.desk.names() == ["a.png", "a.png.ocr-error.json"]


# Error 282000


def test_282000_for_one_image_while_others_succeed_becomes_its_failure(trial):
    ends = []
    for _ in range(4):
        ends.append(trial.meets(FAILING))
        trial.succeeds_with_another()
    assert [counted(end) for end in ends[:3]] == [(0, 1), (1, 1), (2, 1)]
    assert isinstance(ends[3], Failed)
    assert (ends[3].error.code, ends[3].tries) == (282000, 3)
    assert "too much text" in trial.desk.json("a.png.ocr-error.json")["error"]["advice"]


def test_282000_in_an_outage_never_counts(trial):
    trial.succeeds_with_another()
    assert counted(trial.meets(*[FAILING] * 20)) == (0, 20)


def test_other_faults_of_the_service_never_count_whatever_others_meet(trial):
    for _ in range(5):
        outcome = trial.meets(DOWN)
        trial.succeeds_with_another()
    assert counted(outcome) == (0, 5)


@pytest.mark.parametrize("seconds", [-8 * 3600, -400 * 86_400, 8 * 3600, 400 * 86_400])
def test_282000_in_an_outage_counts_at_most_once_where_the_clock_is_set(trial, seconds):
    trial.succeeds_with_another()
    trial.set_clock(seconds)
    assert counted(trial.meets(*[FAILING] * 5)) == (0, 5)
    trial.set_clock(seconds)
    tried = trial.ledger.tries_of(trial.desk.image())
    trial.desk.engine.next_faults.append(FAILING)
    outcome = trial._attempts(trial.desk.image(), tried, Permit())
    assert counted(outcome) == (0, 6)


@pytest.mark.parametrize("seconds", [-400 * 86_400, -8 * 3600, 8 * 3600, 400 * 86_400])
def test_a_clock_that_is_set_changes_no_delay(trial, seconds):
    outcome = trial.meets(DOUBTFUL)
    trial.set_clock(seconds)
    assert outcome.delay == outcome.tried.next_try - outcome.tried.failed_at
    found = trial.found()
    assert isinstance(found, Recognised) or found.delay <= outcome.delay


# Any sequence

INNOCENT = st.sampled_from(
    [
        DOWN,
        FAILING,
        StorageError("No space left on device"),
        QuotaError(17, "used up"),
        OutageError("outage", "the service fails"),
    ]
)


@settings(max_examples=60, deadline=None)
@given(faults=st.lists(st.just(DOUBTFUL) | INNOCENT, max_size=15), restarts=st.booleans())
def test_only_faults_of_the_image_count_and_it_fails_exactly_at_the_last_one(faults, restarts):
    with tempfile.TemporaryDirectory() as root:
        trial = Trial(Path(root))
        trial.desk.drop(png("words"))
        own = 0
        for fault in faults:
            with contextlib.suppress(PausingError):
                outcome = trial.meets(fault)
                own += fault is DOUBTFUL
                if own == RETRY.attempts:
                    assert outcome == Failed(DOUBTFUL, tries=own)
                    break
                assert counted(outcome)[0] == own
            if restarts:
                trial.restart()
        else:
            trial.now += 1000
            assert isinstance(trial.found(), Recognised)
        trial.ledger.close()


# A code that no table knows


UNKNOWN = UnknownCodeError(4711, "error 4711: no")
ACCOUNT = UnknownFaultError(4711, "one image after the other meets it")


def test_what_the_account_was_to_blame_for_counts_neither_in_memory_nor_in_the_ledger(trial):
    lost = trial.meets(DOUBTFUL, UNKNOWN)
    assert counted(lost) == (2, 0)
    trial.desk.drop(png("another"), "b.png")
    trial.desk.engine.next_faults.append(ACCOUNT)
    with pytest.raises(UnknownFaultError):
        trial.found("b.png")
    assert trial.ledger.tries_of(trial.desk.image()).tries == 1
    trial.desk.engine.next_faults.append(UNKNOWN)
    assert counted(trial.waited(lost.tried)) == (2, 0)


def test_an_image_that_failed_with_it_waits_again_when_the_account_is_to_blame(trial):
    assert isinstance(trial.meets(UNKNOWN, UNKNOWN, UNKNOWN), Failed)
    assert trial.desk.state() is State.FAILED
    trial.desk.drop(png("another"), "b.png")
    trial.desk.engine.next_faults.append(ACCOUNT)
    with pytest.raises(UnknownFaultError):
        trial.found("b.png")
    assert trial.desk.names() == ["a.png", "b.png"]
    trial.desk.engine.next_faults.append(UNKNOWN)
    assert counted(trial.found()) == (1, 0)


def test_an_image_that_failed_otherwise_stays_failed_when_the_account_is_to_blame(trial):
    assert isinstance(trial.meets(UNKNOWN, DOUBTFUL, DOUBTFUL), Failed)
    trial.desk.drop(png("another"), "b.png")
    trial.desk.engine.next_faults.append(ACCOUNT)
    with pytest.raises(UnknownFaultError):
        trial.found("b.png")
    assert trial.desk.names() == ["a.png", "a.png.ocr-error.json", "b.png"]


def test_an_image_that_fails_while_the_pause_begins_waits_again(tmp_path, monkeypatch):
    (tmp_path / "scans").mkdir()
    desk = Desk(tmp_path / "scans")
    for name in ("a.png", "b.png"):
        desk.drop(png(name), name)
    retry = RetrySettings(attempts=1, first_seconds=1, longest_seconds=300)
    with contextlib.closing(desk), Ledger(tmp_path / "state") as ledger:
        attempts = Attempts(desk.recogniser, ledger, retry)
        fail = desk.recogniser.fail

        def late(*args):
            desk.engine.next_faults.append(ACCOUNT)
            with pytest.raises(UnknownFaultError):
                attempts(desk.image("b.png"), None, Permit())
            return fail(*args)

        monkeypatch.setattr(desk.recogniser, "fail", late)
        desk.engine.next_faults.append(UNKNOWN)
        with pytest.raises(UnknownFaultError):
            attempts(desk.image(), None, Permit())
        assert desk.names() == ["a.png", "b.png"]


def test_what_others_passed_meanwhile_stays_the_images_fault(trial):
    lost = trial.meets(UNKNOWN, UNKNOWN)
    trial.succeeds_with_another()
    trial.desk.drop(png("one more"), "c.png")
    trial.desk.engine.next_faults.append(ACCOUNT)
    with pytest.raises(UnknownFaultError):
        trial.found("c.png")
    trial.desk.engine.next_faults.append(UNKNOWN)
    assert isinstance(trial.waited(lost.tried), Failed)


def test_a_call_from_before_the_pause_that_comes_back_in_it_costs_no_try(tmp_path):
    (tmp_path / "scans").mkdir()
    desk = Desk(tmp_path / "scans")
    desk.drop(png("words"))
    with contextlib.closing(desk), Ledger(tmp_path / "state") as ledger:
        attempts = Attempts(desk.recogniser, ledger, RETRY, fault=lambda _: ACCOUNT)
        desk.engine.next_faults.append(UNKNOWN)
        with pytest.raises(UnknownFaultError):
            attempts(desk.image(), None, Permit())
        assert ledger.tries_of(desk.image()) is None


def test_nothing_is_begun_in_a_folder_of_another_program(trial):
    def require() -> None:
        raise ClaimError("another ocr-watcher works on it")

    outcome = trial._attempts(trial.desk.image(), None, Permit(require))
    assert isinstance(outcome, Again)
    assert (str(outcome.error), counted(outcome)) == ("another ocr-watcher works on it", (0, 1))
    assert trial.desk.engine.calls == []
