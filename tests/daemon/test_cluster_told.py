"""The daemon tells of the machines of a cluster: in its status, its metrics and on its page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from tests.daemon.daemon import Daemon, write
from tests.engine.cluster.machines import Machines
from tests.engine.cluster.slow_models import MODELS
from tests.service.messages.webhook import free_port
from tests.service.metrics.exposition import Scrape, needs_promtool, promtool
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

HERE = "127.0.0.1"
PAGES = 5


def machines_told(daemon: Daemon) -> list[dict[str, Any]]:
    told = json.loads(daemon.beside("status", "--json").stdout)["engine"]
    machines: list[dict[str, Any]] = told.get("machines", [])
    return machines


@needs_promtool
def test_a_machine_is_told_as_its_workers_come_read_and_go(
    simulator: Simulator, tmp_path: Path
) -> None:
    port = free_port()
    with Machines(tmp_path, seconds=0.01) as machines:
        machines.start_scheduler()
        worker = machines.start_worker(pages=3)
        settings = {
            "engine": "cluster",
            "cluster": machines.settings,
            "web": {"listen": f"{HERE}:{port}"},
        }
        with Daemon(tmp_path, simulator, settings=settings) as daemon:

            def fetched(path: str) -> bytes:
                with urlopen(f"http://{HERE}:{port}{path}", timeout=20) as answer:
                    return bytes(answer.read())

            def metric(name: str) -> float:
                return Scrape(fetched("/metrics")).of(f"ocr_watcher_cluster_{name}", machine=HERE)

            eventually(lambda: machines_told(daemon) != [], within=60)
            assert (metric("workers"), metric("threads")) == (1, 3)
            for number in range(PAGES):
                write(daemon.folder / f"{number}.png", f"number {number}")
            eventually(lambda: len(daemon.texts()) == PAGES, within=60)
            assert metric("last_minute_pages") == PAGES
            eventually(lambda: machines_told(daemon)[0]["pages_a_minute"] == PAGES)
            assert promtool("check", "metrics", given=fetched("/metrics")) == (0, "")
            assert HERE in daemon.beside("status").stdout
            assert b"Machines of the cluster" in fetched("/")

            machines.start_worker(variables={MODELS: "other models"})
            eventually(lambda: "left_out" in machines_told(daemon)[0], within=60)
            assert "it reads with other models" in machines_told(daemon)[0]["left_out"]
            assert (metric("workers"), metric("threads")) == (1, 3)
            assert b"it reads with other models" in fetched("/")

            worker.terminate()
            eventually(lambda: metric("workers") == 0, within=60)
            assert daemon.stop() == 0
