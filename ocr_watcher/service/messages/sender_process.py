"""The process that sends messages by Apprise, and the only module that knows Apprise.

A target may hang, answer byte by byte, or answer without end; a service of Apprise may sleep to
keep a rate, or have a fault. Here each target has a thread, and the daemon ends the process when
its time is over. Apprise, which takes 20 MB, is in memory only while something is sent.

The logs of Apprise may contain addresses with their keys. Only the status of an HTTP answer leaves
the process.

The process has the priority of the daemon, and works for less than a second. With a lower priority,
a busy machine would delay it so long that the target would seem to be at fault.
"""

from __future__ import annotations

import logging
import os
import re
import resource
import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ocr_watcher.processes.inside import confine, connected
from ocr_watcher.processes.wire import Message, receive, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping

NOT_UNDERSTOOD = "Apprise does not understand the address"
_OOM_SCORE_ADJ = 900
_MOST_MEMORY = 1 << 29
"""The bytes for the answers of targets, and 8 MB for the stack of each thread. Memory that is only
reserved, as glibc does for each thread, does not count (getrlimit(2), RLIMIT_DATA)."""
_STATUS = re.compile(r"error=(\d{3})\b")


def main() -> None:
    """Send the messages of one request, report the result of each, and end."""
    (channel,) = connected()
    limits = {resource.RLIMIT_CORE: 0, resource.RLIMIT_DATA: _MOST_MEMORY}
    confine(limits, oom_score_adj=_OOM_SCORE_ADJ, compiles=False)
    _load()
    send(channel, Message({"is_ready": True}))
    request = receive(channel).facts
    os.environ.update(request["environment"])
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_tell, args=(channel, lock, each), daemon=True)
        for each in request["messages"]
    ]
    _Reason.listen()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os._exit(0)  # Apprise's threads may still wait for something


def _load() -> None:
    """Load Apprise and all its services, which takes seconds on a busy machine."""
    import apprise  # noqa: PLC0415  after the bounds of this process

    apprise.Apprise.instantiate("json://localhost")


def _tell(channel: socket.socket, lock: threading.Lock, wanted: Mapping[str, Any]) -> None:
    try:
        fault = _deliver(wanted)
    except Exception as error:
        fault = f"a fault in Apprise ({type(error).__name__})"
    with lock:
        send(channel, Message({"number": wanted["number"], "fault": fault}))


def _deliver(wanted: Mapping[str, Any]) -> str:
    """Send a message, or only test whether Apprise understands its address.

    Returns:
        The fault; empty if there was none.
    """
    import apprise  # noqa: PLC0415  after the bounds of this process

    asset = apprise.AppriseAsset(app_id="ocr-watcher", app_desc="ocr-watcher", async_mode=False)
    # A message is for the host that the address names. ?redirect=yes in an address allows others.
    asset.http_redirects = False
    # Only services are created, never configurations, which might be fetched from another place.
    service = apprise.Apprise.instantiate(wanted["url"], asset=asset)
    if service is None:
        return NOT_UNDERSTOOD
    if wanted["title"] is None:
        return ""
    if "overflow=" not in wanted["url"]:
        # Text that is too long for a target is cut, and not sent as a hundred messages that cost
        # money.
        service.overflow_mode = apprise.OverflowMode.TRUNCATE
    reasons = _Reason.begin()
    sender = apprise.Apprise(asset=asset)
    sender.add(service)
    sent = sender.notify(
        title=wanted["title"],
        body=wanted["body"],
        notify_type=apprise.NotifyType(wanted["kind"]),
        body_format=apprise.NotifyFormat.TEXT,
    )
    return "" if sent else (reasons or ["it did not take the message"])[-1]


class _Reason(logging.Handler):
    """The status of the last answer of each sending, from Apprise's log."""

    _found: ContextVar[list[str]] = ContextVar("found")
    """The list of the sending in the present context. Apprise gives its threads a copy of the
    context, which has the same list."""

    @classmethod
    def listen(cls) -> None:
        """Receive all log records of this process."""
        logging.basicConfig(handlers=[cls()], level=logging.WARNING, force=True)

    @classmethod
    def begin(cls) -> list[str]:
        """Begin a sending, and return the list that gets its reasons."""
        found: list[str] = []
        cls._found.set(found)
        return found

    def emit(self, record: logging.LogRecord) -> None:
        """Store the status of an answer."""
        text = record.getMessage()
        if status := _STATUS.search(text):
            self._found.get([]).append(f"it answered {status[1]}")
        elif "onnection error" in text:
            self._found.get([]).append("there was no connection, or no answer in time")


if __name__ == "__main__":
    main()
