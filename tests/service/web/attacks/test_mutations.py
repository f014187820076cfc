"""Attacks at random: requests with bytes that were changed, moved, doubled or left out."""

from __future__ import annotations

import contextlib
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.server.limits import Limits
from tests.service.web.attacks.target import Target, assert_harmless
from tests.service.web.attacks.visitor import Visitor, request

if TYPE_CHECKING:
    from tests.service.web.views.stage import Stage

GENEROUS = replace(
    Limits(), requests_a_second=1e6, connections_a_second=1e6, idle_seconds=1, head_seconds=0.2
)
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1"}
SEEDS = [
    request("/images?state=failed&name=a%20b"),
    request("/retry", method="POST", headers=FORM, body=b"token=0.0&id=abc&code=216201"),
    request("/retry", method="POST", headers={**FORM, "Transfer-Encoding": "chunked"})
    + b"5\r\ntoken\r\n0\r\n\r\n",
    request("/health") + request("/metrics"),
]
PARTS = [b"\r\n", b"\x00", b"\xff\xfe", b": ", b"%", b"/../", b" ", b"\n", b"0" * 30, b"\t"]


def mutated(chance: random.Random, sent: bytes) -> bytes:
    content = bytearray(sent)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(content))
        match chance.randrange(4):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                content[place:place] = chance.choice(PARTS)
            case 2:
                del content[place : place + chance.randint(1, 8)]
            case _:
                content[place:place] = content[place : place + chance.randint(1, 40)]
        content = content or bytearray(sent)
    return bytes(content)


@pytest.mark.parametrize("seed", range(4))
def test_no_change_of_a_request_is_a_fault(
    stage: Stage, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)
    statuses = set()
    with Target(stage, GENEROUS) as target:
        for _ in range(150):
            with Visitor(target.address) as visitor:
                visitor.send(mutated(chance, chance.choice(SEEDS)))
                visitor.socket.settimeout(0.1)
                with contextlib.suppress(TimeoutError):  # where the change left it without an end
                    answer = visitor.answer()
                    statuses.add(answer.status)
                    assert_harmless(answer)
        assert target.still_answers()
    assert caplog.messages == []
    assert {200, 400} <= statuses
    assert not statuses & {500, 502, 504}
