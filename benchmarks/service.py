"""A service that answers as Baidu's does, after a set time; it is fast enough for measurements.

It has one thread and never looks into a body, so it can answer thousands of calls a second.

It is a process: ``python -m benchmarks.service LATENCY`` prints its port, and serves until it is
ended. ``GET /calls`` returns the calls that it had. `benchmarks.parts.throughput` also measures how
many calls it can take.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from array import array
from functools import partial

_CONTENT_LENGTH = b"\r\ncontent-length:"
_TOKEN = {
    "access_token": "24.benchmark.2592000.1700000000.282335-1",
    "expires_in": 2592000,
    "scope": "public brain_all_scope",
}
_LINES = [{"words": f"line {number} of a page"} for number in range(1, 21)]


class _Calls:
    """The times at which each call came and went, by the machine's monotonic clock."""

    def __init__(self) -> None:
        self._arrived = array("d")
        self._answered = array("d")

    def add(self, arrived: float) -> None:
        self._arrived.append(arrived)
        self._answered.append(time.monotonic())

    def told(self, since: int) -> dict[str, object]:
        return {
            "number": len(self._arrived),
            "calls": list(zip(self._arrived[since:], self._answered[since:], strict=True)),
        }


class _Connection(asyncio.Protocol):
    """One connection; its requests come one after the other, as with every client here."""

    def __init__(self, calls: _Calls, latency: float) -> None:
        self._calls = calls
        self._latency = latency
        self._transport: asyncio.WriteTransport | None = None
        self._head = b""
        self._left: int | None = None  # bytes of the body; None while the head is not whole
        self._arrived = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101  tells mypy
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._left is not None:
            self._left -= len(data)
        else:
            if not self._head:
                self._arrived = time.monotonic()
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._left = _length(head) - len(body)
        if self._left <= 0:
            path = self._head.split(b" ", 2)[1].decode("ascii")
            self._head, self._left = b"", None
            self._serve(path)

    def _serve(self, path: str) -> None:
        if path.startswith("/rest/"):
            loop = asyncio.get_running_loop()
            loop.call_later(self._latency, partial(self._answer_call, self._arrived))
        elif path.startswith("/oauth/"):
            self._answer(_TOKEN)
        else:
            self._answer(self._calls.told(int(path.rpartition("=")[2])))

    def _answer_call(self, arrived: float) -> None:
        number = len(_LINES)
        self._calls.add(arrived)
        self._answer({"words_result": _LINES, "words_result_num": number, "log_id": 1})

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(_CONTENT_LENGTH)
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


async def serve(latency: float) -> None:
    """Serve for ever on a free port of the loopback interface, and print the port.

    Args:
        latency: The seconds between the end of a call and its answer.
    """
    calls = _Calls()
    server = await asyncio.get_running_loop().create_server(
        partial(_Connection, calls, latency), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
