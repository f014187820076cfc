"""`ocr-watcher check` on a machine of a cluster, which may have no folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.program import environment, ocr_watcher, write_settings
from tests.engine.cluster.machines import Machines
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_without_a_folder_it_connects_and_tells_which_workers_there_are(tmp_path: Path) -> None:
    with Machines(tmp_path, encrypted=True) as machines:
        machines.start_scheduler()
        machines.start_worker(pages=2)
        file = write_settings(tmp_path / "cluster.yaml", cluster=machines.settings)

        def told() -> list[str]:
            ended = ocr_watcher("check", "-c", file, variables=environment(tmp_path))
            return ended.stdout.splitlines()

        eventually(lambda: "(machines: 1, workers: 1, threads: 2)" in told()[1], within=60)
        settings, engine, *_ = told()
    assert settings == f"ok    settings: read from {file}"
    assert engine.startswith("ok    engine cluster: ")


def test_without_a_folder_and_a_cluster_the_folder_is_asked_for(tmp_path: Path) -> None:
    file = write_settings(tmp_path / "config.yaml", cluster={})
    ended = ocr_watcher("check", "-c", file, variables=environment(tmp_path))
    assert ended.returncode != 0
    assert ended.stdout.startswith("fail  settings: folders: there is none")


def test_in_a_cluster_a_folder_that_is_named_must_be_there(tmp_path: Path) -> None:
    cluster = {"scheduler": "tcp://127.0.0.1:9"}
    file = write_settings(
        tmp_path / "config.yaml", cluster=cluster, folders=[str(tmp_path / "none")]
    )
    ended = ocr_watcher("check", "-c", file, variables=environment(tmp_path))
    assert ended.returncode != 0
    assert ended.stdout.startswith("fail  settings: folders[0]")
