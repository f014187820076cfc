"""The command ``run --once``: it recognises every image that waits now."""

from __future__ import annotations

import collections
import contextlib
import logging
import sys
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from ocr_watcher.assemble import assemble
from ocr_watcher.commands.attendant import Attendant, StepEnded
from ocr_watcher.commands.opening import open_attended
from ocr_watcher.commands.start import Start
from ocr_watcher.errors import EXIT_FAILED, Stopped
from ocr_watcher.escapes import printable
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded, PageBegan, PauseChanged
from ocr_watcher.logs.fields import fields
from ocr_watcher.service.messages.process_messages import ProcessMessages
from ocr_watcher.service.signals import StopRequest, stop_requests
from ocr_watcher.threads.expendable import ExpendableThread
from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.values.outcome import Again, Failed, Recognised
from ocr_watcher.work.underway.entry import place_of

if TYPE_CHECKING:
    from ocr_watcher.pipeline import Pipeline
    from ocr_watcher.settings.model import Settings
    from ocr_watcher.values.snapshot import Counts

_log = logging.getLogger(__name__)

_NAME_SHOWN = 30
"""The most characters of a document's name beside the progress bar."""
_DRAINER_SECONDS = 1.0
"""The longest wait for the end of the thread that scans, as a call to a dead share never ends."""
_MESSAGE_SECONDS = 15.0
"""The longest wait at the end for messages and other listeners."""
_SIGNAL_SECONDS = 0.5
"""The longest delay until a signal is noticed that came just before a wait for news."""


@dataclass(frozen=True, slots=True)
class _Drained:
    """The news that no image waits any more, except in directories that could not be read.

    Attributes:
        unread: The number of directories that could not be read.
    """

    unread: int


@dataclass(frozen=True, slots=True)
class _SearchFailed:
    """A bug in the program ended the search for images that wait."""


_News = StopRequest | StepEnded | PauseChanged | PageBegan | AttemptEnded | _Drained | _SearchFailed
_Tally = collections.Counter[type]


def run_once(settings: Settings) -> int:
    """Recognise the images that wait, print one summary line, and end.

    It ends early if no calls can be made; the other images then still wait. Messages to people are
    sent at the end. If the run was asked to stop, the next run sends them.

    Returns:
        The exit status: 0 if every directory was read, and every image that waited has its text.
    """
    with ProcessMessages() as messages:
        try:
            well, end = _recognise(settings, messages)
        except Stopped:
            print("0 recognised, 0 failed; it was stopped before it looked for images")  # noqa: T201
            return EXIT_FAILED
        if not isinstance(end, StopRequest):
            messages.flush(_MESSAGE_SECONDS)
    return 0 if well else EXIT_FAILED


def _recognise(settings: Settings, messages: ProcessMessages) -> tuple[bool, _News]:
    """Recognise the images that wait, and print the summary line.

    Returns:
        Whether all is well, and the news that ended the run.
    """
    inbox: SimpleQueue[_News] = SimpleQueue()
    tally = _Tally()
    heartbeats = Heartbeats()
    with stop_requests(inbox.put), contextlib.ExitStack() as parts:
        start = Start(settings, heartbeats)
        tools = open_attended(start, Attendant(inbox, _note_stop), parts)
        bus = parts.enter_context(EventBus())
        bus.listen(AttemptEnded, inbox.put)
        bus.listen(PageBegan, inbox.put)
        bus.listen(PauseChanged, inbox.put)
        pipeline = assemble(
            settings,
            tools.engine,
            tools.ledger,
            bus=bus,
            is_patient=False,
            heartbeats=heartbeats,
            require=tools.claims.require,
        )
        messages.attach(settings, lambda: pipeline.waiting, bus)
        drainer = ExpendableThread(_drain, name="draining", args=(pipeline, inbox))
        drainer.start()
        end = _follow(pipeline, inbox, tally)
        if isinstance(end, StopRequest):
            _note_stop(end)
        pipeline.stop(pipeline.patience)
        drainer.join(_DRAINER_SECONDS)
    while not inbox.empty():  # calls that were in flight have come back
        _count(inbox.get(), tally)
    waiting = pipeline.waiting + tally[Again]
    unread = end.unread if isinstance(end, _Drained) else 0
    at_first = pipeline.snapshot().at_first
    print(_summary(tally, waiting, at_first, unread))  # noqa: T201
    return end == _Drained(unread=0) and not tally[Failed] and not waiting, end


def _note_stop(request: StopRequest) -> None:
    _log.info("stopping", extra=fields(signal=request.signal.name))


def _summary(tally: _Tally, waiting: int, at_first: Counts, unread: int) -> str:
    parts = [f"{tally[Recognised]} recognised, {tally[Failed]} failed, {waiting} waiting"]
    if at_first.done:
        parts.append(f"{at_first.done} {'was' if at_first.done == 1 else 'were'} done already")
    if at_first.failed:
        parts.append(f"{at_first.failed} had failed before, as ocr-watcher why FILE tells")
    if unread:
        parts.append(f"folders that could not be read: {unread}")
    return "; ".join(parts)


def _drain(pipeline: Pipeline, inbox: SimpleQueue[_News]) -> None:
    try:
        unread = pipeline.drain()
    except Stopped:
        return
    except Exception:
        _log.exception("a fault of this program")
        inbox.put(_SearchFailed())
    else:
        inbox.put(_Drained(unread))


def _next_news(inbox: SimpleQueue[_News]) -> _News:
    """Return the next news.

    Python runs a signal's handler between two instructions, and a wait is interrupted only by a
    signal that comes during the wait. A signal just before it would be noticed only at its end.
    """
    while True:
        with contextlib.suppress(Empty):
            return inbox.get(timeout=_SIGNAL_SECONDS)


def _follow(pipeline: Pipeline, inbox: SimpleQueue[_News], tally: _Tally) -> _News:
    """Count the ends of attempts until the run ends, and show them on a terminal.

    Returns:
        The news that ended the run.
    """
    with (
        logging_redirect_tqdm(),
        tqdm(unit="image", file=sys.stderr, disable=not sys.stderr.isatty()) as bar,
    ):
        while True:
            match news := _next_news(inbox):
                case PageBegan():
                    bar.set_postfix_str(_place(news))
                case AttemptEnded():
                    if _count(news, tally):
                        bar.total = bar.n + 1 + pipeline.waiting
                        bar.update()
                case StepEnded():
                    pass  # of the opening of the tools
                case PauseChanged(pause=pause, endpoint=endpoint) if pause is None or endpoint:
                    pass  # calls are made again, or of other endpoints
                case _:
                    return news


def _place(page: PageBegan) -> str:
    name = printable(page.image.base_name)
    return f"{name[:_NAME_SHOWN]}: {place_of(page.page, page.pages)}"


def _count(news: _News, tally: _Tally) -> bool:
    """Count an attempt unless this run will repeat it; return whether it was counted."""
    if isinstance(news, AttemptEnded) and not news.is_repeated:
        tally[type(news.outcome)] += 1
        return True
    return False
