"""What those who make calls need of a circuit breaker."""

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
        """Let another attempt be the probe where this one is, as it has ended or may never end."""
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
            Stopped: It was, before or meanwhile.
        """
        ...

    def succeeded(self, permit: Permit) -> None:
        """Note that a call came back well."""
        ...

    def missed(self, error: TransientError, permit: Permit) -> None:
        """Note that a call did not come back well, however often it was repeated."""
        ...

    def met_unknown_code(self, error: UnknownCodeError, image: bytes) -> None:
        """Note that a call was refused with a code that no table knows.

        Raises:
            UnknownFaultError: One image after the other meets it.
        """
        ...

    def stop_calls(self, error: PausingError, permit: Permit) -> None:
        """Make no calls for a time, as every one would fail alike."""
        ...
