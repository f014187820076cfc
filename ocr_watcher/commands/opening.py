"""Opens the tools of a daemon, which takes long where models load or a share answers slowly."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.commands.reporter import Reporter
from ocr_watcher.commands.tools import registered_as, tools_for
from ocr_watcher.engine.choose import name_of_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.commands.attendant import Attendant
    from ocr_watcher.commands.start import Start
    from ocr_watcher.commands.tools import Tools
    from ocr_watcher.service.notify import Notifier
    from ocr_watcher.service.runs import Registration
    from ocr_watcher.threads.halt import Halt

_STATUS = "starting: opens the engine and claims the folders"
_LONGEST_SECONDS = 120.0
"""The time from which the opening counts as hanging: more than claims on folders take whose last
program was killed, and less than the age of a sign of life that is too old. It does not count the
time in which the models load, which has a bound of its own."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """Tools that were opened on another thread.

    Attributes:
        tools: The tools.
        parts: Closes them.
    """

    tools: Tools
    parts: ExitStack


def open_attended(
    start: Start,
    attendant: Attendant,
    parts: ExitStack,
    *,
    registration: Registration | None = None,
    give_sign: Callable[[], None] = lambda: None,
) -> Tools:
    """Open the tools of a run on a thread of their own, while signals are attended to.

    Args:
        start: With what the run begins.
        attendant: Attends to signals meanwhile.
        parts: Closes the tools.
        registration: The registration of the run, if it is registered already.
        give_sign: Gives a sign of life, see `Attendant.attend`.

    Raises:
        OcrWatcherError: The engine cannot be used, or another process works on a folder.
        Stopped: There is a request to stop.
    """
    opened = attendant.attend(
        lambda halt: _opened(start, registration, halt),
        give_sign,
        lambda opened: opened.parts.close(),
    )
    parts.enter_context(opened.parts)
    return opened.tools


def open_tools(
    start: Start, attendant: Attendant, notifier: Notifier, parts: ExitStack, *, reloaded: bool
) -> Tools:
    """Register a run of the daemon and open its tools; it gives signs of life from here on.

    Args:
        start: With what the run begins.
        attendant: Attends to signals meanwhile.
        notifier: The socket of the service manager.
        parts: Closes the tools.
        reloaded: Whether the daemon goes on with other settings, so that nobody waits for a start.

    Raises:
        OcrWatcherError: The engine cannot be used, or another process works on a folder.
        Stopped: There is a request to stop.
    """
    name = name_of_choice(start.settings, os.environ)
    registration = parts.enter_context(registered_as(start.settings, name))
    reporter = Reporter(notifier, registration.give_sign)

    def give_sign() -> None:
        late = start.heartbeats.overdue(_LONGEST_SECONDS)
        fault = f"the start takes too long: {late}" if late else ""
        reporter.report(_STATUS, fault, starting=not reloaded)

    return open_attended(start, attendant, parts, registration=registration, give_sign=give_sign)


def _opened(start: Start, registration: Registration | None, halt: Halt) -> _Opened:
    what = "the opening of the engine, the ledger and the claims"
    with start.heartbeats.working(what), ExitStack() as parts:
        tools = parts.enter_context(
            tools_for(
                start.settings,
                start.heartbeats,
                start.engine,
                registration=registration,
                halt=halt,
            )
        )
        return _Opened(tools, parts.pop_all())
