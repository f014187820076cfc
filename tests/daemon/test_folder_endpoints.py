"""Folders whose images different endpoints read: of one account, and each with its quota."""

from __future__ import annotations

import json
import math
import signal
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon, write
from tests.endurance import clocked_daemon
from tests.simulator.faults import ErrorCode
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.server import Simulator

FOLDERS = {
    "letters": {"endpoint": "accurate", "options": {"language_type": "GER"}},
    "receipts": {"endpoint": "general", "options": {"detect_direction": True}},
    "notes": {"endpoint": "handwriting"},
}
OPTIONS = {
    "accurate": {"language_type": "GER"},
    "general": {"detect_direction": "true"},
    "handwriting": {"probability": "true"},
}
ENDPOINTS = {name: str(folder["endpoint"]) for name, folder in FOLDERS.items()}
DAY = 86_400


class Office(Daemon):
    """A daemon over three folders, each with an endpoint of its own, whose clock can be set."""

    def __init__(
        self,
        directory: Path,
        simulator: Simulator,
        *,
        qps: float = 0,
        daily_limit: int | None = None,
    ) -> None:
        self._clock = directory / "clock"
        self.scans = directory / "scans"
        for name in FOLDERS:
            (self.scans / name).mkdir(parents=True, exist_ok=True)
        self.set_clock(0)
        super().__init__(
            directory,
            simulator,
            program=("-P", clocked_daemon.__file__, str(self._clock)),
            settings={
                "folders": [
                    {"path": str(self.scans / name), **own} for name, own in FOLDERS.items()
                ],
                "output": {"formats": ["txt", "json"]},
                "workers": 4,
                "baidu": {"qps": qps, "daily_limit": daily_limit, "options": {"probability": True}},
            },
        )

    def set_clock(self, seconds: int) -> None:
        """Sets the wall clock of the process ahead."""
        with self._clock.open("r+b" if self._clock.exists() else "wb") as file:
            file.write(clocked_daemon.OFFSET.pack(seconds))

    def drop(self, each: int, prefix: str = "") -> None:
        """Drops some images into each folder."""
        for name in FOLDERS:
            for number in range(each):
                words = f"{prefix}{name} {number}"
                write(self.scans / name / f"{words}.png", words)

    def read(self) -> dict[str, int]:
        """How many images of each folder have their text."""
        return {name: len(list((self.scans / name).glob("*.txt"))) for name in FOLDERS}

    def engine(self) -> dict[str, object]:
        """What ``status --json`` tells of the engine."""
        told: dict[str, object] = json.loads(self.beside("status", "--json").stdout)["engine"]
        return told


@pytest.fixture
def office(tmp_path: Path, simulator: Simulator) -> Office:
    return Office(tmp_path, simulator)


def billed(simulator: Simulator) -> list[str]:
    return sorted(call.words for call in simulator.calls if call.billed)


def refused(endpoints: Sequence[str], code: int) -> object:
    return lambda call: ErrorCode(code) if call.endpoint in endpoints else None


def all_words(each: int) -> list[str]:
    return sorted(f"{name} {number}" for name in FOLDERS for number in range(each))


def test_each_image_goes_to_the_endpoint_of_its_folder_with_its_options(
    office: Office, simulator: Simulator
) -> None:
    office.drop(3)
    with office:
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 3))
        assert office.stop() == 0
    assert billed(simulator) == all_words(3)
    for call in simulator.calls:
        name = call.words.partition(" ")[0]
        assert (call.endpoint, call.options) == (ENDPOINTS[name], OPTIONS[call.endpoint])
    for name, endpoint in ENDPOINTS.items():
        told = json.loads((office.scans / name / f"{name} 0.png.json").read_text("utf-8"))
        engine = {"name": "baidu", "endpoint": endpoint, "options": OPTIONS[endpoint]}
        assert told["engine"] == engine
    assert simulator.token_fetches == 1


def test_the_rate_holds_over_all_endpoints(tmp_path: Path, simulator: Simulator) -> None:
    qps = 10
    office = Office(tmp_path, simulator, qps=qps)
    office.drop(8)
    with office:
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 8))
    times = sorted(call.at for call in simulator.calls)
    assert len(times) == 24
    # In a second the rate and one, and one more that was held up on its way.
    assert all(times[n + qps + 2] - times[n] >= 1 for n in range(len(times) - qps - 2))
    assert times[-1] - times[0] >= math.floor((len(times) - 1) / (qps + 1))


def test_a_quota_stops_its_endpoint_alone_until_it_is_granted(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["accurate"], 17)
    office.drop(6)
    with office:
        eventually(lambda: office.read() == {"letters": 0, "receipts": 6, "notes": 6})
        eventually(lambda: office.says("no calls of accurate are made"))
        office.drop(2, "later ")
        eventually(lambda: office.read() == {"letters": 0, "receipts": 8, "notes": 8})
        assert sum(call.endpoint == "accurate" for call in simulator.calls) == 1
        engine = office.engine()
        assert (engine["name"], engine["state"]) == ("baidu", "ready")
        (paused,) = engine["endpoints"]
        assert (paused["name"], paused["state"]) == ("accurate", "paused")
        text = office.beside("status").stdout
        assert f"endpoint accurate: paused\n  since {paused['since']}: error 17" in text
        letter = office.scans / "letters/letters 0.png"
        told = f"engine paused for accurate until {paused['until']} because {paused['reason']}; "
        assert told in office.beside("why", letter).stdout
        simulator.fault = None
        office.set_clock(DAY)
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 8))
        assert "endpoints" not in office.engine()
        assert office.says("calls of accurate are made again")
        assert office.stop() == 0
    assert len(billed(simulator)) == len(set(billed(simulator))) == 24
    assert office.error_files() == []


def test_one_image_is_the_probe_for_its_endpoint(office: Office, simulator: Simulator) -> None:
    simulator.fault = refused(["accurate"], 17)
    office.drop(6)
    with office:
        eventually(lambda: office.says("no calls of accurate are made"))
        office.set_clock(DAY)
        eventually(lambda: sum(call.endpoint == "accurate" for call in simulator.calls) == 2)
        office.drop(1, "later ")
        eventually(lambda: office.read() == {"letters": 0, "receipts": 7, "notes": 7})
        assert sum(call.endpoint == "accurate" for call in simulator.calls) == 2


def test_where_every_endpoint_is_paused_the_engine_is(office: Office, simulator: Simulator) -> None:
    simulator.fault = refused(list(ENDPOINTS.values()), 17)
    office.drop(4)
    with office:
        eventually(lambda: office.engine()["state"] == "paused")
        assert len(office.engine()["endpoints"]) == 3
        assert len(simulator.calls) == 3
        simulator.fault = refused(["general"], 17)
        office.set_clock(DAY)
        eventually(lambda: office.read() == {"letters": 4, "receipts": 0, "notes": 4})
        assert office.engine()["state"] == "ready"


def test_a_fault_of_the_account_stops_all(office: Office, simulator: Simulator) -> None:
    simulator.fault = lambda _call: ErrorCode(14)
    office.drop(4)
    with office:
        eventually(lambda: office.engine()["state"] == "paused")
        assert "endpoints" not in office.engine()
        assert len(simulator.calls) == 1
    simulator.fault = None
    assert office.once().stdout == "12 recognised, 0 failed, 0 waiting\n"
    assert billed(simulator) == all_words(4)


def test_an_outage_of_the_service_stops_all_and_one_of_an_endpoint_stops_that_one(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["handwriting"], 2)
    office.drop(6)
    with office:
        eventually(lambda: office.read() == {"letters": 6, "receipts": 6, "notes": 0})
        eventually(lambda: office.says("calls of handwriting are made: the service fails"))
        simulator.fault = lambda _call: ErrorCode(2)
        office.drop(3, "later ")
        eventually(lambda: office.engine()["state"] == "paused")
        simulator.fault = None
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 9))
    assert len(billed(simulator)) == len(set(billed(simulator))) == 27


def test_an_unknown_code_of_one_endpoint_costs_none_of_its_images_while_others_are_read(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["general"], 336_007)
    office.drop(8)
    with office:
        eventually(lambda: office.read() == {"letters": 8, "receipts": 0, "notes": 8})
        eventually(lambda: office.says("no calls of general are made"))
        assert office.stop() == 0
    assert office.error_files() == []
    simulator.fault = None
    assert office.once().stdout.startswith("8 recognised, 0 failed, 0 waiting")


def test_what_the_settings_of_one_endpoint_are_wrong_in_stops_that_one(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["general"], 216_101)
    office.drop(3)
    with office:
        eventually(lambda: office.read() == {"letters": 3, "receipts": 0, "notes": 3})
        assert office.engine()["endpoints"][0]["name"] == "general"


def test_one_run_reads_what_the_other_endpoints_read_and_ends(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["accurate"], 6)
    office.drop(5)
    ended = office.once()
    assert (ended.returncode, ended.stdout) == (1, "10 recognised, 0 failed, 5 waiting\n")
    assert sum(call.endpoint == "accurate" for call in simulator.calls) == 1
    simulator.fault = None
    assert office.once().stdout.startswith("5 recognised, 0 failed, 0 waiting")
    assert billed(simulator) == all_words(5)


def test_a_kill_during_a_pause_of_an_endpoint_loses_nothing_and_pays_nothing_twice(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["accurate"], 17)
    office.drop(6)
    with office:
        eventually(lambda: office.says("no calls of accurate are made"))
        office.kill()
    with office:
        eventually(lambda: office.says("no calls of accurate are made"))
        eventually(lambda: office.read() == {"letters": 0, "receipts": 6, "notes": 6})
        office.kill()
    simulator.fault = None
    with office:
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 6))
        eventually(lambda: "endpoints" not in office.engine())
        assert office.stop() == 0
    paid = billed(simulator)
    lost = len(paid) - len(set(paid))  # calls in flight at a kill
    assert sorted(set(paid)) == all_words(6)
    assert lost <= 2 * 4


def test_another_endpoint_in_the_settings_ends_the_wait_for_the_first(
    office: Office, simulator: Simulator
) -> None:
    simulator.fault = refused(["accurate"], 17)
    office.drop(3)
    with office:
        eventually(lambda: office.says("no calls of accurate are made"))
        eventually(lambda: office.read() == {"letters": 0, "receipts": 3, "notes": 3})
        text = office.settings_file.read_text("utf-8")
        office.settings_file.write_text(text.replace("endpoint: accurate", "endpoint: general"))
        office.process.send_signal(signal.SIGHUP)
        eventually(lambda: office.read() == dict.fromkeys(FOLDERS, 3))
        assert "endpoints" not in office.engine()
        assert office.stop() == 0
    letters = [call for call in simulator.calls if call.words.startswith("letters") and call.billed]
    assert {call.endpoint for call in letters} == {"general"}
    assert billed(simulator) == all_words(3)


def test_the_daily_limit_holds_over_all_endpoints_and_stops_all(
    tmp_path: Path, simulator: Simulator
) -> None:
    office = Office(tmp_path, simulator, daily_limit=5)
    office.drop(4)
    with office:
        eventually(lambda: office.engine()["state"] == "paused")
        eventually(lambda: len(billed(simulator)) == 5)
        assert "the daily limit of 5 calls is reached" in str(office.engine()["reason"])
        calls = json.loads(office.beside("status", "--json").stdout)["calls"]
    assert calls == {"today": 5, "month": 5}
    assert len(simulator.calls) == 5


def test_ocr_asks_what_the_folder_of_the_image_asks_and_pays_no_page_again(
    office: Office, simulator: Simulator, tmp_path: Path
) -> None:
    office.drop(1)
    office.once()
    letter = office.scans / "letters/letters 0.png"
    assert office.beside("ocr", letter).stdout.startswith("letters 0\n")
    assert len(simulator.calls) == 3
    elsewhere = write(tmp_path / "elsewhere.png", "letters 0")
    office.beside("ocr", elsewhere)
    call: Call = simulator.calls[-1]
    assert (call.endpoint, len(simulator.calls)) == ("general_basic", 4)


def test_what_one_endpoint_read_is_not_taken_for_what_another_reads(
    office: Office, simulator: Simulator
) -> None:
    for name in FOLDERS:
        write(office.scans / name / "same.png", "the same words")
    assert office.once().stdout == "3 recognised, 0 failed, 0 waiting\n"
    assert sorted(call.endpoint for call in simulator.calls) == sorted(ENDPOINTS.values())
