"""The limits for clients of the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits over all clients together, and for each.

    A browser opens six connections. The delay of its requests slows it down, so that none of them
    is refused.

    Attributes:
        connections: The most connections at once.
        connections_a_second: The most that are accepted in a second, after a burst.
        connections_burst: The most that are accepted at once.
        requests: The most requests at once, including those of clients that have left.
        requests_a_second: The most requests in a second, after a burst.
        requests_burst: The most requests that are answered without a delay.
        delay_seconds: The longest delay of a request that comes too early; others are refused.
        threads: The number of threads for requests.
        head_bytes: The largest head of a request.
        body_bytes: The largest body of a request.
        idle_seconds: The time after an answer in which the next request may begin.
        head_seconds: The time for the whole head of a request, from when it may begin.
        body_seconds: The time for the whole body of a request.
        stall_seconds: The time within which a client must read a part of its answer.
        guess_seconds: The time before a wrong password is answered.
        end_seconds: The time for running answers when the page ends.
    """

    connections: int = 100
    connections_a_second: float = 50.0
    connections_burst: int = 200
    requests: int = 120
    requests_a_second: float = 20.0
    requests_burst: int = 100
    delay_seconds: float = 2.0
    threads: int = 4
    head_bytes: int = 16_384
    body_bytes: int = 16_384
    idle_seconds: int = 5
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    stall_seconds: float = 30.0
    guess_seconds: float = 1.0
    end_seconds: float = 2.0
