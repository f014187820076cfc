"""Every class of fault, over real HTTP, ends as the table of docs/troubleshooting.md says."""

from __future__ import annotations

import json
from collections import Counter, deque
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import WORKERS, Daemon, write
from tests.simulator import pictures
from tests.simulator.faults import Body, Cut, Drip, ErrorCode, Reset, Silence, Status
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.simulator.call import Call
    from tests.simulator.faults import Fault
    from tests.simulator.server import Simulator

# Each is met more often than a call is repeated at once, and than a doubtful image is tried.
PASSING: Mapping[str, Fault] = {
    "overloaded": ErrorCode(4),
    "internal": ErrorCode(282000),
    "unavailable": Status(503),
    "page of a proxy": Body(b"<html>please log in</html>"),
    "redirect": Status(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}),
    "empty": Body(b""),
    "broken": Body(b'{"words_result": ['),
    "cut": Cut(40),
    "reset": Reset(),
    "silent": Silence(),
    "dripping": Drip(0.2),
}
PASSING_TIMES = 4
A_FEW = ("overloaded", "broken", "reset", "silent")
"""One of each kind: told by a code, by no answer that can be understood, or by none."""

PAUSING = {
    17: "buy calls or turn on payment",
    6: "tick this interface",
    14: "belong to one application",
    216101: "check baidu.options",
}


class Plan:
    """What happens to the calls for each image, by its words; None at its end."""

    def __init__(self, faults: Mapping[str, list[Fault]]) -> None:
        self._faults = {words: deque(planned) for words, planned in faults.items()}

    def __call__(self, call: Call) -> Fault | None:
        planned = self._faults.get(call.words)
        return planned.popleft() if planned else None


def calls_by_words(simulator: Simulator) -> Counter[str]:
    return Counter(call.words for call in simulator.calls)


@pytest.mark.parametrize(
    "names", [A_FEW, pytest.param(tuple(PASSING), marks=pytest.mark.slow)], ids=["a few", "all"]
)
def test_faults_that_pass_are_outlasted(
    names: tuple[str, ...], simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = Plan({name: [PASSING[name]] * PASSING_TIMES for name in names})
    with Daemon(tmp_path, simulator, settings={"baidu": {"read_timeout": 0.3}}) as daemon:
        # One after the other: several at once are an outage, whose probes take ever longer.
        for number, name in enumerate(names, start=1):
            write(daemon.folder / f"{name}.png", name)
            eventually(lambda expected=number: len(daemon.texts()) == expected)
        assert daemon.texts() == {f"{name}.png": f"{name}\n" for name in names}
        assert daemon.error_files() == []
    simulator.release()


def test_a_faulty_image_is_sent_once_and_told_of(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault = Plan({"bad": [ErrorCode(216201)] * 9})
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "bad.png", "bad")
    write(daemon.folder / "good.png", "good")
    assert daemon.once().stdout == "1 recognised, 1 failed, 0 waiting\n"
    assert daemon.texts() == {"good.png": "good\n"}
    assert calls_by_words(simulator) == {"bad": 1, "good": 1}
    told = json.loads((daemon.folder / "bad.png.ocr-error.json").read_bytes())
    assert told["error"]["code"] == 216201
    assert told["error"]["advice"]
    assert told["attempts"] == 1


@pytest.mark.parametrize("code", [216630, 999_999])
def test_an_image_that_is_perhaps_faulty_is_tried_as_often_as_configured(
    code: int, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = Plan({"odd": [ErrorCode(code)] * 9})
    daemon = Daemon(tmp_path, simulator)
    write(daemon.folder / "odd.png", "odd")
    assert daemon.once().stdout == "0 recognised, 1 failed, 0 waiting\n"
    assert calls_by_words(simulator) == {"odd": 3}


def test_a_failed_image_is_read_when_its_error_file_is_deleted_or_it_is_replaced(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = Plan({"once": [ErrorCode(216201)], "bad": [ErrorCode(216201)]})
    with Daemon(tmp_path, simulator) as daemon:
        write(daemon.folder / "a.png", "once")
        eventually(daemon.error_files)
        daemon.error_files()[0].unlink()
        eventually(lambda: daemon.texts() == {"a.png": "once\n"})
        assert daemon.error_files() == []
        write(daemon.folder / "b.png", "bad")
        eventually(daemon.error_files)
        write(daemon.folder / "b.png", "good")
        eventually(lambda: daemon.texts() == {"a.png": "once\n", "b.png": "good\n"})
        assert daemon.error_files() == []


def test_a_file_that_is_no_picture_is_told_of_without_a_call(
    simulator: Simulator, tmp_path: Path
) -> None:
    daemon = Daemon(tmp_path, simulator)
    (daemon.folder / "notes.jpg").write_text("not a picture")
    daemon.once()
    assert len(daemon.error_files()) == 1
    assert simulator.calls == []


def test_an_image_that_is_too_large_is_sent_smaller(simulator: Simulator, tmp_path: Path) -> None:
    simulator.next_faults.append(ErrorCode(216202))
    daemon = Daemon(tmp_path, simulator)
    scan = pictures.jpeg("large", (2000, 1500), bytes_at_least=200_000)
    (daemon.folder / "large.jpg").write_bytes(scan)
    assert daemon.once().stdout == "1 recognised, 0 failed, 0 waiting\n"
    first, second = simulator.calls
    assert first.sha256 != second.sha256
    assert (first.code, second.code) == (216202, 0)


def test_too_many_calls_a_second_only_slow_it_down(simulator: Simulator, tmp_path: Path) -> None:
    simulator.fault = Plan({f"number {number}": [ErrorCode(18)] for number in range(3)})
    daemon = Daemon(tmp_path, simulator)
    for number in range(3):
        write(daemon.folder / f"{number}.png", f"number {number}")
    assert daemon.once().stdout == "3 recognised, 0 failed, 0 waiting\n"


@pytest.mark.parametrize("code", PAUSING)
def test_where_every_call_would_fail_one_is_made_and_told_of_once(
    code: int, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.fault = lambda _call: ErrorCode(code)
    daemon = Daemon(tmp_path, simulator)
    for number in range(3 * WORKERS):
        write(daemon.folder / f"{number}.png", f"number {number}")
    told = daemon.once("--log-level", "debug").stderr
    assert len(simulator.calls) == 1
    assert told.count("no calls are made") == 1
    assert PAUSING[code] in told
    assert daemon.error_files() == []


def test_where_the_quota_ends_the_rest_waits(simulator: Simulator, tmp_path: Path) -> None:
    simulator.quota = 5
    with Daemon(tmp_path, simulator) as daemon:
        for number in range(4 * WORKERS):
            write(daemon.folder / f"{number}.png", f"number {number}")
        eventually(lambda: daemon.says("no calls are made"))
        eventually(lambda: len(daemon.texts()) == 5)
        assert daemon.stop() == 0
    assert len(simulator.calls) <= 5 + WORKERS
    assert daemon.log.count("no calls are made") == 1
    assert daemon.error_files() == []


@pytest.mark.parametrize("key", ["API", "SECRET"])
def test_wrong_keys_are_tried_once(key: str, simulator: Simulator, tmp_path: Path) -> None:
    wrong = {f"OCR_WATCHER_BAIDU_{key}_KEY": "wrong-key"}
    daemon = Daemon(tmp_path, simulator, variables=wrong)
    for number in range(3 * WORKERS):
        write(daemon.folder / f"{number}.png", f"number {number}")
    told = daemon.once().stderr
    assert simulator.token_fetches == 1
    assert simulator.calls == []
    assert f"correct baidu.{key.lower()}_key" in told


def test_a_token_that_becomes_invalid_midway_costs_one_fetch(
    simulator: Simulator, tmp_path: Path
) -> None:
    simulator.latency = 0.05
    with Daemon(tmp_path, simulator) as daemon:
        for number in range(6 * WORKERS):
            write(daemon.folder / f"{number}.png", f"number {number}")
        simulator.wait_for(lambda: len(simulator.calls) > WORKERS, 20)
        simulator.revoke_tokens()
        eventually(lambda: len(daemon.texts()) == 6 * WORKERS)
    assert simulator.token_fetches == 2
    assert simulator.billed() == 6 * WORKERS
