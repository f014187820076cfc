"""Opens the tools of a run, which takes long if models load or a share answers slowly."""

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
"""The seconds after which the opening counts as hanging. Claims on folders whose last program was
killed take less, and a sign of life becomes too old later. The time in which the models load does
not count, as it has a limit of its own."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """Tools that were opened on another thread.

    Attributes:
        tools: The tools.
        parts: The stack that closes them.
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
    """Open the tools of a run on a thread of their own, while signals are handled.

    Args:
        start: The settings of the run, and its engine if it is made already.
        attendant: The attendant, which handles signals meanwhile.
        parts: The stack that closes the tools.
        registration: The registration of the run, if it is registered already.
        give_sign: A function that gives a sign of life, see `Attendant.attend`.

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
        start: The settings of the run, and its engine if it is made already.
        attendant: The attendant, which handles signals meanwhile.
        notifier: The socket of the service manager.
        parts: The stack that closes the tools.
        reloaded: Whether the daemon continues with other settings, so that nobody waits for its
            start.

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
