"""The daemon may not compile code into its memory, and its models may."""

from __future__ import annotations

import shutil
import signal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon
from tests.processes.code_memory import skip_without_kernel
from tests.waiting import eventually

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

SAMPLE = Path(__file__).parents[2] / "samples/letter.jpg"
ANSWERING = """
import os, signal
from ocr_watcher.cli import main
from ocr_watcher.processes.code_memory import allows_code_memory

def answer(*_):
    with open(os.environ["ANSWER"], "w") as file:
        file.write(f"{allows_code_memory()}.")

signal.signal(signal.SIGUSR1, answer)
main()
"""


@pytest.mark.slow
@pytest.mark.skipif(find_spec("openvino") is None, reason="openvino is not installed")
def test_the_daemon_has_no_code_memory_and_its_models_read_with_openvino(
    tmp_path: Path, simulator: Simulator
) -> None:
    skip_without_kernel(in_children=False)
    answer = tmp_path / "answer"
    with Daemon(
        tmp_path,
        simulator,
        settings={"engine": "local", "local": {"backend": "openvino"}},
        variables={"ANSWER": str(answer)},
        program=("-c", ANSWERING),
    ) as daemon:
        shutil.copy(SAMPLE, daemon.folder)
        eventually(lambda: "letter.jpg" in daemon.texts(), 60)
        assert "the two ledgers" in daemon.texts()["letter.jpg"]
        daemon.process.send_signal(signal.SIGUSR1)
        eventually(lambda: answer.exists() and answer.read_text("ascii").endswith("."))
    assert answer.read_text("ascii") == "False."
