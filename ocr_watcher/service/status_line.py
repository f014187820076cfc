"""The state of a run in one line, for people and for the service manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from ocr_watcher.values.snapshot import Health, Snapshot


def status_line(snapshot: Snapshot) -> str:
    """Return the state of a run in one line."""
    counts = snapshot.counts
    parts = [f"{counts.done} done, {counts.waiting} waiting, {counts.failed} failed"]
    parts += (f"{printable(root)} does not answer" for root in snapshot.hung)
    if snapshot.pause is not None:
        parts.append(f"no calls are made: {snapshot.pause.message}")
    else:
        parts += (
            f"no calls of {endpoint} are made: {pause.message}"
            for endpoint, pause in snapshot.pauses.items()
        )
    return "; ".join(parts)


def what_is_wrong(health: Health) -> str:
    """Return which work does not advance; empty if all threads advance."""
    if health.has_lost_a_thread:
        return "a thread has ended"
    if health.overdue is None:
        return ""
    return f"a thread has worked for too long on: {health.overdue}"
