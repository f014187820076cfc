from __future__ import annotations

import socket
import struct
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.processes.wire import Message, receive, send

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_a_message_of_any_size_arrives_whole(ends):
    sent = Message({"ask": "ü" * 100_000}, bytes(range(256)) * 20_000)
    sender = threading.Thread(target=send, args=(ends[0], sent))
    sender.start()
    assert receive(ends[1]) == sent
    sender.join()


@pytest.mark.parametrize(
    "said",
    [b"", b"\0\0", struct.pack("!II", 4, 0) + b"{"],
    ids=["nothing", "half a length", "half of it"],
)
def test_what_is_no_message_is_taken_for_the_end(ends, said):
    ends[0].sendall(said)
    ends[0].close()
    with pytest.raises(EOFError):
        receive(ends[1])


@pytest.mark.parametrize(
    "said",
    [
        struct.pack("!II", 2, 2**30),
        struct.pack("!II", 2**20 + 1, 0),
        struct.pack("!II", 1, 0) + b"{",
        struct.pack("!II", 2, 0) + b"[]",
        struct.pack("!II", 2, 0) + b"\xff\xfe",
        struct.pack("!II", 200_000, 0) + 100_000 * b"[" + 100_000 * b"]",
    ],
    ids=["that it is huge", "huge facts", "half an object", "no object", "no text", "depths"],
)
def test_what_makes_no_sense_is_told_apart(ends, said):
    sender = threading.Thread(target=ends[0].sendall, args=(said,))
    sender.start()
    with pytest.raises(ValueError):  # noqa: PT011  of several modules, and none says more
        receive(ends[1])
    sender.join()


def test_facts_of_any_size_arrive_where_they_are_allowed(ends):
    sent = Message({"lines": ["x" * 100] * 20_000})
    sender = threading.Thread(target=send, args=(ends[0], sent))
    sender.start()
    assert receive(ends[1], most_facts=2**22) == sent
    sender.join()


def test_a_message_is_not_waited_for_beyond_the_deadline(ends):
    with pytest.raises(TimeoutError):
        receive(ends[1], time.monotonic() + 0.01)
    with pytest.raises(TimeoutError):
        receive(ends[1], time.monotonic() - 1)
