from __future__ import annotations

import itertools
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ocr_watcher.errors import Stopped
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.values.tried import Tried
from ocr_watcher.work.queue import Job, JobQueue, Lane
from tests.waiting import eventually

CAPACITY = 3
TRIED = Tried(Stamp(1, 2, 3), 1, 0, 10.0, 11.0, "282810", "recognise error")


def image(name: str) -> Image:
    return Image("/scans", name)


def names(queue: JobQueue, number: int) -> list[str]:
    return [queue.get().image.name for _ in range(number)]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_image_is_not_taken_twice():
    queue = JobQueue(CAPACITY)
    assert [queue.put(image("a"), Lane.FRESH), queue.put(image("a"), Lane.BACKLOG)] == [True, True]
    assert len(queue) == 1


def test_what_is_dropped_now_comes_before_what_lay_there_and_that_before_retries():
    queue = JobQueue(CAPACITY, Clock())
    queue.put(image("failed"), Lane.FRESH)
    queue.retry(queue.get(), 0.0)
    queue.put(image("old"), Lane.BACKLOG)
    queue.put(image("new"), Lane.FRESH)
    assert names(queue, 3) == ["new", "old", "failed"]


def test_retries_come_in_the_order_of_their_time_and_not_before():
    clock = Clock()
    queue = JobQueue(CAPACITY, clock)
    for name in "abc":
        queue.put(image(name), Lane.FRESH)
    for delay in (3.0, 1.0, 2.0):
        queue.retry(queue.get(), delay)
    clock.now = 3.0
    assert names(queue, 3) == ["b", "c", "a"]


def test_what_goes_alone_is_taken_last_and_while_no_other_is_worked_on():
    clock = Clock()
    queue = JobQueue(CAPACITY, clock)
    queue.isolate(lambda image: image.name.startswith("suspect"))
    queue.put(image("suspect"), Lane.FRESH)
    queue.put(image("suspect too"), Lane.BACKLOG)
    queue.put(image("a"), Lane.BACKLOG)
    first = queue.get()
    assert first.image.name == "a"
    with ThreadPoolExecutor() as threads:
        clock.now = 100.0
        waiting = [threads.submit(queue.get) for _ in range(3)]
        eventually(lambda: all(get.running() for get in waiting))
        queue.finish(first)
        eventually(lambda: sum(get.done() for get in waiting) == 1)
        (alone,) = [get for get in waiting if get.done()]
        assert alone.result().image.name == "suspect"
        queue.put(image("b"), Lane.FRESH)  # not beside it
        assert sum(get.done() for get in waiting) == 1
        queue.finish(alone.result())
        eventually(lambda: sum(get.done() for get in waiting) == 2)
        (other,) = [get for get in waiting if get.done() and get is not alone]
        assert other.result().image.name == "b"
        clock.now = 200.0
        queue.finish(other.result())
        eventually(lambda: all(get.done() for get in waiting))


def test_what_goes_alone_waits_until_a_scan_has_found_the_others():
    clock = Clock()
    queue = JobQueue(CAPACITY, clock)
    queue.isolate(lambda image: image.name == "suspect")
    queue.put(image("suspect"), Lane.BACKLOG)  # the first of the scan, and nothing else is there
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(queue.get)
        eventually(waiting.running)
        queue.put(image("a"), Lane.BACKLOG)
        assert waiting.result(10).image.name == "a"


def test_a_retry_that_goes_alone_waits_for_the_others_too():
    clock = Clock()
    queue = JobQueue(CAPACITY, clock)
    queue.isolate(lambda image: image.name == "suspect")
    queue.put(image("suspect"), Lane.FRESH)
    clock.now = 10.0
    queue.retry(queue.get(), 1.0)
    queue.put(image("a"), Lane.FRESH)
    first = queue.get()
    clock.now = 12.0
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(queue.get)
        eventually(waiting.running)
        queue.put(image("b"), Lane.FRESH)
        second = waiting.result(10)
        assert second.image.name == "b"
        clock.now = 100.0
        waiting = threads.submit(queue.get)
        queue.finish(first)
        queue.finish(second)
        assert waiting.result(10).image.name == "suspect"
    assert len(queue) == 1


def test_a_retry_is_waited_for():
    queue = JobQueue(CAPACITY)
    queue.put(image("a"), Lane.FRESH)
    job = queue.get()
    queue.retry(Job(job.image, TRIED), 0.02)
    assert queue.get() == Job(image("a"), TRIED)


def test_a_retry_that_is_sooner_than_the_one_waited_for_is_not_waited_for_longer():
    queue = JobQueue(CAPACITY)
    with ThreadPoolExecutor() as threads:
        for name in "ab":
            queue.put(image(name), Lane.FRESH)
        late, soon = queue.get(), queue.get()
        queue.retry(late, 1000.0)
        waiting = threads.submit(queue.get)
        eventually(waiting.running)
        queue.retry(soon, 0.02)
        assert waiting.result(20).image == soon.image


def test_who_goes_off_with_a_job_leaves_the_watch_over_retries_to_another():
    queue = JobQueue(CAPACITY)
    queue.put(image("failed"), Lane.FRESH)
    failed = queue.get()
    with ThreadPoolExecutor() as threads:
        waiting = [threads.submit(queue.get) for _ in range(2)]
        eventually(lambda: all(future.running() for future in waiting))
        queue.retry(failed, 0.2)
        queue.put(image("new"), Lane.FRESH)
        assert {future.result(20).image.name for future in waiting} == {"failed", "new"}


def test_an_image_that_is_dropped_while_it_waits_for_its_retry_is_taken_at_once():
    queue = JobQueue(CAPACITY)
    queue.put(image("a"), Lane.FRESH)
    queue.retry(Job(queue.get().image, TRIED), 1000.0)
    queue.put(image("a"), Lane.FRESH)
    assert len(queue) == 1
    queue.finish(queue.get())
    assert len(queue) == 0


def test_a_scan_hurries_no_retry():
    clock = Clock()
    queue = JobQueue(CAPACITY, clock)
    queue.put(image("a"), Lane.FRESH)
    queue.retry(Job(queue.get().image, TRIED), 10.0)
    assert queue.put(image("a"), Lane.BACKLOG) is True
    queue.put(image("b"), Lane.BACKLOG)
    clock.now = 10.0
    assert [queue.get(), queue.get()] == [Job(image("b")), Job(image("a"), TRIED)]


def test_what_changes_while_a_worker_has_it_does_not_wait_for_its_retry():
    queue = JobQueue(CAPACITY)
    queue.put(image("a"), Lane.FRESH)
    job = queue.get()
    queue.put(image("a"), Lane.FRESH)
    queue.retry(Job(job.image, TRIED), 1000.0)
    assert queue.get() == Job(image("a"))


def test_as_many_retries_wait_as_fit_and_the_others_are_told_of_for_a_scan_to_put_them_again():
    clock, left = Clock(), []
    queue = JobQueue(1, clock)
    queue.leave_to(left.append)
    for name in "ab":
        queue.put(image(name), Lane.FRESH)
        queue.retry(Job(queue.get().image, TRIED), 10.0)
    assert len(queue) == 1
    assert left == [image("b")]
    for name in "ab":
        assert queue.put(image(name), Lane.BACKLOG) is True
    assert queue.get() == Job(image("b"))
    clock.now = 10.0
    assert queue.get() == Job(image("a"), TRIED)


class CountingClock:
    """Stands still, and is read whenever a thread looks for a job among the retries."""

    def __init__(self) -> None:
        self.readings = itertools.count()
        self.number = 0

    def __call__(self) -> float:
        self.number = next(self.readings)
        return 0.0


def test_hundreds_of_idle_threads_are_not_woken_for_one_image():
    clock = CountingClock()
    queue = JobQueue(CAPACITY, clock)
    queue.put(image("late"), Lane.FRESH)
    queue.retry(queue.get(), 1000.0)
    with ThreadPoolExecutor(256) as threads:
        waiting = [threads.submit(queue.get) for _ in range(256)]
        eventually(lambda: clock.number >= 2 * 256)  # each looked, and knows how long to wait
        before = clock.number
        queue.put(image("a"), Lane.FRESH)
        eventually(lambda: any(future.done() for future in waiting))
        queue.close()
        ended = [future.result() for future in waiting if future.exception() is None]
    assert ended == [Job(image("a"))]
    assert clock.number - before <= 8


def test_many_threads_take_each_image_once_and_see_each_retry_through():
    queue = JobQueue(CAPACITY * 100)
    taken: Counter[Image] = Counter()
    in_flight: list[Image] = []

    def work() -> None:
        while True:
            job = queue.get()
            in_flight.append(job.image)
            assert in_flight.count(job.image) == 1
            taken[job.image] += 1
            last = taken[job.image] == 3
            in_flight.remove(job.image)
            if last:
                queue.finish(job)
            else:
                queue.retry(job, 0.001 * int(job.image.name[-1]))

    with ThreadPoolExecutor(32) as threads:
        workers = [threads.submit(work) for _ in range(32)]
        for number in range(CAPACITY * 100):
            queue.put_when_room(image(str(number)), Lane.BACKLOG)
        queue.join()
        queue.close()
        assert {type(worker.exception()) for worker in workers} == {Stopped}
    assert Counter(taken.values()) == {3: CAPACITY * 100}


def test_what_is_put_while_a_worker_has_it_is_handed_out_once_more():
    queue = JobQueue(CAPACITY)
    queue.put(image("a"), Lane.BACKLOG)
    job = queue.get()
    queue.put(image("a"), Lane.FRESH)
    queue.put(image("a"), Lane.FRESH)
    assert len(queue) == 1
    queue.finish(job)
    queue.finish(queue.get())
    assert len(queue) == 0


def test_a_full_queue_refuses_and_knows_what_it_has():
    queue = JobQueue(1)
    queue.put(image("a"), Lane.FRESH)
    assert queue.put(image("b"), Lane.FRESH) is False
    assert queue.put(image("a"), Lane.FRESH) is True


def test_retries_take_nobodys_room():
    queue = JobQueue(1)
    queue.put(image("a"), Lane.FRESH)
    queue.retry(queue.get(), 100.0)
    assert queue.put(image("b"), Lane.FRESH) is True


def test_who_may_wait_puts_when_there_is_room():
    queue = JobQueue(1)
    queue.put(image("a"), Lane.FRESH)
    with ThreadPoolExecutor() as threads:
        putting = threads.submit(queue.put_when_room, image("b"), Lane.BACKLOG)
        assert names(queue, 2) == ["a", "b"]
        putting.result()


def test_a_worker_that_waits_gets_what_comes():
    queue = JobQueue(CAPACITY)
    with ThreadPoolExecutor() as threads:
        waiting = threads.submit(queue.get)
        queue.put(image("a"), Lane.FRESH)
        assert waiting.result() == Job(image("a"))


def test_joining_waits_for_what_waits_for_what_is_in_flight_and_for_retries():
    queue = JobQueue(CAPACITY)
    queue.join()
    queue.put(image("a"), Lane.FRESH)
    with ThreadPoolExecutor() as threads:
        joining = threads.submit(queue.join)
        queue.retry(queue.get(), 0.0)
        job = queue.get()
        assert not joining.done()
        queue.finish(job)
        joining.result()


def test_closing_ends_every_wait_that_has_begun():
    queue, full = JobQueue(CAPACITY), JobQueue(1)
    full.put(image("a"), Lane.FRESH)
    with ThreadPoolExecutor() as threads:
        waits = [
            threads.submit(queue.get),
            threads.submit(full.join),
            threads.submit(full.put_when_room, image("b"), Lane.FRESH),
        ]
        eventually(lambda: all(wait.running() for wait in waits))
        queue.close()
        full.close()
        assert {type(wait.exception(5)) for wait in waits} == {Stopped}


def test_closing_ends_every_wait_that_begins_afterwards():
    queue = JobQueue(1)
    queue.put(image("a"), Lane.FRESH)
    queue.close()
    for wait in (queue.get, queue.join, lambda: queue.put_when_room(image("b"), Lane.FRESH)):
        with pytest.raises(Stopped):
            wait()


IMAGES = st.sampled_from([image(name) for name in "abcdef"])


class QueueAgainstAModel(RuleBasedStateMachine):
    """Whatever happens in whatever order, the queue does what three plain lists would do."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.queue = JobQueue(CAPACITY, self.clock)
        self.lanes: dict[Lane, list[Job]] = {lane: [] for lane in Lane}
        self.retries: list[tuple[float, int, Job]] = []  # in the order of their time
        self.in_flight: dict[Job, bool] = {}
        self.steps = 0

    def waiting(self) -> list[Job]:
        return [job for lane in self.lanes.values() for job in lane]

    def held(self) -> list[Image]:
        retries = [job for _, _, job in self.retries]
        return [job.image for job in [*self.waiting(), *retries, *self.in_flight]]

    def is_ready(self) -> bool:
        return bool(self.waiting()) or any(at <= self.clock.now for at, _, _ in self.retries)

    def expected(self) -> Job:
        for lane in self.lanes.values():
            if lane:
                return lane.pop(0)
        return self.retries.pop(0)[2]

    @rule(image=IMAGES, lane=st.sampled_from([Lane.FRESH, Lane.BACKLOG]))
    def put(self, image, lane):
        known, room = image in self.held(), len(self.lanes[lane]) < CAPACITY
        assert self.queue.put(image, lane) is (known or room)
        others = [retry for retry in self.retries if retry[2].image != image]
        if lane is Lane.FRESH and others != self.retries:
            self.retries = others
            self.lanes[lane].append(Job(image))
        if not known and room:
            self.lanes[lane].append(Job(image))
        for job in self.in_flight:
            self.in_flight[job] |= job.image == image

    @precondition(is_ready)
    @rule()
    def get(self):
        job = self.queue.get()
        assert job == self.expected()
        self.in_flight[job] = False

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data())
    def finish(self, data):
        job = data.draw(st.sampled_from(list(self.in_flight)))
        self.queue.finish(job)
        if self.in_flight.pop(job):
            self.lanes[Lane.FRESH].append(Job(job.image))

    @precondition(lambda self: self.in_flight)
    @rule(data=st.data(), delay=st.integers(0, 5))
    def retry(self, data, delay):
        job = data.draw(st.sampled_from(list(self.in_flight)))
        then = Job(job.image, TRIED)
        self.queue.retry(then, delay)
        if self.in_flight.pop(job):
            self.lanes[Lane.FRESH].append(Job(job.image))
        elif len(self.retries) < CAPACITY:
            self.steps += 1
            self.retries = sorted([*self.retries, (self.clock.now + delay, self.steps, then)])

    @rule(seconds=st.integers(1, 5))
    def time_passes(self, seconds):
        self.clock.now += seconds

    @invariant()
    def it_holds_what_the_model_holds(self):
        assert len(self.queue) == len(self.held()) == len(set(self.held()))


TestQueueAgainstAModel = QueueAgainstAModel.TestCase
TestQueueAgainstAModel.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_backlog_that_fills_its_lane_takes_no_room_from_what_comes_now():
    queue = JobQueue(1)
    assert queue.put(Image("/scans", "old.jpg"), Lane.BACKLOG)
    assert not queue.put(Image("/scans", "older.jpg"), Lane.BACKLOG)
    assert queue.put(Image("/scans", "new.jpg"), Lane.FRESH)
    assert queue.get().image.name == "new.jpg"
