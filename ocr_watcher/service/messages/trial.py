"""Sends a test message for ``check``, or only tests whether Apprise understands the addresses."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from ocr_watcher.service.messages.delivery import Delivery
from ocr_watcher.service.messages.digest import Digest, inert
from ocr_watcher.service.messages.target import Target, targets_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import SecretStr


def try_targets(urls: Iterable[SecretStr], *, sends: bool) -> list[tuple[Target, str]]:
    """Return the fault of a test message for each target; empty if there is none.

    Args:
        urls: The addresses.
        sends: Whether a message is sent; otherwise Apprise only parses the addresses.
    """
    results: list[tuple[Target, str]] = []
    digest = _greeting() if sends else None
    Delivery().send(
        dict.fromkeys(targets_of(urls), digest),
        lambda target, fault: results.append((target, fault)),
    )
    return sorted(results, key=lambda result: result[0].number)


def _greeting() -> Digest:
    host = inert(socket.gethostname())[:60]
    return Digest(f"ocr-watcher on {host}: a test", "Messages of ocr-watcher arrive here.", "info")
