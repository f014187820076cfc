"""Under all faults at once, every image gets its text."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import Body, Cut, Delay, Drip, ErrorCode, Reset, Status
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault
    from tests.simulator.server import Simulator

IMAGES = 150
SHARE = 0.35
READ_TIMEOUT = 0.3
TRANSIENT: list[Fault] = [
    *map(ErrorCode, (1, 2, 4, 13, 216300, 216400, 216401, 216402, 216500, 282000, 282001, 282018)),
    *map(Status, (500, 502, 503, 504)),
    Body(b"<html>please log in</html>"),
    Body(b""),
    Body(b'{"words_result": [{"words": "half'),
    Cut(40),
    Reset(),
    Delay(2 * READ_TIMEOUT),
    Drip(READ_TIMEOUT / 2),
]


def test_with_a_third_of_all_calls_failing_every_image_gets_its_text(
    simulator: Simulator, tmp_path: Path
) -> None:
    chance = random.Random(20_260_131)
    met: set[str] = set()

    def fault(_call: Call) -> Fault | None:
        if chance.random() >= SHARE:
            return None
        drawn = chance.choice(TRANSIENT)
        met.add(repr(drawn))
        return drawn

    simulator.fault = fault
    simulator.next_token_faults.extend([Status(503), Reset(), Body(b"<html>")])
    daemon = Daemon(tmp_path, simulator, settings={"baidu": {"read_timeout": READ_TIMEOUT}})
    words = {f"{number}.png": f"number {number}" for number in range(IMAGES)}
    for name, text in words.items():
        write(daemon.folder / name, text)
    with daemon:
        eventually(lambda: len(daemon.texts()) == IMAGES, within=90)
        assert daemon.stop() == 0
    assert daemon.texts() == {name: text + "\n" for name, text in words.items()}
    assert daemon.error_files() == daemon.hidden_files() == []
    assert met == set(map(repr, TRANSIENT))
