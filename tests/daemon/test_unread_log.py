"""Standard error is a pipe that nobody reads."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from tests.daemon.daemon import Daemon, write
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_that_nobody_reads_stops_neither_the_work_nor_the_end(simulator, tmp_path: Path):
    daemon = Daemon(tmp_path, simulator, level="debug")
    names = {f"{number}.png" for number in range(60)}
    for name in names:
        write(daemon.folder / name, f"words of {name}")
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen(daemon.command_line, env=daemon.variables, stderr=writer)
    try:
        eventually(lambda: daemon.texts().keys() == names, within=40)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(reader)
        os.close(writer)
