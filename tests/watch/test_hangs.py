"""A folder hangs when a step in it has waited for its file system for too long."""

from __future__ import annotations

import threading

from ocr_watcher.threads.heartbeat import Heartbeats
from ocr_watcher.watch.hangs import Hangs

SHARE, DISK = "/mnt/share", "/srv/disk"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Told:
    """A listener that records its calls."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.threads: list[int] = []

    def thread_is_stuck(self, thread: int) -> None:
        self.threads.append(thread)

    def hang_began(self, root: str) -> None:
        self.events.append(f"{root} hangs")

    def hang_ended(self, root: str) -> None:
        self.events.append(f"{root} answers")


class Scene:
    def __init__(self) -> None:
        self.clock, self.told = Clock(), Told()
        self.heartbeats = Heartbeats(self.clock)
        self.hangs = Hangs(self.heartbeats, self.told, seconds=10)

    def later(self, seconds: float) -> None:
        self.clock.now += seconds
        self.hangs.look()


def test_a_step_that_takes_long_makes_its_folder_hang_until_it_goes_on():
    scene = Scene()
    with scene.heartbeats.working("a scan", SHARE):
        scene.later(9)
        assert scene.told.events == []
        scene.later(2)
        scene.later(2)
        assert scene.told.events == [f"{SHARE} hangs"]
        assert scene.hangs.roots == {SHARE}
    scene.later(0)
    assert scene.told.events == [f"{SHARE} hangs", f"{SHARE} answers"]
    assert scene.hangs.roots == frozenset()


def test_each_thread_that_is_stuck_is_told_once():
    scene = Scene()
    with scene.heartbeats.working("an image", SHARE):
        scene.later(11)
        scene.later(11)
    assert scene.told.threads == [threading.get_ident()]


def test_a_step_that_advances_or_rests_is_not_stuck():
    scene = Scene()
    with scene.heartbeats.working("a scan", SHARE):
        for _ in range(5):
            scene.later(9)
            scene.heartbeats.beat()
        with scene.heartbeats.resting():
            scene.later(100)
    assert scene.told.events == []


def test_a_call_of_the_engine_is_no_wait_for_a_folder():
    scene = Scene()
    with scene.heartbeats.working("an image", SHARE), scene.heartbeats.working("its pages"):
        scene.later(100)
    assert scene.told.events == []


def test_one_folder_that_hangs_says_nothing_of_another():
    scene = Scene()
    others = threading.Event()
    begun = threading.Event()

    def wait() -> None:
        with scene.heartbeats.working("a look", DISK):
            begun.set()
            others.wait(10)

    thread = threading.Thread(target=wait)
    with scene.heartbeats.working("a scan", SHARE):
        scene.clock.now += 11
        thread.start()
        begun.wait(10)
        scene.hangs.look()
        assert scene.hangs.roots == {SHARE}
    others.set()
    thread.join()
