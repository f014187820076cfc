"""The commands of Dask itself run a scheduler and workers as well."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.engine.cluster.machines import Machines
from tests.engine.cluster.test_engine import text
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

MODELS = "ocr_watcher.engine.cluster"
WITHOUT_PORTS = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")


def dask(stack: ExitStack, directory: Path, *words: str) -> None:
    """Starts a command of Dask, which ends with the stack."""
    with (directory / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=directory,
            stdout=log,
            stderr=log,
        )
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)


def test_a_scheduler_and_a_worker_of_dask_read_pages_with_the_models(tmp_path: Path) -> None:
    machines = Machines(tmp_path, encrypted=True)
    own = machines.settings
    proof = (
        *("--tls-ca-file", own["ca_file"]),
        *("--tls-cert", own["cert_file"]),
        *("--tls-key", own["key_file"]),
    )
    with ExitStack() as stack:
        at = ("--host", "tls://localhost", "--port", str(machines.port))
        dask(stack, tmp_path, "scheduler", *at, *proof, *WITHOUT_PORTS)
        worker = ("worker", own["scheduler"], *proof, "--preload", MODELS, "--nthreads", "1")
        dask(stack, tmp_path, *worker, *WITHOUT_PORTS)
        engine = machines.engine()
        stack.callback(engine.close)
        eventually(lambda: engine.identity and engine.members, within=100)
        assert text(engine, "is no drawn word") == ""  # the models read pixels
        assert engine.machines[0].why_not == ""
        assert engine.machines[0].pages == 1
