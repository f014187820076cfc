from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_watcher.service.status_line import status_line, what_is_wrong
from ocr_watcher.values.pause import Pause
from ocr_watcher.values.snapshot import Counts, Health, Snapshot

COUNTS = Counts(done=3, waiting=1, failed=4)
PAUSE = Pause("17", "used up", "wait", 1.0, 2.0)


def test_images_are_counted_in_one_line():
    assert status_line(Snapshot(COUNTS)) == "3 done, 1 waiting, 4 failed"


def test_folders_that_hang_and_a_pause_are_told_after_the_counts():
    snapshot = Snapshot(COUNTS, hung=("/a", "/b\n"), pause=PAUSE)
    assert status_line(snapshot) == (
        "3 done, 1 waiting, 4 failed; /a does not answer; /b\\n does not answer; "
        "no calls are made: used up"
    )


def test_a_pause_of_an_endpoint_is_told_unless_there_is_one_of_all():
    snapshot = Snapshot(COUNTS, pauses={"general": PAUSE})
    told = "3 done, 1 waiting, 4 failed; no calls of general are made: used up"
    assert status_line(snapshot) == told
    told = "3 done, 1 waiting, 4 failed; no calls are made: used up"
    assert status_line(replace(snapshot, pause=PAUSE)) == told


@pytest.mark.parametrize(
    ("health", "told"),
    [
        (Health(), ""),
        (Health(overdue="/scans/a.png"), "a thread has worked for too long on: /scans/a.png"),
        (Health(has_lost_a_thread=True, overdue="/scans/a.png"), "a thread has ended"),
    ],
)
def test_what_does_not_advance_is_named(health, told):
    assert what_is_wrong(health) == told
    assert health.is_good is not bool(told)
