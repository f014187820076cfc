"""Every kind of scan goes through the whole program, and comes out read to the last word."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import command, environment, keys_of, write_settings
from tests.scans.complaints import beside, complaints
from tests.scans.corpus import every_kind, in_pieces
from tests.simulator import facts
from tests.simulator.images import digest
from tests.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.scans.scan import Scan


KINDS: dict[str, Callable[[], tuple[Scan, ...]]] = {
    "accurate": every_kind,
    "general": every_kind,
    # The same limits, but no places: only what is put together is put together differently.
    "general_basic": in_pieces,
}


def run_once(directory: Path, simulator: Simulator, endpoint: str) -> CompletedProcess[str]:
    """Runs the program over a folder ``scans``."""
    file = write_settings(
        directory / "config.yaml",
        folders=[str(directory / "scans")],
        output={"formats": ["txt", "json"]},
        settle_seconds=0.05,
        retry={"attempts": 2, "first_seconds": 0.05, "longest_seconds": 0.1},
        state_dir=str(directory / "state"),
        baidu={
            "base_url": simulator.url,
            "qps": 0,
            "endpoint": endpoint,
            "options": {"detect_direction": "true"},
        },
    )
    return subprocess.run(
        command("run", "--once", "-c", file),
        env=environment(directory, **keys_of(simulator)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def what_is_wrong(folder: Path, scans: Iterable[Scan], endpoint: str) -> dict[str, list[str]]:
    """The complaints about each scan of which there are any, by its name."""
    located = endpoint in facts.LOCATED
    found = {
        scan.name: complaints(scan, beside(folder / scan.name), located=located) for scan in scans
    }
    return {name: said for name, said in found.items() if said}


def goes_as_it_is(scan: Scan, endpoint: str) -> bool:
    return scan.acceptable(
        shortest_side=facts.SHORTEST_SIDE,
        longest_side=facts.LONGEST_SIDE.get(endpoint, facts.OTHER_LONGEST_SIDE),
        body_bytes=facts.BODY_BYTES.get(endpoint, facts.OTHER_BODY_BYTES),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "endpoint",
    [
        "accurate",
        "general",
        "general_basic",
    ],
)
def test_every_word_of_every_kind_is_read_once_in_order_and_in_its_place(
    tmp_path: Path, endpoint: str
) -> None:
    """One run for all kinds: what is wrong is listed by the name of the file.

    No call may be refused, and what the service reads as it is must get there as it is.
    """
    scans = KINDS[endpoint]()
    folder = tmp_path / "scans"
    folder.mkdir()
    for scan in scans:
        (folder / scan.name).write_bytes(scan.data)
    with Simulator() as simulator:
        ended = run_once(tmp_path, simulator, endpoint)
        calls = simulator.calls
    wrong = what_is_wrong(folder, scans, endpoint)
    assert not wrong, "\n".join(f"{name}: {said}" for name, said in wrong.items())
    assert [call.code for call in calls if not call.billed] == []
    sent = {call.sha256 for call in calls}
    untouched = {scan.name for scan in scans if digest(scan.data) in sent}
    assert untouched == {scan.name for scan in scans if goes_as_it_is(scan, endpoint)}
    refused = sum(bool(scan.refusal) for scan in scans)
    assert ended.stdout == f"{len(scans) - refused} recognised, {refused} failed, 0 waiting\n"
    assert "Traceback" not in ended.stderr
