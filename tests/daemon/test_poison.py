"""Images that can never be read cost few calls, and hold up no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault
    from tests.simulator.server import Simulator

POISON, GOOD, ATTEMPTS = 25, 67, 5
SETTINGS = {
    "workers": 2,
    "retry": {"attempts": ATTEMPTS, "first_seconds": 0.05, "longest_seconds": 0.2},
}


def calls_for(simulator: Simulator, words: str) -> int:
    return sum(call.words.startswith(words) for call in simulator.calls)


@pytest.mark.parametrize(("code", "calls"), [(216201, 1), (216630, ATTEMPTS), (999_999, ATTEMPTS)])
def test_poison_is_given_few_tries_and_starves_nobody(
    code: int, calls: int, simulator: Simulator, tmp_path: Path
) -> None:
    def fault(call: Call) -> Fault | None:
        return ErrorCode(code) if call.words.startswith("poison") else None

    simulator.fault = fault
    with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
        for number in range(POISON):
            write(daemon.folder / f"a{number}.png", f"poison {number}")
        for number in range(GOOD):
            write(daemon.folder / f"b{number}.png", f"good {number}")
        eventually(lambda: len(daemon.texts()) == GOOD)
        eventually(lambda: len(daemon.error_files()) == POISON)
    with daemon:  # what has failed is left alone by the next start
        write(daemon.folder / "last.png", "last")
        eventually(lambda: "last.png" in daemon.texts())
    assert calls_for(simulator, "poison") == POISON * calls
    assert calls_for(simulator, "good") == GOOD


def test_an_image_on_which_the_service_always_breaks_fails_in_the_end(
    simulator: Simulator, tmp_path: Path
) -> None:
    def fault(call: Call) -> Fault | None:
        return ErrorCode(282000) if call.words == "poison" else None

    simulator.fault = fault
    with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
        write(daemon.folder / "poison.png", "poison")
        for number in range(100):
            write(daemon.folder / f"{number}.png", f"good {number}")
            eventually(lambda number=number: f"{number}.png" in daemon.texts())
            if daemon.error_files():
                break
        assert [file.name for file in daemon.error_files()] == ["poison.png.ocr-error.json"]
    # A try counts against it where another image was read since the one before.
    assert calls_for(simulator, "poison") <= 3 * 2 * ATTEMPTS


def test_an_image_that_takes_long_holds_up_no_other(simulator: Simulator, tmp_path: Path) -> None:
    def fault(call: Call) -> Fault | None:
        return Silence() if call.words == "slow" else None

    simulator.fault = fault
    with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
        write(daemon.folder / "first.png", "first")
        eventually(daemon.texts)
        write(daemon.folder / "slow.png", "slow")
        for number in range(20):
            write(daemon.folder / f"{number}.png", f"good {number}")
        eventually(lambda: len(daemon.texts()) == 21)
        simulator.release()
        eventually(lambda: len(daemon.texts()) == 22)
