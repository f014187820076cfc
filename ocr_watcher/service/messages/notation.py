"""Outboxes as JSON, in which the store keeps them."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from ocr_watcher.service.messages.notices import AllDone, Failure, Notices, Pausing
from ocr_watcher.service.messages.outbox import Outbox

NONSENSE = (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError)
"""The errors that reading raises if the text was not written by this module."""


def written(outbox: Outbox) -> str:
    """Return an outbox as JSON."""
    return json.dumps(dataclasses.asdict(outbox), separators=(",", ":"))


def read(text: str | bytes) -> Outbox:
    """Return the outbox of a JSON text.

    Raises:
        Exception: One of `NONSENSE`.
    """
    given: dict[str, Any] = json.loads(text)
    return Outbox(
        waiting=_notices(given["waiting"]),
        outgoing=_notices(given["outgoing"]),
        since=float(given["since"]),
        tried=float(given["tried"]),
        failed_tries=int(given["failed_tries"]),
        lease=str(given["lease"]),
        leased=float(given["leased"]),
        abandoned=float(given["abandoned"]),
        pauses={str(owner): _texts(those) for owner, those in given["pauses"].items()},
    )


def _notices(given: dict[str, Any]) -> Notices:
    done = given["done"]
    return Notices(
        failures=tuple(Failure(**_texts(each)) for each in given["failures"]),
        further={str(code): int(number) for code, number in given["further"].items()},
        pauses=tuple(_pausing(each) for each in given["pauses"]),
        done=None
        if done is None
        else AllDone(int(done["recognised"]), int(done["failed"]), float(done["moment"])),
    )


def _texts(given: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in given.items()}


def _pausing(given: dict[str, Any]) -> Pausing:
    over = given["over"]
    return Pausing(
        who=str(given["who"]),
        code=str(given["code"]),
        message=str(given["message"]),
        advice=str(given["advice"]),
        since=float(given["since"]),
        until=float(given["until"]),
        over=None if over is None else float(over),
        is_silent=bool(given["is_silent"]),
    )
