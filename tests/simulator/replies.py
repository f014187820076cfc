"""What the simulator answers, whole or broken."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.simulator.facts import MESSAGES
from tests.simulator.faults import Body, ErrorCode, Fault, Reset, Status

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer, and how to break it."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


def json_reply(content: Mapping[str, Any], status: int = 200, fault: Fault | None = None) -> Reply:
    """A reply of JSON."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": "application/json"}, fault)


def refusal(code: int | str, message: str | None = None) -> Reply:
    if message is None:
        message = MESSAGES.get(int(code), "simulated error") if str(code).isdigit() else ""
    return json_reply({"error_code": code, "error_msg": message})


def faulty(fault: Fault | None) -> Reply | None:
    """The reply of a fault that comes instead of an answer; None for every other."""
    match fault:
        case ErrorCode(code, message):
            return refusal(code, message)
        case Status(status, body, headers):
            return Reply(status, body, headers)
        case Body(body):
            return Reply(200, body, {"Content-Type": "application/json"})
        case Reset():
            return Reply(200, b"", fault=fault)
    return None
