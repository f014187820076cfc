"""The commands name a folder that does not answer, and tell of the others all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests import mounts
from tests.commands.program import ocr_watcher, write_settings
from tests.simulator import pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.mounts import Mount
    from tests.simulator.server import Simulator


@pytest.fixture
def share(tmp_path: Path) -> Iterator[Mount]:
    with mounts.bindfs(tmp_path / "server", tmp_path / "share") as share:
        yield share


@pytest.fixture(params=["", "scans"], ids=["the-share-itself", "below-the-share"])
def far(request: pytest.FixtureRequest, tmp_path: Path, share: Mount) -> Path:
    """A watched folder on the share, with an image in it."""
    (tmp_path / "server" / request.param).mkdir(exist_ok=True)
    (tmp_path / "server" / request.param / "b.png").write_bytes(pictures.png("hung"))
    return share.path / request.param


@pytest.fixture
def run(
    folder: Path, far: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> Callable[..., object]:
    (folder / "a.png").write_bytes(pictures.png("healthy"))
    file = write_settings(
        tmp_path / "config.yaml",
        folders=[str(folder), str(far)],
        state_dir=str(tmp_path / "state"),
        settle_seconds=0.1,
        baidu={"base_url": simulator.url, "qps": 0},
    )

    def run(name: str, *arguments: str | Path):
        return ocr_watcher(*name.split(), "-c", file, *arguments, variables=with_keys)

    return run


@pytest.mark.slow
def test_a_hung_folder_is_named_by_each_command_and_the_other_is_told_of(
    run, far: Path, share: Mount, tmp_path: Path
) -> None:
    share.hang()
    status = run("status", "--json")
    folders = json.loads(status.stdout)["folders"]
    assert folders[0]["waiting"] == 1
    assert "does not answer" in folders[1]["problem"]
    assert status.returncode == 1
    why = run("why", tmp_path / "scans/a.png", far / "b.png")
    assert "a.png: waiting" in why.stdout
    assert "b.png: it does not answer" in why.stdout
    assert why.returncode == 1
    retry = run("retry")
    assert "does not answer" in retry.stderr
    assert retry.returncode == 1
    check = run("check")
    assert f"ok    folder {tmp_path}/scans" in check.stdout
    assert f"fail  folder {far}: it does not answer" in check.stdout
    assert check.returncode == 1


@pytest.mark.slow
def test_a_run_once_finishes_the_folders_that_answer_and_names_the_other(
    run, far: Path, share: Mount, tmp_path: Path, simulator: Simulator
) -> None:
    share.hang()
    ended = run("run --once")
    assert (tmp_path / "scans/a.png.txt").read_text() == "healthy\n"
    assert f"does not answer and is left alone until it does folder={far}" in ended.stderr
    assert ended.stdout.startswith("1 recognised, 0 failed, 0 waiting")
    assert ended.returncode == 1
    share.go_on()
    assert run("run --once").returncode == 0
    assert len(simulator.calls) == 2
