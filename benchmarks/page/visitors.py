"""Visitors of the page who want to disturb it: ``python -m benchmarks.page.visitors PORT SECONDS``.

Some hundred visitors hold a connection and send nothing. Some ask and do not read the answer. Some
ask again and again, as fast as they are answered. The module prints the number of answers by
status.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    _Visitor = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

_IDLE = 500
_SLOW = 20
_EAGER = 8
_ADDRESSES = ("/", "/images", "/find?words=invoice", "/images?name=9", "/metrics", "/health")
_WELL = "200"
_BEFORE_NEXT = 0.2
"""The seconds before a visitor who was turned away comes again, so that its loop is not too
fast."""


async def visit(port: int, seconds: float) -> Counter[str]:
    """Let all visitors come at once.

    Args:
        port: The port of the page on 127.0.0.1.
        seconds: The time until they leave.

    Returns:
        The number of answers by status.
    """
    end = time.monotonic() + seconds
    answers = Counter[str]()
    visitors = [
        *(_again(end, port, _hold) for _ in range(_IDLE)),
        *(_again(end, port, _ask_and_not_read) for _ in range(_SLOW)),
        *(_ask_again(end, port, number, answers) for number in range(_EAGER)),
    ]
    await asyncio.gather(*visitors)
    return answers


async def _again(end: float, port: int, visitor: _Visitor) -> None:
    while time.monotonic() < end:
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(writer):
                async with asyncio.timeout(max(0.0, end - time.monotonic())):
                    await visitor(reader, writer)
        await asyncio.sleep(_BEFORE_NEXT)


async def _hold(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _ask_and_not_read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_request("/images"))
    await reader.readexactly(1)
    await asyncio.sleep(_BEFORE_NEXT * 10)


async def _ask_again(end: float, port: int, number: int, answers: Counter[str]) -> None:
    for asked in itertools.count(number):
        if time.monotonic() > end:
            return
        status = await _ask(port, _ADDRESSES[asked % len(_ADDRESSES)])
        answers[status] += 1
        if status != _WELL:
            await asyncio.sleep(_BEFORE_NEXT)


async def _ask(port: int, address: str) -> str:
    """Return the status of the answer, or ``none``."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            writer.write(_request(address, close=True))
            answer = await reader.read()
            return answer[9:12].decode("latin-1") or "none"
    return "none"


def _request(address: str, *, close: bool = False) -> bytes:
    connection = "close" if close else "keep-alive"
    return f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: {connection}\r\n\r\n".encode()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(visit(int(sys.argv[1]), float(sys.argv[2])))))
