"""The permit with which an attempt at an image makes its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """The right of one attempt to make calls.

    The circuit breaker issues permits, and recognises the attempt that is the probe by its permit.
    A permit that was made elsewhere is never the probe's; calls with it are made unless there is a
    pause.

    Attributes:
        confirm: A function that raises an error if the attempt must make no further call, whatever
            the breaker allows. It is called right before each call of the engine, which may have
            waited for minutes.
    """

    confirm: Callable[[], None] = lambda: None
