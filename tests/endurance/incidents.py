"""What goes wrong during a trial: each incident begins, lasts some seconds, and ends."""

from __future__ import annotations

import contextlib
import signal
from typing import TYPE_CHECKING

from tests.simulator.faults import Body, ErrorCode, Reset, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.endurance.stage import Stage
    from tests.simulator.faults import Fault

UNBILLED: tuple[Fault, ...] = (
    *map(ErrorCode, (1, 2, 4, 13, 216300, 216401, 282001, 282018)),
    *map(Status, (500, 502, 503, 504)),
    Body(b"<html>please log in</html>"),
    Body(b'{"words_result": [{"words": "half'),
    Reset(),
)
"""Faults of the service that bill nothing, so that no image may be billed twice for them."""


@contextlib.contextmanager
def a_share_hangs(stage: Stage) -> Iterator[None]:
    """The server of the share answers nothing."""
    stage.share.hang()
    try:
        yield
    finally:
        stage.share.go_on()


@contextlib.contextmanager
def every_third_call_fails(stage: Stage) -> Iterator[None]:
    """The service fails often."""
    stage.weather = lambda: stage.chance.choice(UNBILLED) if stage.chance.random() < 1 / 3 else None
    try:
        yield
    finally:
        stage.weather = lambda: None


@contextlib.contextmanager
def the_service_is_away(stage: Stage) -> Iterator[None]:
    """Each connection is reset."""
    stage.weather = Reset
    try:
        yield
    finally:
        stage.weather = lambda: None


@contextlib.contextmanager
def the_quota_is_used_up(stage: Stage) -> Iterator[None]:
    """The calls pause until midnight in Beijing, and midnight comes by a jump of the clock."""
    stage.simulator.quota = stage.simulator.billed()
    try:
        yield
    finally:
        stage.simulator.quota = None
        stage.set_clock(stage.offset + 86_400)


@contextlib.contextmanager
def the_quota_is_used_up_and_the_clock_is_set_back(stage: Stage) -> Iterator[None]:
    """A pause whose end moves 400 days ahead."""
    stage.simulator.quota = stage.simulator.billed()
    try:
        yield
    finally:
        stage.simulator.quota = None
        stage.set_clock(stage.offset - 400 * 86_400)


@contextlib.contextmanager
def the_clock_is_set_back(stage: Stage) -> Iterator[None]:
    """By eight hours."""
    stage.set_clock(stage.offset - 8 * 3600)
    yield


@contextlib.contextmanager
def the_settings_change(stage: Stage) -> Iterator[None]:
    """A reload with another number of workers."""
    stage.write_settings(workers=stage.chance.choice([2, 4, 8, 16]))
    stage.daemon.process.send_signal(signal.SIGHUP)
    yield


@contextlib.contextmanager
def the_settings_are_wrong(stage: Stage) -> Iterator[None]:
    """A reload that is refused, and one that is good again."""
    good = stage.daemon.settings_file.read_bytes()
    stage.daemon.settings_file.write_text("workers: many\n")
    stage.daemon.process.send_signal(signal.SIGHUP)
    try:
        yield
    finally:
        stage.daemon.settings_file.write_bytes(good)
        stage.daemon.process.send_signal(signal.SIGHUP)


@contextlib.contextmanager
def the_token_is_revoked(stage: Stage) -> Iterator[None]:
    """Error 110 for the calls that follow."""
    stage.simulator.revoke_tokens()
    yield


@contextlib.contextmanager
def the_daemon_is_restarted(stage: Stage) -> Iterator[None]:
    """SIGTERM, and a new start."""
    yield
    stage.restart(kill=False)


@contextlib.contextmanager
def the_daemon_is_killed(stage: Stage) -> Iterator[None]:
    """SIGKILL, and a new start; the calls in flight may be made again."""
    yield
    stage.restart(kill=True)


WHILE_IT_LIVES: tuple[Callable[[Stage], contextlib.AbstractContextManager[None]], ...] = (
    a_share_hangs,
    a_share_hangs,
    every_third_call_fails,
    the_service_is_away,
    the_quota_is_used_up,
    the_quota_is_used_up_and_the_clock_is_set_back,
    the_clock_is_set_back,
    the_settings_change,
    the_settings_are_wrong,
    the_token_is_revoked,
)
"""Incidents that the process outlives."""

ITS_ENDS = (the_daemon_is_restarted, the_daemon_is_killed)
"""Incidents that end the process; memory is judged after the last of them."""
