"""The daemon's side of a sending: starts the process, sends it a request, and ends it in time."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

from ocr_watcher.processes.child import ChildProcess
from ocr_watcher.processes.wire import NONSENSE, Message, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ocr_watcher.service.messages.digest import Digest
    from ocr_watcher.service.messages.target import Target

START_SECONDS = 120.0
"""The longest time for the start of the process, in seconds; the start takes long on a busy
machine."""
SEND_SECONDS = 30.0
"""The longest time for a message, in seconds from the moment when the process is ready."""
_SENDER = "ocr_watcher.service.messages.sender_process"
_PASSED_ON = (
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""The variables with the proxies and the trusted certificates."""
_LONGEST_FAULT = 200
NO_ANSWER = f"it did not answer within {SEND_SECONDS:.0f} s"
NOT_STARTED = f"the process that sends did not start within {START_SECONDS:.0f} s"
BROKEN_OFF = "the sending was stopped"


class Delivery:
    """One sending, to several targets at once. One thread sends; any thread may stop it."""

    def __init__(self, seconds: float = SEND_SECONDS, start_seconds: float = START_SECONDS) -> None:
        """Create it without starting anything.

        Args:
            seconds: The longest time for the messages, from the moment when the process is ready.
            start_seconds: The longest time for the start of the process.
        """
        self._seconds = seconds
        self._start_seconds = start_seconds
        self._lock = threading.Lock()
        self._process: ChildProcess | None = None
        self._broken_off = ""

    def send(
        self, digests: Mapping[Target, Digest | None], on_result: Callable[[Target, str], None]
    ) -> None:
        """Send messages, and wait until each target answered or the time is over.

        Args:
            digests: The message for each target; None to only test whether Apprise understands the
                address.
            on_result: Called with each target and the fault, which is empty if it accepted the
                message.
        """
        left = {target.number: target for target in digests}
        fault = ""
        try:
            process = self._started()
            if process is not None:
                try:
                    fault = self._exchange(process, digests, left, on_result)
                finally:
                    process.end()
        except (OSError, EOFError, *NONSENSE) as error:
            fault = f"the process that sends ended or could not be started ({_name(error)})"
        for target in left.values():
            on_result(target, self._broken_off or fault)

    def break_off(self, fault: str = BROKEN_OFF) -> None:
        """End the sending at once.

        Args:
            fault: The fault of each target that has not answered yet.
        """
        with self._lock:
            self._broken_off = fault
            if self._process is not None:
                self._process.kill()

    def _started(self) -> ChildProcess | None:
        with self._lock:
            if self._broken_off:
                return None
            self._process = ChildProcess(_SENDER)
            return self._process

    def _exchange(
        self,
        process: ChildProcess,
        digests: Mapping[Target, Digest | None],
        left: dict[int, Target],
        on_result: Callable[[Target, str], None],
    ) -> str:
        """Send the request and receive the results; return the fault of targets without one."""
        (channel,) = process.channels
        try:
            receive(channel, time.monotonic() + self._start_seconds)
        except TimeoutError:
            return NOT_STARTED
        deadline = time.monotonic() + self._seconds
        try:
            send(channel, _request(digests), deadline)
            while left:
                facts = receive(channel, deadline).facts
                target = left.pop(facts["number"])
                on_result(target, str(facts["fault"])[:_LONGEST_FAULT])
        except TimeoutError:
            return NO_ANSWER
        return ""


def _request(digests: Mapping[Target, Digest | None]) -> Message:
    messages = [
        {
            "number": target.number,
            "url": target.url.get_secret_value(),
            "title": digest and digest.title,
            "body": digest and digest.body,
            "kind": digest and digest.kind,
        }
        for target, digest in digests.items()
    ]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return Message({"messages": messages, "environment": environment})


def _name(error: BaseException) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
