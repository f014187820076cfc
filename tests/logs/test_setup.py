import json
import logging
import re
import sys

import pytest

from ocr_watcher.logs.fields import fields
from ocr_watcher.logs.setup import set_up
from ocr_watcher.values.image import Image

HOSTILE = Image("/scans", "a\nERROR b\x1b[2J\udcff.jpg")
LOG = logging.getLogger("ocr_watcher.test")


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def fail() -> None:
    try:
        int("access_token=secret")
    except ValueError:
        LOG.exception("a fault of this program", extra=fields(image=HOSTILE))


def test_a_line_of_text_has_time_level_message_and_fields(capsys):
    set_up("info", "text")
    LOG.info("recognised", extra=fields(image=Image("/scans", "a.jpg"), pages=1))
    (line,) = told(capsys)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d info recognised image=/scans/a\.jpg pages=1", line
    )


def test_a_field_with_a_space_or_without_anything_is_quoted(capsys):
    set_up("info", "text")
    LOG.info("failed", extra=fields(advice="scan it again", message=""))
    assert told(capsys)[0].endswith('failed advice="scan it again" message=""')


def test_a_line_of_json_is_one_object(capsys):
    set_up("info", "json")
    LOG.warning("tried again: %s", "later", extra=fields(image=Image("/scans", "a.jpg"), seconds=2))
    (line,) = told(capsys)
    event = json.loads(line)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", event.pop("time"))
    assert event == {
        "level": "warning",
        "logger": "ocr_watcher.test",
        "message": "tried again: later",
        "image": "/scans/a.jpg",
        "seconds": 2,
    }


@pytest.mark.parametrize(("level", "levels"), [("info", "we"), ("debug", "diwe"), ("error", "e")])
def test_a_command_that_prints_what_it_finds_logs_only_faults(capsys, level, levels):
    set_up(level, "text", only_faults=True)
    for name in ("debug", "info", "warning", "error"):
        getattr(LOG, name)(name)
    assert "".join(line.split()[2][0] for line in told(capsys)) == levels


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_a_hostile_name_stays_on_its_line(capsys, log_format):
    set_up("info", log_format)
    LOG.info("recognised %s", HOSTILE.name, extra=fields(image=HOSTILE, name=HOSTILE.name))
    (line,) = told(capsys)
    assert line.isprintable()
    line.encode("utf-8")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_of_an_exception_the_class_is_told_and_not_what_it_says(capsys, log_format):
    set_up("info", log_format)
    fail()
    (line,) = told(capsys)
    assert "ValueError" in line
    assert "secret" not in line
    assert "Traceback" not in line


def test_with_debug_text_has_the_traceback_below_the_line(capsys):
    set_up("debug", "text")
    fail()
    first, second, *_ = told(capsys)
    assert first.rstrip().endswith("exception=ValueError")
    assert second == "Traceback (most recent call last):"


def test_with_debug_json_has_the_traceback_in_its_object(capsys):
    set_up("debug", "json")
    fail()
    (line,) = told(capsys)
    assert json.loads(line)["traceback"].startswith("Traceback (most recent call last):")


def test_an_exception_that_is_none_adds_nothing(capsys):
    set_up("debug", "json")
    LOG.warning("all is well", exc_info=sys.exc_info())
    assert "exception" not in json.loads(told(capsys)[0])


def test_what_is_below_the_level_is_not_told(capsys):
    set_up("warning", "text")
    LOG.info("recognised")
    assert told(capsys) == []


def test_libraries_are_heard_from_warning_on_also_with_debug(capsys):
    set_up("debug", "text")
    logging.getLogger("watchdog").debug("GET /?access_token=secret")
    logging.getLogger("watchdog").warning("retrying")
    LOG.debug("ours")
    assert [line[20:] for line in told(capsys)] == ["warning retrying", "debug ours"]


def test_set_up_again_each_event_is_told_once(capsys):
    set_up("info", "json")
    set_up("info", "text")
    LOG.info("recognised")
    assert len(told(capsys)) == 1


def test_the_farewell_of_a_thread_of_watchdogs_is_not_told_and_all_else_of_it_is(capsys):
    set_up("info", "text")
    set_up("info", "text")
    log = logging.getLogger("watchdog.observers.inotify")
    log.error("InotifyEmitter.queue_events() called when the thread is inactive")
    log.error("Unable to rebuild recursive inotify watches")
    assert [line[20:] for line in told(capsys)] == [
        "error Unable to rebuild recursive inotify watches"
    ]


def test_a_traceback_holds_nothing_that_a_terminal_acts_upon(capsys):
    set_up("debug", "text")
    error = ValueError("\x9b31m \u202e \x1b[1m")
    LOG.error("a fault", exc_info=error)
    assert all(line.isprintable() for line in told(capsys))
