"""The images of a folder that does not answer are set aside, and keep their place."""

from __future__ import annotations

import pytest

from ocr_watcher.values.image import Image
from ocr_watcher.work.queue import Job, JobQueue, Lane

SHARE = [Image("/mnt/share", f"{number}.jpg") for number in range(3)]
DISK = [Image("/srv/disk", f"{number}.jpg") for number in range(3)]


@pytest.fixture
def queue() -> JobQueue:
    return JobQueue(2)


def test_no_image_of_a_folder_that_is_held_is_handed_out(queue):
    queue.put(SHARE[0], Lane.FRESH)
    queue.hold("/mnt/share")
    queue.put(SHARE[1], Lane.FRESH)
    queue.put(DISK[0], Lane.BACKLOG)
    assert queue.get().image == DISK[0]
    assert len(queue) == 3
    assert queue.size_here == 1


def test_a_folder_that_is_released_goes_on_where_it_was(queue):
    queue.put(SHARE[0], Lane.FRESH)
    queue.put(SHARE[1], Lane.FRESH)
    queue.hold("/mnt/share")
    queue.put(DISK[0], Lane.FRESH)
    queue.get()
    queue.release("/mnt/share")
    assert [queue.get().image for _ in range(2)] == SHARE[:2]


def test_a_folder_takes_no_room_from_another(queue):
    assert queue.put(SHARE[0], Lane.BACKLOG)
    assert queue.put(SHARE[1], Lane.BACKLOG)
    assert not queue.put(SHARE[2], Lane.BACKLOG)
    assert queue.put(DISK[0], Lane.BACKLOG)


def test_a_retry_of_a_folder_that_is_held_waits_for_its_release(queue):
    queue.put(SHARE[0], Lane.FRESH)
    job = queue.get()
    queue.retry(Job(job.image), 0.0)
    queue.hold("/mnt/share")
    queue.put(DISK[0], Lane.BACKLOG)
    assert queue.get().image == DISK[0]
    queue.put(DISK[1], Lane.BACKLOG)
    assert queue.get().image == DISK[1]
    queue.release("/mnt/share")
    assert queue.get().image == SHARE[0]


def test_the_end_is_not_waited_for_where_only_a_held_folder_has_images(queue):
    queue.put(SHARE[0], Lane.FRESH)
    queue.get()  # whoever took it does not come back
    queue.put(SHARE[1], Lane.FRESH)
    queue.hold("/mnt/share")
    queue.join()


def test_an_image_that_goes_alone_waits_for_no_image_of_a_held_folder():
    clock = [0.0]
    queue = JobQueue(2, lambda: clock[0])
    queue.isolate(lambda image: image in (SHARE[0], DISK[0]))
    queue.put(SHARE[1], Lane.FRESH)
    queue.get()
    queue.hold("/mnt/share")
    queue.put(DISK[0], Lane.BACKLOG)
    clock[0] += 60
    assert queue.get().image == DISK[0]
