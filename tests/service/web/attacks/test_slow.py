"""Attacks by time and number: clients that are slow, idle, many, or in a hurry."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.server.limits import Limits
from tests.service.web.attacks.target import Target
from tests.service.web.attacks.visitor import NOTHING, Visitor, request
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from tests.service.web.views.stage import Stage

QUICK = Limits(
    connections=20, idle_seconds=1, head_seconds=0.4, body_seconds=0.4, stall_seconds=0.6
)
MANY = Limits(connections_a_second=500.0)
"""Accepts 500 connections within a second instead of six."""

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def quick(stage: Stage) -> Iterator[Target]:
    """The page, which waits for a second or less where it usually does for ten."""
    with Target(stage, QUICK) as target:
        yield target


def trickled(visitor: Visitor, content: bytes) -> bool:
    """Sends a byte every tenth of a second; returns whether the server ended it before the end."""
    pause = threading.Event()
    for byte in content:
        try:
            visitor.socket.sendall(bytes((byte,)))
        except ConnectionError:
            return True
        pause.wait(0.1)
    return False


def test_who_says_nothing_is_let_go(quick: Target) -> None:
    with Visitor(quick.address) as visitor:
        assert visitor.is_closed()
    assert quick.still_answers()


def test_a_head_that_trickles_is_ended(quick: Target) -> None:
    with Visitor(quick.address) as visitor:
        assert trickled(visitor, request("/", headers={"X": "a" * 200}))
    assert quick.still_answers()


def test_a_second_head_that_trickles_is_ended(quick: Target) -> None:
    with Visitor(quick.address) as visitor:
        visitor.send(request("/health"))
        assert visitor.answer().status == 200
        assert trickled(visitor, request("/", headers={"X": "a" * 200}))
    assert quick.still_answers()


def test_who_says_nothing_after_an_answer_is_let_go(quick: Target) -> None:
    with Visitor(quick.address) as visitor:
        visitor.send(request("/health"))
        assert visitor.answer().status == 200
        assert visitor.is_closed()


def test_a_body_that_trickles_is_ended(quick: Target) -> None:
    headers = {"Content-Type": FORM, "Content-Length": "1000"}
    with Visitor(quick.address) as visitor:
        visitor.send(request("/retry", method="POST", headers=headers))
        assert trickled(visitor, b"a" * 200)
    assert quick.still_answers()


def test_a_body_after_its_refusal_is_not_read_on(quick: Target) -> None:
    headers = {"Content-Type": FORM, "Content-Length": "100000000"}
    with Visitor(quick.address) as visitor:
        visitor.send(request("/retry", method="POST", headers=headers))
        assert visitor.answer().status == 413
        assert trickled(visitor, b"a" * 200)


class Flood:
    """An answer without an end, as far as its client takes it.

    Attributes:
        sent: The bytes that were given to the server.
        ended: Set when the answer has ended.
    """

    def __init__(self) -> None:
        self.sent = 0
        self.ended = threading.Event()

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            block = b"x" * 65536
            for _number in range(10_000):
                await send({"type": "http.response.body", "body": block, "more_body": True})
                self.sent += len(block)
        finally:
            self.ended.set()


def test_an_answer_that_is_not_taken_is_dropped_and_costs_little(stage: Stage) -> None:
    flood = Flood()
    with Target(stage, replace(QUICK, requests=500), inner=flood) as target:
        with Visitor(target.address, receive_buffer=4096) as visitor:
            visitor.send(request("/"))
            eventually(lambda: flood.sent)
            eventually(lambda: not target.server.connections)
            assert flood.sent < 2_000_000
        assert target.ask().status == 200


def test_a_small_answer_that_is_not_taken_keeps_no_connection(stage: Stage) -> None:
    async def inner(_: Scope, __: Receive, send: Send) -> None:
        headers = [(b"content-length", b"400000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 400_000})

    with (
        Target(stage, QUICK, inner=inner) as target,
        Visitor(target.address, receive_buffer=4096) as visitor,
    ):
        visitor.send(request("/"))
        eventually(lambda: target.server.connections)
        eventually(lambda: not target.server.connections)


@pytest.mark.slow
def test_500_idle_clients_hold_up_nobody(stage: Stage) -> None:
    with Target(stage, MANY) as target, ExitStack() as clients:
        for _ in range(500):
            clients.enter_context(Visitor(target.address))
        assert target.still_answers()
        assert target.server.connections <= target.limits.connections


@pytest.mark.slow
def test_500_clients_in_the_middle_of_a_head_hold_up_nobody(stage: Stage) -> None:
    with Target(stage, MANY) as target, ExitStack() as clients:
        for _ in range(500):
            clients.enter_context(Visitor(target.address)).send(b"GET / HTTP/1.1\r\nHost: 127")
        assert target.still_answers()
        assert target.server.connections <= target.limits.connections


def test_promised_bodies_make_room(stage: Stage) -> None:
    headers = {"Content-Type": FORM, "Content-Length": "1000"}
    sent = request("/retry", method="POST", headers=headers)
    with Target(stage, Limits(connections=5)) as target, ExitStack() as clients:
        for _ in range(5):
            clients.enter_context(Visitor(target.address)).send(sent)
        eventually(lambda: target.server.connections == 5)
        assert target.still_answers()


def test_slow_readers_make_room(stage: Stage) -> None:
    limits = replace(QUICK, connections=5, stall_seconds=60.0)
    flood = Flood()
    with Target(stage, limits, inner=flood) as target, ExitStack() as clients:
        for _ in range(5):
            reader = clients.enter_context(Visitor(target.address, receive_buffer=4096))
            reader.send(request("/"))
        eventually(lambda: target.ask().status == 200)


def test_requests_in_a_pipeline_count_as_requests(stage: Stage) -> None:
    limits = Limits(requests_a_second=5.0, requests_burst=10, delay_seconds=0.1)
    with Target(stage, limits) as target, Visitor(target.address) as visitor:
        visitor.send(request("/health") * 500)
        answers = []
        while (answer := visitor.answer()) is not NOTHING:
            answers.append(answer.status)
        assert answers[-1] == 429
        assert answers.count(200) <= 20
        eventually(target.still_answers)


def test_connections_in_a_hurry_are_refused_and_others_come_through(stage: Stage) -> None:
    limits = Limits(requests_a_second=20.0, requests_burst=5, delay_seconds=0.0)
    with Target(stage, limits) as target:
        answers = [target.ask() for _ in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        assert refused
        assert refused[0].headers["retry-after"] == "1"
        assert refused[0].headers["content-security-policy"]
        eventually(target.still_answers)


def test_work_for_clients_that_left_is_bounded(stage: Stage) -> None:
    running, most = [0], [0]
    release = threading.Event()

    async def inner(_: Scope, __: Receive, send: Send) -> None:
        import anyio.to_thread  # noqa: PLC0415

        def work() -> None:
            running[0] += 1
            most[0] = max(most[0], running[0])
            release.wait(20)
            running[0] -= 1

        await anyio.to_thread.run_sync(work)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    with Target(stage, Limits(requests=10), inner=inner) as target:
        for _ in range(40):
            with Visitor(target.address) as visitor:
                visitor.send(request("/"))
        eventually(lambda: target.ask(target="/").status == 503)
        assert most[0] <= target.limits.threads
        release.set()
        eventually(lambda: target.ask(target="/").status == 204)


def test_who_leaves_before_the_answer_is_no_fault(
    target: Target, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(30):
        with Visitor(target.address) as visitor:
            visitor.send(request("/"))
    assert target.still_answers()
    assert caplog.messages == []


def test_too_many_listeners_of_events_are_refused_and_a_person_still_comes_in(
    target: Target,
) -> None:
    with ExitStack() as clients:
        statuses = []
        for _ in range(40):
            visitor = clients.enter_context(Visitor(target.address))
            visitor.send(request("/events"))
            statuses.append(visitor.answer(of_head=True).status)
        assert statuses.count(200) == 20
        assert statuses.count(503) == 20
        assert target.still_answers()


def test_the_end_waits_for_no_client(stage: Stage) -> None:
    flood = Flood()
    with Target(stage, Limits(end_seconds=0.5), inner=flood) as target, ExitStack() as clients:
        for sent in (b"", b"GET / HT", request("/"), request("/") * 3, request("/health")):
            client = clients.enter_context(Visitor(target.address, receive_buffer=4096))
            client.send(sent)
        eventually(lambda: flood.sent)
        began = time.monotonic()
        target.server.ask_to_end()
        assert target.server.join()
        assert time.monotonic() - began < target.limits.end_seconds + 1
    assert flood.ended.is_set()


def test_the_end_ends_the_events_at_once(stage: Stage) -> None:
    with Target(stage) as target, Visitor(target.address) as visitor:
        visitor.send(request("/events"))
        assert visitor.answer(of_head=True).status == 200
        began = time.monotonic()
        target.server.ask_to_end()
        assert target.server.join()
        assert time.monotonic() - began < 1
        assert visitor.is_closed()
