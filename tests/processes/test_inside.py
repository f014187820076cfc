from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOON = 20

OCCUPIED = """
import sys, time
from ocr_watcher.processes.inside import end_with

end_with(int(sys.argv[1]))
print(flush=True)
time.sleep(600)
"""


def test_it_ends_with_the_daemon_whatever_it_is_occupied_with():
    watched, held = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", OCCUPIED, str(watched)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        pass_fds=[watched],
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.close(held)
        assert process.wait(SOON) == -signal.SIGIO
    os.close(watched)
