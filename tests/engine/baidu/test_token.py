from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from ocr_watcher.engine.baidu.grant import Grant
from ocr_watcher.engine.baidu.token import TokenCache
from ocr_watcher.errors import AccountError


@dataclass
class Service:
    """Gives tokens ``token-1``, ``token-2`` … once it is let to."""

    lifetime: float = 10_000
    error: BaseException | None = None
    fetches: int = 0
    open: threading.Event = field(default_factory=threading.Event)
    entered: threading.Event = field(default_factory=threading.Event)

    def fetch(self) -> Grant:
        self.fetches += 1
        number = self.fetches
        self.entered.set()
        assert self.open.wait(10)
        if self.error:
            raise self.error
        return Grant(f"token-{number}", self.lifetime)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def service() -> Service:
    service = Service()
    service.open.set()
    return service


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(service: Service, clock: Clock) -> TokenCache:
    return TokenCache(service.fetch, clock)


def test_a_token_is_fetched_once_and_kept(cache: TokenCache, service: Service) -> None:
    assert [cache.get(), cache.get()] == ["token-1", "token-1"]
    assert service.fetches == 1


@pytest.mark.parametrize(("lifetime", "kept"), [(10_000, 9_400), (100, 90)])
def test_a_token_is_replaced_shortly_before_it_expires(
    cache: TokenCache, service: Service, clock: Clock, lifetime: float, kept: float
) -> None:
    service.lifetime = lifetime
    cache.get()
    clock.now += kept - 1
    assert cache.get() == "token-1"
    clock.now += 1
    assert cache.get() == "token-2"


def test_the_lifetime_counts_from_the_request(service: Service, clock: Clock) -> None:
    def slow_fetch() -> Grant:
        clock.now += 95
        return Grant("slow-token", 100)

    cache = TokenCache(slow_fetch, clock)
    cache.get()
    before = clock.now
    cache.get()
    assert clock.now == before + 95


def test_a_dropped_token_is_replaced(cache: TokenCache) -> None:
    cache.drop(cache.get())
    assert cache.get() == "token-2"


def test_dropping_a_token_that_was_replaced_already_drops_nothing(
    cache: TokenCache, service: Service
) -> None:
    old = cache.get()
    cache.drop(old)
    cache.get()
    cache.drop(old)
    assert cache.get() == "token-2"
    assert service.fetches == 2


def test_renewing_fetches_though_the_token_is_fresh(cache: TokenCache) -> None:
    cache.get()
    assert cache.renew() == "token-2"
    assert cache.get() == "token-2"


def test_a_renewal_that_fails_leaves_the_token(cache: TokenCache, service: Service) -> None:
    cache.get()
    service.error = AccountError(14, "no")
    with pytest.raises(AccountError):
        cache.renew()
    assert cache.get() == "token-1"


def together(cache: TokenCache, service: Service, threads: int) -> list[str | BaseException]:
    """What each thread got, where all of them ask while one fetch is under way."""
    service.open.clear()

    def waiting() -> int:
        pending: Any = cache._pending
        return len(pending._condition._waiters)

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(cache.get) for _ in range(threads)]
        assert service.entered.wait(10)
        deadline = time.monotonic() + 10
        while waiting() < threads - 1:
            assert time.monotonic() < deadline
        service.open.set()
        return [future.exception(10) or future.result() for future in futures]


def test_sixteen_threads_on_a_cold_cache_make_one_fetch(
    cache: TokenCache, service: Service
) -> None:
    assert together(cache, service, 16) == ["token-1"] * 16
    assert service.fetches == 1


def test_after_a_failure_the_next_one_fetches_again(cache: TokenCache, service: Service) -> None:
    service.error = AccountError(14, "no")
    with pytest.raises(AccountError):
        cache.get()
    service.error = None
    assert cache.get() == "token-2"


def test_threads_that_wait_for_a_failing_fetch_share_its_failure(
    cache: TokenCache, service: Service
) -> None:
    service.error = AccountError("invalid_client", "wrong key", advice="correct it")
    errors = together(cache, service, 8)
    assert service.fetches == 1
    assert len({id(error) for error in errors}) == 8
    for error in errors:
        assert type(error) is AccountError
        assert (error.code, str(error)) == ("invalid_client", "wrong key")
        assert error.advice == "correct it"


def test_a_bug_in_a_fetch_reaches_every_thread_and_blocks_none(
    cache: TokenCache, service: Service
) -> None:
    service.error = ZeroDivisionError()
    assert together(cache, service, 3) == [service.error] * 3
    service.error = None
    assert cache.get() == "token-2"
