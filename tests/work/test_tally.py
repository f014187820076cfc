from __future__ import annotations

from ocr_watcher.errors import ImageError
from ocr_watcher.events.model import AttemptEnded, FolderScanned
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Changed, Failed, Recognised, Skipped
from ocr_watcher.values.snapshot import Counts
from ocr_watcher.work.tally import Tally

A = Image("/a", "a.png")
WELL = AttemptEnded(A, Recognised(1, 1))


def test_what_scans_found_is_added_up_over_the_folders():
    tally = Tally()
    tally.scanned(FolderScanned("/a", done=2, waiting=1))
    tally.scanned(FolderScanned("/b", done=1, failed=4))
    assert tally.counts(0) == Counts(done=3, waiting=1, failed=4)


def test_another_scan_of_a_folder_takes_the_place_of_the_one_before():
    tally = Tally()
    tally.scanned(FolderScanned("/a", done=2))
    tally.scanned(FolderScanned("/a", done=1))
    assert tally.counts(0) == Counts(done=1)


def test_what_was_done_when_each_folder_was_scanned_first_is_kept():
    tally = Tally()
    tally.scanned(FolderScanned("/a", done=2))
    tally.scanned(FolderScanned("/b", done=3))
    tally.scanned(FolderScanned("/a", done=7))
    tally.ended(WELL)
    assert tally.at_first.done == 5


def test_an_image_that_ends_no_longer_waits():
    tally = Tally()
    tally.scanned(FolderScanned("/a", waiting=3))
    tally.ended(WELL)
    tally.ended(AttemptEnded(A, Failed(ImageError("cut-off", "it is cut off"), 1)))
    assert tally.counts(0) == Counts(done=1, waiting=1, failed=1)


def test_an_image_that_no_scan_has_seen_may_end_before_one_does():
    tally = Tally()
    tally.ended(WELL)
    assert tally.counts(0) == Counts(done=1)


def test_a_try_that_is_no_end_changes_nothing():
    tally = Tally()
    tally.scanned(FolderScanned("/a", waiting=1))
    tally.ended(AttemptEnded(A, Skipped("vanished")))
    tally.ended(AttemptEnded(A, Changed()))
    assert tally.counts(0) == Counts(waiting=1)


def test_images_that_came_since_the_last_scan_wait_too():
    tally = Tally()
    tally.scanned(FolderScanned("/a", waiting=1))
    assert tally.counts(5) == Counts(waiting=5)


def test_the_counts_are_known_by_folder():
    tally = Tally()
    tally.scanned(FolderScanned("/a", waiting=1))
    tally.scanned(FolderScanned("/b", done=2))
    tally.ended(WELL)
    assert tally.by_folder == {"/a": Counts(done=1), "/b": Counts(done=2)}
