"""Calls that were paid, as the ledger is told of them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from ocr_watcher.values.reading import Reading

if TYPE_CHECKING:
    from ocr_watcher.ledger.ledger import Ledger


def count_call(ledger: Ledger, day: str, engine: str, endpoint: str) -> None:
    """Has a call counted, for a page that no other test knows."""
    ledger.paid(secrets.token_bytes(32), Reading(()), day, engine, endpoint)


def remember(ledger: Ledger, key: bytes, reading: Reading) -> None:
    """Has an answer remembered, for a call on some day."""
    ledger.paid(key, reading, "2020-02-02", "other", "general")
