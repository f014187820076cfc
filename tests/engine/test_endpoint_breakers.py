"""What stops the calls of one endpoint, and what stops those of all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.engine.circuit_breaker import Turn
from ocr_watcher.engine.endpoint_breakers import ALL, EndpointBreakers
from ocr_watcher.engine.permit import Permit
from ocr_watcher.errors import (
    AccountError,
    EndpointError,
    LimitError,
    NotItsTurn,
    OutageError,
    QuotaError,
    RequestError,
    TransientError,
    UnknownCodeError,
    UnknownFaultError,
)

if TYPE_CHECKING:
    from ocr_watcher.errors import PausingError
    from ocr_watcher.values.pause import Pause

RESET = TransientError("reset", "the connection was reset")


class Account:
    """The breakers of an account with three endpoints, which all are proven."""

    def __init__(self, *endpoints: str) -> None:
        self.told: list[tuple[str, Pause | None]] = []
        self.breakers = EndpointBreakers(
            endpoints, on_change=lambda name, pause: self.told.append((name, pause))
        )
        for name in endpoints:
            with self.breakers.of(name).permit() as permit:
                self.breakers.of(name).succeeded(permit)

    def meet(self, endpoint: str, error: PausingError) -> None:
        self.breakers.of(endpoint).stop_calls(error, Permit())

    def may_call(self, endpoint: str) -> bool:
        try:
            self.breakers.of(endpoint).check(Permit())
        except (AccountError, QuotaError, RequestError, OutageError):
            return False
        return True

    @property
    def called(self) -> str:
        return "".join(name for name in "abc" if self.may_call(name))


@pytest.fixture
def account() -> Account:
    return Account("a", "b", "c")


@pytest.mark.parametrize(
    ("error", "called"),
    [
        (QuotaError(17, "used up"), "bc"),
        (EndpointError(6, "no permission"), "bc"),
        (RequestError(216101, "wrong option"), "bc"),
        (UnknownFaultError(336_007, "new"), "bc"),
        (AccountError(14, "wrong keys"), ""),
        (LimitError("daily-limit", "reached"), ""),
        (OutageError("outage", "down"), "bc"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_fault_stops_the_calls_that_would_meet_it_and_no_others(
    account: Account, error: PausingError, called: str
) -> None:
    account.meet("a", error)
    assert account.called == called
    assert (account.breakers.pause is None) is bool(called)
    assert list(account.breakers.pauses) == (["a"] if called else [])


def test_a_pause_of_every_endpoint_is_one_of_the_engine_and_ends_with_the_first(
    account: Account,
) -> None:
    for name in "abc":
        assert account.breakers.pause is None
        account.meet(name, QuotaError(17, f"{name} is used up"))
    pauses = account.breakers.pauses
    assert list(pauses) == ["a", "b", "c"]
    common = account.breakers.pause
    assert common is not None
    assert common.until == min(pause.until for pause in pauses.values())
    assert common.since == pauses["c"].since
    assert [name for name, _ in account.told] == ["a", "b", "c", ALL] or [
        name for name, _ in account.told
    ] == ["a", "b", ALL, "c"]


def test_of_a_single_endpoint_only_the_pause_of_all_calls_is_told() -> None:
    account = Account("a")
    account.meet("a", QuotaError(17, "used up"))
    assert [name for name, _ in account.told] == [ALL]
    assert account.breakers.pauses == {}
    assert account.breakers.pause is not None


def test_an_image_of_a_paused_endpoint_is_not_waited_for(account: Account) -> None:
    account.meet("a", QuotaError(17, "used up"))
    with pytest.raises(QuotaError), account.breakers.of("a").permit():
        pass
    assert account.breakers.turn_at("a") is Turn.PAUSED
    with account.breakers.of("b").permit() as permit:
        account.breakers.of("b").check(permit)


def test_an_attempt_that_is_refused_tells_so_while_the_pause_is_still_written_down() -> None:
    turns: list[Turn] = []

    def write_down(_name: str, pause: Pause | None) -> None:
        if pause is not None and not turns:
            breakers.on_turn(lambda name: turns.append(breakers.turn_at(name)))
            with pytest.raises(QuotaError), breakers.of("a").permit():
                pass
            assert turns == [Turn.PAUSED]

    breakers = EndpointBreakers("ab", on_change=write_down)
    breakers.of("a").stop_calls(QuotaError(17, "used up"), Permit())
    assert turns


def test_one_attempt_at_an_endpoint_is_its_probe_and_no_other_waits_for_it() -> None:
    breakers = EndpointBreakers("ab")
    turns: list[Turn] = []
    breakers.on_turn(lambda name: turns.append(breakers.turn_at(name)))
    with breakers.of("a").permit() as permit:
        assert turns == [Turn.PROBED]
        with pytest.raises(NotItsTurn), breakers.of("a").permit():
            pass
        breakers.of("a").succeeded(permit)
        assert turns[-1] is Turn.FREE
        with breakers.of("a").permit(), breakers.of("b").permit():
            pass


def test_a_probe_that_ends_without_a_call_leaves_its_turn_to_the_next() -> None:
    breakers = EndpointBreakers("ab")
    for _ in range(2):
        with breakers.of("a").permit():
            assert breakers.turn_at("a") is Turn.PROBED
        assert breakers.turn_at("a") is Turn.FREE


def test_a_call_that_meets_a_fault_of_its_endpoint_proves_the_account() -> None:
    breakers = EndpointBreakers("ab")
    with breakers.of("a").permit() as permit, ThreadPoolExecutor() as threads:

        def attempt() -> None:
            with breakers.of("b").permit():
                pass

        other = threads.submit(attempt)
        with pytest.raises(TimeoutError):
            other.result(0.05)
        breakers.of("a").stop_calls(QuotaError(17, "used up"), permit)
        other.result(5)


def test_images_that_miss_at_one_endpoint_while_others_are_read_are_its_outage(
    account: Account,
) -> None:
    for _ in range(3):
        account.breakers.of("a").missed(RESET, Permit())
        account.breakers.of("b").succeeded(Permit())
    assert account.called == "bc"


def test_images_that_miss_at_one_endpoint_stop_no_other_though_none_is_read(
    account: Account,
) -> None:
    for _ in range(10):
        account.breakers.of("a").missed(RESET, Permit())
    assert account.called == "bc"


def test_images_that_miss_at_every_endpoint_stop_all(account: Account) -> None:
    for name in "aaabbbccc":
        account.breakers.of(name).missed(RESET, Permit())
    assert account.called == ""
    assert account.breakers.pause is not None


def test_an_unknown_code_is_the_endpoints_fault_though_other_endpoints_read(
    account: Account,
) -> None:
    error = UnknownCodeError(336_007, "new")
    for image in (b"1", b"2"):
        account.breakers.of("a").met_unknown_code(error, image)
        account.breakers.of("b").succeeded(Permit())
    with pytest.raises(UnknownFaultError):
        account.breakers.of("a").met_unknown_code(error, b"3")
