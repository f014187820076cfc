"""The interface of a circuit breaker for callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from ocr_watcher.engine.permit import Permit
    from ocr_watcher.errors import PausingError, TransientError, UnknownCodeError


class Breaker(Protocol):
    """A circuit breaker, or several that the same calls pass."""

    def permit(self, confirm: Callable[[], None] = lambda: None) -> AbstractContextManager[Permit]:
        """Wait until an attempt may make calls, and give it the permit for them.

        Args:
            confirm: The check before each call, see `Permit.confirm`.

        Raises:
            PausingError: There is a pause, which other images need not wait for.
            NotItsTurn: Another attempt is the probe, which other images need not wait for.
            Stopped: The program was asked to stop.
        """
        ...

    def release(self, permit: Permit) -> None:
        """Let another attempt be the probe if this one is, as it has ended or may never end."""
        ...

    def check(self, permit: Permit) -> None:
        """Return if the permit allows a call now; otherwise raise.

        Raises:
            PausingError: There is a pause, and the permit is not the probe's.
            Stopped: The program was asked to stop.
        """
        ...

    def sleep(self, seconds: float) -> None:
        """Wait, unless the program is asked to stop.

        Raises:
            Stopped: The program was asked to stop, before or meanwhile.
        """
        ...

    def succeeded(self, permit: Permit) -> None:
        """Note that a call succeeded."""
        ...

    def missed(self, error: TransientError, permit: Permit) -> None:
        """Note that a call failed, even after its repetitions."""
        ...

    def met_unknown_code(self, error: UnknownCodeError, image: bytes) -> None:
        """Note that a call was refused with a code that is in no table.

        Raises:
            UnknownFaultError: Several images in a row met it.
        """
        ...

    def stop_calls(self, error: PausingError, permit: Permit) -> None:
        """Make no calls for a time, as each would fail in the same way."""
        ...
