from __future__ import annotations

from ocr_watcher.errors import ImageError
from ocr_watcher.sidecars.state import State
from ocr_watcher.values.outcome import Changed, Failed, Recognised, Skipped
from ocr_watcher.work.tally import Tally

WELL = Recognised(1, 1)


def test_what_scans_found_is_added_up_over_the_folders():
    tally = Tally()
    tally.scanned("/a", {State.DONE: 2, State.WAITING: 1})
    tally.scanned("/b", {State.DONE: 1, State.FAILED: 4})
    assert tally.line(0) == "3 done, 1 waiting, 4 failed"


def test_another_scan_of_a_folder_takes_the_place_of_the_one_before():
    tally = Tally()
    tally.scanned("/a", {State.DONE: 2})
    tally.scanned("/a", {State.DONE: 1})
    assert tally.line(0) == "1 done, 0 waiting, 0 failed"


def test_an_image_that_ends_no_longer_waits():
    tally = Tally()
    tally.scanned("/a", {State.WAITING: 3})
    tally.ended("/a", WELL)
    tally.ended("/a", Failed(ImageError("cut-off", "it is cut off"), 1))
    assert tally.line(0) == "1 done, 1 waiting, 1 failed"


def test_an_image_that_no_scan_has_seen_may_end_before_one_does():
    tally = Tally()
    tally.ended("/a", WELL)
    assert tally.line(0) == "1 done, 0 waiting, 0 failed"


def test_a_try_that_is_no_end_changes_nothing():
    tally = Tally()
    tally.scanned("/a", {State.WAITING: 1})
    tally.ended("/a", Skipped("vanished"))
    tally.ended("/a", Changed())
    assert tally.line(0) == "0 done, 1 waiting, 0 failed"


def test_images_that_came_since_the_last_scan_wait_too():
    tally = Tally()
    tally.scanned("/a", {State.WAITING: 1})
    assert tally.line(5) == "0 done, 5 waiting, 0 failed"
