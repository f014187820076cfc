"""What can go wrong with a call, on request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """The service refuses with a code of its own."""

    code: int | str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Another HTTP status, as a gateway or a proxy answers."""

    status: int
    body: bytes = b"<html>no service here</html>"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """HTTP 200 with these bytes."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """The page is read and billed, but only these many bytes of the answer arrive."""

    after: int = 10


@dataclass(frozen=True, slots=True)
class Drip:
    """The page is read and billed, but its answer arrives byte by byte; with the headers, or not.

    Attributes:
        seconds: The seconds between two bytes.
        headers: Whether the headers drip, too.
    """

    seconds: float
    headers: bool = False


@dataclass(frozen=True, slots=True)
class Reset:
    """The connection is reset before anything is answered."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing is answered until `Simulator.release`, and then the call goes on."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The call goes on after these seconds."""

    seconds: float


Fault = ErrorCode | Status | Body | Cut | Drip | Reset | Silence | Delay


def next_fault(faults: deque[Fault | None]) -> Fault | None:
    """Takes the first of those that wait; None where none does."""
    try:
        return faults.popleft()
    except IndexError:
        return None
