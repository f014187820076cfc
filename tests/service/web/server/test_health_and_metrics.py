"""What a monitor is told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import anyio.to_thread
import pytest

from ocr_watcher.service.web.guards.answer import answer
from ocr_watcher.values.snapshot import Counts, Health, Snapshot
from tests.service.web.attacks.target import Target
from tests.service.web.attacks.visitor import Visitor, request
from tests.service.web.views.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import Receive, Scope, Send


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.ledger.close()


@pytest.fixture
def target(stage: Stage) -> Iterator[Target]:
    with Target(stage) as target:
        yield target


@pytest.mark.parametrize(
    "health", [Health(has_lost_a_thread=True), Health(overdue="reading /srv/scans/private.png")]
)
def test_health_is_bad_where_the_watchdog_would_be_withheld(
    target: Target, stage: Stage, health: Health
) -> None:
    assert target.ask(target="/health").status == 200
    stage.snapshot = Snapshot(Counts(), health=health)
    answer = target.ask(target="/health")
    assert (answer.status, answer.body) == (503, b'{"status": "stalled"}\n')


def test_health_is_asked_again_soon_while_the_settings_are_read(
    target: Target, stage: Stage
) -> None:
    stage.site = None
    answer = target.ask(target="/health")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")


def test_metrics_are_those_of_the_process_in_prometheus_format(
    target: Target, stage: Stage
) -> None:
    stage.change(metrics=lambda: b'a{folder="/s\xc3\xa4"} 1.0\n')
    answer = target.ask(target="/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.body == b'a{folder="/s\xc3\xa4"} 1.0\n'
    assert answer.headers["cache-control"] == "no-store"


def test_they_can_only_be_read(target: Target) -> None:
    for path in ("/metrics", "/health"):
        sent = request(path, method="POST", headers={"X-CSRF-Token": target.tokens.new()})
        target.refuses(sent, 405)


def test_a_fault_of_the_metrics_leaves_health_as_it_is(target: Target, stage: Stage) -> None:
    def broken() -> bytes:
        raise RuntimeError

    stage.change(metrics=broken)
    assert target.ask(target="/metrics").status == 500
    assert target.ask(target="/health").status == 200


def test_a_monitor_is_answered_while_all_threads_of_the_page_wait(stage: Stage) -> None:
    gate = threading.Event()

    async def waiting(_: Scope, __: Receive, send: Send) -> None:
        await anyio.to_thread.run_sync(gate.wait)
        await answer(send, 200, "at last")

    with Target(stage, inner=waiting) as target, ExitStack() as visitors:
        try:
            for _ in range(6):
                visitor = visitors.enter_context(Visitor(target.address))
                visitor.send(request("/images"))
            assert target.ask(target="/health").status == 200
            assert target.ask(target="/metrics").status == 200
        finally:
            gate.set()
