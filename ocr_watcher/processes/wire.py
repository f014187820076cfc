"""The messages between the daemon and another process: facts as JSON, pictures and files as bytes.

Nothing is pickled. Through a flaw of a decoder, the author of a picture may control the process,
and to unpickle what it sends would run code in the daemon. JSON can only hold a wrong value.
"""

from __future__ import annotations

import io
import json
import math
import struct
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

_LENGTHS = struct.Struct("!II")
"""The head of each message: the number of bytes of its facts, and of its body."""

MOST_BYTES = 2**30
"""The most bytes of a message: four times the largest file that is read, and far above any page."""

MOST_FACTS = 2**20
"""The most bytes of the JSON of a message, unless a caller allows more. The facts of a page and its
pieces take some hundreds."""

_MOST_AT_ONCE = 2**20

NONSENSE = (LookupError, TypeError, ValueError, OverflowError)
"""The errors that parsing an invalid message raises."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer.

    Attributes:
        facts: The part that is sent as JSON.
        body: The bytes of a file, or of pictures one after the other.
    """

    facts: Mapping[str, Any]
    body: bytes = field(default=b"", repr=False)


def send(channel: socket.socket, message: Message, deadline: float = math.inf) -> None:
    """Send a message.

    Args:
        channel: A connected stream.
        message: The message.
        deadline: The latest time, by `time.monotonic`.

    Raises:
        TimeoutError: The message was not sent by then.
        OSError: The other end is gone.
    """
    facts = json.dumps(message.facts).encode()
    for part in (_LENGTHS.pack(len(facts), len(message.body)) + facts, message.body):
        _wait_no_longer(channel, deadline)
        channel.sendall(part)


def receive(
    channel: socket.socket,
    deadline: float = math.inf,
    *,
    most_facts: int = MOST_FACTS,
    most_bytes: int = MOST_BYTES,
) -> Message:
    """Receive a message.

    Args:
        channel: A connected stream.
        deadline: The latest time, by `time.monotonic`.
        most_facts: The most bytes of its JSON.
        most_bytes: The most bytes of all of it.

    Raises:
        TimeoutError: The message was not there by then.
        EOFError: The other end is gone.
        OSError: The other end is gone.
        ValueError: The message is invalid.
    """
    facts_bytes, body_bytes = _LENGTHS.unpack(_exactly(_LENGTHS.size, channel, deadline))
    if facts_bytes > most_facts or facts_bytes + body_bytes > most_bytes:
        raise ValueError
    try:
        facts = json.loads(_exactly(facts_bytes, channel, deadline))
    except RecursionError:
        raise ValueError from None
    if not isinstance(facts, dict):
        raise ValueError  # noqa: TRY004  the message is wrong, and not a caller's argument
    return Message(facts, _exactly(body_bytes, channel, deadline))


def _exactly(size: int, channel: socket.socket, deadline: float) -> bytes:
    content = io.BytesIO()  # unlike a bytearray, it returns its bytes without a second copy
    while missing := size - content.tell():
        _wait_no_longer(channel, deadline)
        received = channel.recv(min(missing, _MOST_AT_ONCE))
        if not received:
            raise EOFError
        content.write(received)
    return content.getvalue()


def _wait_no_longer(channel: socket.socket, deadline: float) -> None:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    channel.settimeout(None if math.isinf(left) else left)
