"""Images that can never be read cost few calls, and hold up no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.daemon.daemon import Daemon, write
from tests.simulator.faults import ErrorCode, Silence
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault
    from tests.simulator.server import Simulator

GOOD, ATTEMPTS = 67, 5
POISON = 9
"""Images for each of the codes."""
CALLS = {216201: 1, 216630: ATTEMPTS, 999_999: ATTEMPTS}
SETTINGS = {
    "workers": 2,
    "retry": {"attempts": ATTEMPTS, "first_seconds": 0.05, "longest_seconds": 0.2},
}


def calls_for(simulator: Simulator, words: str) -> int:
    return sum(call.words.startswith(words) for call in simulator.calls)


def write_good(daemon: Daemon, number: int) -> None:
    write(daemon.folder / f"b{number}.png", f"good 0 {number}")


def test_poison_is_given_few_tries_and_starves_nobody(simulator: Simulator, tmp_path: Path) -> None:
    def fault(call: Call) -> Fault | None:
        kind, code, _ = call.words.split()
        return ErrorCode(int(code)) if kind == "poison" else None

    simulator.fault = fault
    with Daemon(tmp_path, simulator, settings=SETTINGS) as daemon:
        good = iter(range(GOOD))
        for code in CALLS:
            for number in range(POISON):
                write(daemon.folder / f"a{code}-{number}.png", f"poison {code} {number}")
                # Else the unknown code would be the account's.
                write_good(daemon, next(good))
        for number in good:
            write_good(daemon, number)
        eventually(lambda: len(daemon.texts()) == GOOD)
        eventually(lambda: len(daemon.error_files()) == POISON * len(CALLS))
    write(daemon.folder / "last.png", "good 0 last")
    # What has failed is left alone by the next start.
    assert daemon.once().stdout.startswith("1 recognised, 0 failed, 0 waiting")
    for code, calls in CALLS.items():
        assert calls_for(simulator, f"poison {code}") == POISON * calls
    assert calls_for(simulator, "good") == GOOD + 1


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
