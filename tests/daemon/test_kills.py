"""Killed at any moment, again and again: nothing is lost, and little is paid for twice."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


def kill_at_a_random_moment(
    daemon: Daemon, simulator: Simulator, chance: random.Random, most_calls: int
) -> None:
    enough = len(simulator.calls) + chance.randint(0, most_calls)
    simulator.wait_for(lambda: len(simulator.calls) >= enough, 20)
    threading.Event().wait(chance.uniform(0, 0.03))  # anywhere between two calls
    daemon.kill()


@pytest.mark.parametrize(
    ("images", "kills"), [(50, 3), pytest.param(200, 12, marks=pytest.mark.slow)]
)
def test_many_images_end_right_however_often_it_is_killed(
    simulator: Simulator, tmp_path: Path, images: int, kills: int
) -> None:
    chance = random.Random(20_260_131)
    simulator.latency = 0.02
    daemon = Daemon(tmp_path, simulator, settings={"output": {"formats": ["txt", "json"]}})
    words = {f"d{number % 7}/{number}.png": f"number {number}" for number in range(images)}
    for name, text in words.items():
        write(daemon.folder / name, text)
    for _ in range(kills):
        with daemon:
            kill_at_a_random_moment(daemon, simulator, chance, images // kills // 2)
    assert len(daemon.texts()) < images  # the last kill, too, came amid the work
    with daemon:
        eventually(lambda: len(daemon.texts()) == images, within=60)
        eventually(lambda: len(list(daemon.folder.rglob("*.png.json"))) == images)
        assert daemon.stop() == 0
    assert daemon.texts() == {name: text + "\n" for name, text in words.items()}
    assert daemon.hidden_files() == daemon.error_files() == []
    assert simulator.billed() - images <= kills * WORKERS
