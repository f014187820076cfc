"""Many workers hold no more memory than one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

HELD = """
    import io, sys
    from concurrent.futures import ThreadPoolExecutor
    from ocr_watcher.engine.local.engine import LocalEngine
    from tests.engine.local.pictures import drawn, page_of

    def held(name):
        return int(open("/proc/self/status").read().split(name)[1].split()[0]) // 1024

    engine = LocalEngine(threads=1)
    engine.self_test()
    lines = ["we bind your ledgers on linen"] * 6
    sizes = [(800 + 70 * number, 700 + 50 * (5 * number % 12)) for number in range(12)]
    pages = [page_of(drawn(*lines, size=size), "BMP") for size in sizes]
    with ThreadPoolExecutor(int(sys.argv[1])) as pool:
        assert all(reading.lines for reading in pool.map(engine.recognise, pages))
    print(held("VmRSS:"))
"""


def held_by(workers: int) -> int:
    """The memory of a process, in MB, after some workers had pages of many sizes read."""
    command = [sys.executable, "-c", "if True:" + HELD, str(workers)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return int(done.stdout)


def test_four_workers_hold_no_more_memory_than_one():
    assert held_by(4) < 350
