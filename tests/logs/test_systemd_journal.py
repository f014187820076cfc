from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.logs.systemd_journal import PriorityFormatter, is_connected
from tests.commands.program import environment, read_to_the_end

if TYPE_CHECKING:
    from pathlib import Path

SPEAK = """
import logging, sys
from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.setup import set_up
set_up(*sys.argv[1:])
log = logging.getLogger("ocr_watcher.test")
log.info("recognised", extra=fields(image="/scans/a.jpg", pages=1))
try:
    int("x")
except ValueError:
    log.exception("a fault of this program")
"""


def name_of(descriptor: int) -> str:
    """The device and inode, as systemd puts them into ``JOURNAL_STREAM``."""
    status = os.fstat(descriptor)
    return f"{status.st_dev}:{status.st_ino}"


def said(home: Path, *arguments: str, stream: str | None = None) -> list[str]:
    """What a process says to a socket, as it is the journal's; or is not, with another's name."""
    ours, journal = socket.socketpair()
    with ours:
        with journal:
            variables = {"JOURNAL_STREAM": stream or name_of(journal.fileno())}
            subprocess.run(
                [sys.executable, "-c", SPEAK, *arguments],
                env=environment(home, **variables),
                stderr=journal,
                check=True,
                timeout=60,
            )
        return read_to_the_end(ours.detach()).decode("utf-8").splitlines()


def test_a_line_to_the_journal_has_its_priority_and_neither_time_nor_level(tmp_path):
    assert said(tmp_path, "info", "text") == [
        "<6>recognised image=/scans/a.jpg pages=1",
        "<3>a fault of this program exception=ValueError",
    ]


def test_each_line_of_a_traceback_has_the_priority_of_its_event(tmp_path):
    _, first, second, *others = said(tmp_path, "debug", "text")
    assert first.startswith("<3>a fault of this program")
    assert second == "<3>Traceback (most recent call last):"
    assert all(line.startswith("<3>") for line in others)
    assert others[-1].startswith("<3>ValueError: ")


def test_json_to_the_journal_is_the_same_object_after_the_priority(tmp_path):
    line, _ = said(tmp_path, "info", "json")
    assert line.startswith("<6>")
    event = json.loads(line.removeprefix("<6>"))
    assert event.keys() == {"time", "level", "logger", "message", "image", "pages"}


@pytest.mark.parametrize("stream", ["1:1", "nonsense"])
def test_what_goes_elsewhere_than_the_inherited_variable_says_is_as_on_a_terminal(tmp_path, stream):
    first, _ = said(tmp_path, "info", "text", stream=stream)
    assert first[20:] == "info recognised image=/scans/a.jpg pages=1"


def test_without_the_variable_nothing_is_the_journal():
    assert not is_connected({})


def test_a_closed_standard_error_is_not_the_journal(tmp_path):
    speak = (
        "import os; from ocr_watcher.logs.systemd_journal import is_connected; os.close(2); "
        "print(is_connected({'JOURNAL_STREAM': '1:1'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", speak],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("level", "priority"),
    [
        (logging.CRITICAL, 2),
        (logging.ERROR, 3),
        (logging.WARNING, 4),
        (logging.INFO + 5, 6),
        (logging.INFO, 6),
        (logging.DEBUG, 7),
    ],
)
def test_priorities_are_those_of_syslog(level, priority):
    record = logging.LogRecord("any", level, __file__, 1, "said", None, None)
    assert PriorityFormatter(logging.Formatter()).format(record) == f"<{priority}>said"
