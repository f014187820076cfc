"""Since when each image waits is known, whatever becomes of it."""

from __future__ import annotations

from ocr_watcher.errors import StorageError
from ocr_watcher.events.model import AttemptEnded, ImageQueued
from ocr_watcher.service.metrics.waits import Waits
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.outcome import Again, Recognised
from ocr_watcher.values.tried import Tried

A, B, C = (Image(root, "a.png") for root in ("/a", "/b", "/c"))
TRIED = Tried(Stamp(1, 2, 3), 0, 1, 0.0, 1.0, "storage", "full")


class Queue:
    """A queue, a clock, and what waits by them."""

    def __init__(self) -> None:
        self.images: set[Image] = set()
        self.now = 100.0
        self.waits = Waits(self.images.__contains__, lambda: self.now)

    def put(self, image: Image) -> None:
        self.images.add(image)
        self.waits.queued(ImageQueued(image))
        self.now += 1


def test_each_folder_has_its_oldest_image():
    queue = Queue()
    for image in (A, Image("/a", "b.png"), B):
        queue.put(image)
    assert queue.waits.oldest() == {"/a": 100.0, "/b": 102.0}
    assert queue.waits.numbers() == {"/a": 2, "/b": 1}


def test_an_image_that_comes_again_while_it_waits_keeps_its_time():
    queue = Queue()
    queue.put(A)
    queue.put(A)
    assert queue.waits.oldest() == {"/a": 100.0}


def test_an_image_that_is_to_be_tried_again_still_waits_and_one_that_is_read_does_not():
    queue = Queue()
    queue.put(A)
    queue.waits.ended(AttemptEnded(A, Again(StorageError("full"), TRIED), is_repeated=True))
    assert queue.waits.oldest() == {"/a": 100.0}
    queue.waits.ended(AttemptEnded(A, Recognised(1, 1)))
    assert queue.waits.oldest() == {}


def test_an_image_that_left_the_queue_without_an_event_waits_no_more():
    queue = Queue()
    queue.put(A)
    queue.put(B)
    queue.images.remove(A)
    assert queue.waits.oldest() == {"/b": 101.0}


def test_those_that_left_without_an_event_do_not_pile_up_where_nobody_asks():
    queue = Queue()
    for number in range(10_000):
        image = Image("/a", f"{number}.png")
        queue.put(image)
        queue.images.remove(image)
    assert sum(queue.waits.numbers().values()) < 3000
