"""The purse is guarded: calls that came back well are counted, and never one too many is made."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
import threading
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.baidu.days import beijing_day
from ocr_watcher.engine.budget import Allowance, Budget
from ocr_watcher.errors import LimitError, QuotaError, TransientError
from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.values.page import Page
from ocr_watcher.values.reading import EngineIdentity, Reading
from tests.engine.resting import Resting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.engine.budget import Call
    from ocr_watcher.threads.heartbeat import Heartbeats

ENGINE = EngineIdentity("baidu", "general")
NOON = 1_769_832_000.0  # 2026-01-31 12:00 in Beijing
HOUR = 3600.0


class Clock:
    """A wall clock that stands still."""

    now = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "state") as ledger:
        yield ledger


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget_of(
    ledger: Ledger,
    limit: int | None,
    clock: Clock,
    engine: EngineIdentity = ENGINE,
    heartbeats: Heartbeats | None = None,
) -> Budget:
    allowance = Allowance(
        ledger,
        engine.name,
        daily_limit=limit,
        day_of=beijing_day,
        wall_clock=clock,
        heartbeats=heartbeats,
    )
    return Budget(allowance, ledger, engine)


def pay(made: Call) -> None:
    made.paid(Page(secrets.token_bytes(8), "PNG", 20, 20), Reading(()))


def call(budget: Budget, times: int = 1) -> None:
    for _ in range(times):
        with budget.call() as made:
            pay(made)


def fail(budget: Budget) -> None:
    with suppress(TransientError), budget.call():
        raise TransientError("reset", "the connection was reset")


def test_a_call_that_comes_back_well_is_counted_and_a_failed_one_is_not(
    ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, None, clock)
    call(budget)
    fail(budget)
    assert ledger.calls("2026-01-31", "baidu", "general") == 1


def test_the_call_above_the_limit_is_refused_with_what_to_do(ledger: Ledger, clock: Clock) -> None:
    budget = budget_of(ledger, 2, clock)
    call(budget, 2)
    with pytest.raises(QuotaError, match="the daily limit of 2 calls is reached") as refused:
        call(budget)
    assert refused.value.code == "daily-limit"
    assert "baidu.daily_limit" in refused.value.advice
    assert ledger.calls("2026-01-31", "baidu") == 2


def test_a_failed_call_gives_its_place_back(ledger: Ledger, clock: Clock) -> None:
    budget = budget_of(ledger, 1, clock)
    for _ in range(3):
        fail(budget)
    call(budget)
    assert ledger.calls("2026-01-31", "baidu") == 1


def test_no_call_waits_until_another_one_is_written_down(
    tmp_path: Path, ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, None, clock)
    with closing(sqlite3.connect(tmp_path / "state" / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # until it ends nobody else can write
        writer = threading.Thread(target=call, args=(budget,))
        writer.start()
        for _ in range(100):
            fail(budget)
            writer.join(0.001)
        assert writer.is_alive()
        other.execute("COMMIT")
        writer.join()
    assert ledger.calls("2026-01-31", "baidu", "general") == 1


def test_the_day_is_that_of_beijing(ledger: Ledger, clock: Clock) -> None:
    budget = budget_of(ledger, 1, clock)
    clock.now = NOON + 12 * HOUR - 1
    call(budget)
    with pytest.raises(QuotaError):
        call(budget)
    clock.now += 1
    call(budget)
    assert ledger.calls("2026-01-31", "baidu") == ledger.calls("2026-02-01", "baidu") == 1


def test_a_call_that_comes_back_after_midnight_counts_for_the_day_it_was_made_on(
    ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, 1, clock)
    clock.now = NOON + 12 * HOUR - 1
    with budget.call() as made:
        clock.now += 2
        pay(made)
    assert ledger.calls("2026-01-31", "baidu") == 1
    call(budget)
    assert ledger.calls("2026-02-01", "baidu") == 1


def test_a_restart_keeps_the_count(tmp_path: Path, clock: Clock) -> None:
    with Ledger(tmp_path) as ledger:
        call(budget_of(ledger, 3, clock), 2)
    with Ledger(tmp_path) as ledger:
        budget = budget_of(ledger, 3, clock)
        call(budget)
        with pytest.raises(QuotaError):
            call(budget)


def test_a_ledger_that_is_lost_midway_does_not_open_the_purse(
    tmp_path: Path, ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, 2, clock)
    call(budget, 2)
    shutil.rmtree(tmp_path / "state")
    with pytest.raises(QuotaError):
        call(budget)


def test_what_another_process_calls_counts_too(
    tmp_path: Path, ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, 2, clock)
    call(budget)
    with Ledger(tmp_path / "state") as other:
        call(budget_of(other, 2, clock))
    with pytest.raises(QuotaError):
        call(budget)


def test_the_limit_holds_over_all_endpoints(ledger: Ledger, clock: Clock) -> None:
    call(budget_of(ledger, 1, clock))
    with pytest.raises(LimitError):
        call(budget_of(ledger, 1, clock, EngineIdentity("baidu", "accurate")))
    assert ledger.calls("2026-01-31", "baidu") == 1


@pytest.mark.parametrize("limit", [1, 7, 40])
def test_any_number_of_threads_makes_exactly_as_many_calls_as_are_allowed(
    ledger: Ledger, clock: Clock, limit: int
) -> None:
    budget = budget_of(ledger, limit, clock)
    start = threading.Barrier(64)
    refused = []

    def work(number: int) -> None:
        start.wait()
        if number % 2:
            with suppress(QuotaError):
                fail(budget)
        try:
            call(budget)
        except QuotaError as error:
            refused.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.calls("2026-01-31", "baidu") == limit
    assert len(refused) == 64 - limit


@pytest.mark.parametrize("comes_back_well", [True, False])
def test_where_calls_in_flight_fill_the_limit_the_next_one_waits_for_their_fate(
    ledger: Ledger, clock: Clock, comes_back_well: bool
) -> None:
    budget = budget_of(ledger, 1, clock)
    fates: list[str] = []

    def next_one() -> None:
        try:
            call(budget)
            fates.append("made")
        except QuotaError:
            fates.append("refused")

    thread = threading.Thread(target=next_one)
    with suppress(TransientError), ExitStack() as stack:
        made = stack.enter_context(budget.call())
        thread.start()
        thread.join(0.2)
        assert fates == []
        if not comes_back_well:
            raise TransientError("reset", "the connection was reset")
        pay(made)
    thread.join()
    assert fates == ["refused" if comes_back_well else "made"]
    assert ledger.calls("2026-01-31", "baidu") == 1


def test_who_waits_for_room_is_not_late(ledger: Ledger, clock: Clock) -> None:
    resting = Resting()
    budget = budget_of(ledger, 1, clock, heartbeats=resting.heartbeats)

    def refused() -> None:
        with pytest.raises(QuotaError):
            call(budget)

    with ExitStack() as stack:
        stack.callback(pay, stack.enter_context(budget.call()))
        resting.seen_in(refused, stack.close)


def test_a_clock_that_is_set_back_gives_no_new_calls_before_the_next_day(
    ledger: Ledger, clock: Clock
) -> None:
    budget = budget_of(ledger, 2, clock)
    call(budget, 2)
    clock.now = NOON - 72 * HOUR
    with pytest.raises(QuotaError):
        call(budget)
    clock.now += 24 * HOUR
    call(budget, 2)
    clock.now = NOON
    with pytest.raises(QuotaError):
        call(budget)
