"""Measures how many calls a second the service can take from connections that only call."""

from __future__ import annotations

import asyncio
import sys
import time

_RESPONSE_END = b'"log_id": 1}'


async def calls_a_second(port: int, connections: int, size: int, seconds: float) -> float:
    """Call the service over many connections at once.

    Args:
        port: The port that it listens on.
        connections: The number of connections.
        size: The size of the body of each call, in bytes.
        seconds: The time for which the service is called.
    """
    head = f"POST /rest/2.0/ocr/v1/general_basic HTTP/1.1\r\nContent-Length: {size}\r\n\r\n"
    request = head.encode() + b"x" * size
    end = time.monotonic() + seconds
    callers = (_call_until(end, port, request) for _ in range(connections))
    return sum(await asyncio.gather(*callers)) / seconds


async def _call_until(end: float, port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    calls = 0
    while time.monotonic() < end:
        writer.write(request)
        await reader.readuntil(_RESPONSE_END)
        calls += 1
    writer.close()
    await writer.wait_closed()
    return calls


if __name__ == "__main__":
    _port, _connections, _size, _seconds = map(int, sys.argv[1:5])
    print(asyncio.run(calls_a_second(_port, _connections, _size, _seconds)))
