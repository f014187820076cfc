"""The network between the daemon and a worker is cut, while the scheduler reaches both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from distributed.core import ConnectionPool

from ocr_watcher.engine.cluster import remote_reader
from ocr_watcher.errors import OutageError
from tests.daemon.swallowing import Swallowing
from tests.engine.cluster import slow_models
from tests.engine.cluster.machines import Machines
from tests.engine.cluster.test_engine import text
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

SECONDS = 2.0
"""The longest time for a page to be sent, in place of a minute."""


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Machines]:
    with Machines(tmp_path) as machines:
        yield machines


@pytest.fixture
def detours(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The addresses by which this process reaches workers, by those that the scheduler tells."""
    monkeypatch.setattr(remote_reader, "_SEND_SECONDS", SECONDS)
    detours: dict[str, str] = {}
    connect = ConnectionPool.connect

    async def by_detour(pool: ConnectionPool, address: str, *rest: Any, **named: Any) -> Any:
        return await connect(pool, detours.get(address, address), *rest, **named)

    def reuse(pool: ConnectionPool, address: str, comm: Any) -> None:
        given_back(pool, detours.get(address, address), comm)

    given_back = ConnectionPool.reuse
    monkeypatch.setattr(ConnectionPool, "connect", by_detour)
    monkeypatch.setattr(ConnectionPool, "reuse", reuse)
    return detours


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


def test_where_one_of_two_workers_cannot_be_reached_the_other_reads_all_pages(
    machines: Machines, detours: dict[str, str]
) -> None:
    machines.start_scheduler()
    for _ in range(2):
        machines.start_worker()
    engine = machines.engine()
    words = [f"page {number}" for number in range(8)]
    try:
        assert engine.identity.endpoint
        eventually(lambda: len(engine.members) == 2)
        cut = engine.members[0].address
        with Swallowing(port_of(cut)) as network:
            detours[cut] = f"tcp://127.0.0.1:{network.port}"
            network.swallow()
            with ThreadPoolExecutor(4) as threads:
                assert list(threads.map(partial(text, engine), words)) == words
    finally:
        engine.close()
    assert {machines.told().count(each) for each in words} == {1}


def test_where_no_worker_can_be_reached_there_is_a_pause_and_all_goes_on_when_one_can(
    machines: Machines, detours: dict[str, str]
) -> None:
    machines.start_scheduler()
    machines.start_worker()
    engine = machines.engine()
    try:
        assert engine.identity.endpoint
        eventually(lambda: engine.members)
        worker = engine.members[0].address
        with Swallowing(port_of(worker)) as network:
            detours[worker] = f"tcp://127.0.0.1:{network.port}"
            network.swallow()
            with pytest.raises(OutageError) as told:
                text(engine, "a receipt")
            network.forward()
            assert text(engine, "another receipt") == "another receipt"
    finally:
        engine.close()
    assert told.value.code == "workers-lost"


def test_a_page_whose_reading_cannot_be_fetched_is_not_blamed_for_the_end_of_workers(
    machines: Machines, detours: dict[str, str]
) -> None:
    machines.start_scheduler()
    machines.start_worker(variables={slow_models.SECONDS: "1"})
    engine = machines.engine()
    try:
        assert engine.identity.endpoint
        eventually(lambda: engine.members)
        worker = engine.members[0].address
        with Swallowing(port_of(worker)) as network, ThreadPoolExecutor(1) as threads:
            detours[worker] = f"tcp://127.0.0.1:{network.port}"
            reading = threads.submit(text, engine, "a receipt")
            eventually(machines.told)
            network.swallow()
            with pytest.raises(OutageError) as told:
                reading.result(60)
            network.forward()
            assert text(engine, "another receipt") == "another receipt"
    finally:
        engine.close()
    assert told.value.code == "workers-lost"
