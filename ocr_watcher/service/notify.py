"""Messages to systemd, by the protocol of sd_notify(3)."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Notifier:
    """The socket of the service manager, if there is one.

    Every state is one datagram. A datagram that cannot be delivered is dropped, so that a service
    manager that does not listen never blocks the service.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        """Take the service manager's variables out of the environment, so that no child finds them.

        Args:
            environment: ``$NOTIFY_SOCKET``, ``$WATCHDOG_USEC`` and ``$WATCHDOG_PID`` are taken
                out of it (sd_notify(3), sd_watchdog_enabled(3)).
        """
        self._address = environment.pop("NOTIFY_SOCKET", "")
        self._watchdog = _watchdog_seconds(environment)
        self._socket: socket.socket | None = None
        if self._address.startswith(("/", "@")):
            self._socket = socket.socket(
                socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    @property
    def watchdog_seconds(self) -> float | None:
        """The seconds after which the service manager ends us without `alive`; None for never."""
        return self._watchdog

    def ready(self) -> None:
        """Report that the service works, or works again after a reload."""
        self._send("READY=1")

    def reloading(self) -> None:
        """Report that the settings are being read again; `ready` follows."""
        # With Type=notify-reload the manager matches this with its own signal by the time.
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Report that the service is stopping."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """Send the state of the program, as one line for ``systemctl status``."""
        self._send(f"STATUS={text}")

    def extend_start(self, seconds: float) -> None:
        """Report that the start goes on, so that the service manager waits longer for its end.

        The time that it gives a start (``TimeoutStartSec=`` of systemd.service(5)) is extended only
        while such reports come (sd_notify(3), ``EXTEND_TIMEOUT_USEC=``).

        Args:
            seconds: The time until which the next report comes.
        """
        self._send(f"EXTEND_TIMEOUT_USEC={round(seconds * 1e6)}")

    def alive(self) -> None:
        """Report that the service is alive, for the watchdog."""
        self._send("WATCHDOG=1")

    def _send(self, state: str) -> None:
        if self._socket is None:
            return
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        try:
            self._socket.sendto(state.encode("utf-8", "replace"), address)
        except OSError:
            return


def _watchdog_seconds(environment: MutableMapping[str, str]) -> float | None:
    microseconds = environment.pop("WATCHDOG_USEC", "")
    process = environment.pop("WATCHDOG_PID", str(os.getpid()))
    if not microseconds.isdecimal() or process != str(os.getpid()):
        return None
    return int(microseconds) / 1e6
