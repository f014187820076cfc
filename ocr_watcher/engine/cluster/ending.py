"""The end of a member of a cluster, when a signal asks for it."""

from __future__ import annotations

import asyncio
import signal


def asked_to_end() -> asyncio.Event:
    """Return an event of the running loop that SIGTERM and SIGINT set."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked.set)
    return asked
