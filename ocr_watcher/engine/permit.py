"""What an attempt at an image makes its calls by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """The right of one attempt to make calls.

    The circuit breaker issues it, and knows by it the attempt that is the probe. One that was
    made anywhere else is never the probe's: its calls are made unless there is a pause.

    Attributes:
        confirm: Raise where the attempt must make no further call, whatever the breaker says. It
            is asked right before each call, which may have waited for minutes.
    """

    confirm: Callable[[], None] = lambda: None
