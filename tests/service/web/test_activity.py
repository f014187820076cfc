"""The pages of the last hour, and what is read right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError
from ocr_watcher.events.bus import EventBus
from ocr_watcher.events.model import AttemptEnded
from ocr_watcher.service.web.activity import MINUTES, Activity, read_now
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.outcome import Failed, Recognised, Skipped
from ocr_watcher.work.underway.entry import Entry
from ocr_watcher.work.underway.underway_file import UnderwayFile

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = Image("/scans", "a.png")


class Hours:
    """A clock that a test sets, and an activity that goes by it."""

    def __init__(self) -> None:
        self.now = 90_000.0
        self.activity = Activity(lambda: self.now)
        self.bus = EventBus()
        self.activity.attach(self.bus)

    def read(self, pages: int) -> None:
        self.bus.publish(AttemptEnded(IMAGE, Recognised(pages, 1)))

    def pass_minutes(self, minutes: float) -> None:
        self.now += 60 * minutes


def test_pages_count_for_the_minute_in_which_they_were_read() -> None:
    hours = Hours()
    hours.read(2)
    hours.read(3)
    hours.pass_minutes(2)
    hours.read(1)
    assert hours.activity.pages() == (*[0] * 57, 5, 0, 1)


def test_pages_are_forgotten_after_an_hour() -> None:
    hours = Hours()
    hours.read(2)
    hours.pass_minutes(MINUTES - 1)
    assert hours.activity.pages()[0] == 2
    hours.pass_minutes(1)
    assert hours.activity.pages() == (0,) * 60


def test_a_night_without_pages_leaves_none() -> None:
    hours = Hours()
    hours.read(2)
    hours.pass_minutes(10_000.5)
    hours.read(1)
    assert hours.activity.pages() == (*[0] * 59, 1)


def test_only_what_was_recognised_counts() -> None:
    hours = Hours()
    hours.bus.publish(AttemptEnded(IMAGE, Failed(ImageError("1", "bad"), 1)))
    hours.bus.publish(AttemptEnded(IMAGE, Skipped("done")))
    assert sum(hours.activity.pages()) == 0


def test_pages_count_on_over_a_reload() -> None:
    hours = Hours()
    hours.read(2)
    following = EventBus()
    hours.activity.attach(following)
    following.publish(AttemptEnded(IMAGE, Recognised(1, 1)))
    assert hours.activity.pages()[-1] == 3


def test_an_image_that_is_read_belongs_to_the_inner_of_two_folders(tmp_path: Path) -> None:
    file = UnderwayFile(tmp_path)
    for slot, path in enumerate(("/scans/in/a.png", "/scans/b\udcff.png", "/scansion/c.png")):
        file.write(slot, Entry(path, Stamp(1, 2, 3), 5.0, 2, 3))
    found = [image for image, _ in read_now(tmp_path, ["/scans", "/scans/in"])]
    file.close()
    assert found == [Image("/scans/in", "a.png"), Image("/scans", "b\udcff.png")]


def test_without_a_state_directory_nothing_is_read(tmp_path: Path) -> None:
    assert list(read_now(tmp_path / "gone", ["/scans"])) == []
