"""The images of a folder that does not answer are set aside, and keep their place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ocr_watcher.values.image import Image
from ocr_watcher.work.queue import Hold, Job, JobQueue, Lane

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


def test_the_end_of_a_probe_is_waited_for_and_that_of_a_pause_is_not(queue):
    queue.put(SHARE[0], Lane.FRESH)
    queue.hold("/mnt/share", Hold.PROBED)
    assert queue.size_here == 1
    queue.hold("/mnt/share", Hold.PAUSED)
    assert queue.size_here == 0
    queue.join()
    queue.hold("/mnt/share", Hold.PROBED)
    assert queue.size_here == 1


def test_an_image_in_hand_is_waited_for_in_a_pause(queue):
    queue.put(SHARE[0], Lane.FRESH)
    queue.get()
    queue.hold("/mnt/share", Hold.PAUSED)
    assert queue.size_here == 1


@pytest.mark.parametrize("first", [(Hold.HUNG,), (Hold.PAUSED, Hold.PROBED)])
def test_a_folder_that_hangs_in_a_pause_is_handed_out_when_both_are_over(queue, first):
    queue.put(SHARE[0], Lane.FRESH)
    queue.hold("/mnt/share", Hold.PAUSED)
    queue.hold("/mnt/share")
    queue.put(DISK[0], Lane.BACKLOG)
    queue.release("/mnt/share", *first)
    assert queue.get().image == DISK[0]
    queue.release("/mnt/share", *{Hold.HUNG, Hold.PAUSED, Hold.PROBED} - {*first})
    assert queue.get().image == SHARE[0]


def test_a_run_that_ends_does_not_wait_for_room_in_a_folder_that_is_paused():
    queue = JobQueue(1, is_patient=False)
    queue.put(SHARE[0], Lane.BACKLOG)
    queue.hold("/mnt/share", Hold.PAUSED)
    queue.put_when_room(SHARE[1], Lane.BACKLOG)
    assert len(queue) == 1


def test_an_image_that_goes_alone_waits_for_those_in_hand_of_a_paused_folder():
    clock = [0.0]
    queue = JobQueue(2, lambda: clock[0])
    queue.isolate(lambda image: image == DISK[0])
    queue.put(SHARE[0], Lane.FRESH)
    job = queue.get()
    queue.hold("/mnt/share", Hold.PAUSED)
    queue.put(DISK[0], Lane.BACKLOG)
    clock[0] += 60
    with ThreadPoolExecutor() as threads:
        alone = threads.submit(queue.get)
        with pytest.raises(TimeoutError):
            alone.result(0.05)
        queue.finish(job)
        assert alone.result(5).image == DISK[0]
