"""Many workers hold no more memory than one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]

HELD = """
    import os, sys
    from concurrent.futures import ThreadPoolExecutor
    from ocr_watcher.engine.local.engine import LocalEngine
    from tests.engine.local.pictures import drawn, page_of
    from tests.proc import children_of, memory_of

    engine = LocalEngine(threads=1)
    engine.self_test()
    lines = ["we bind your ledgers on linen"] * 6
    sizes = [(800 + 70 * number, 700 + 50 * (5 * number % 12)) for number in range(12)]
    pages = [page_of(drawn(*lines, size=size), "BMP") for size in sizes]
    with ThreadPoolExecutor(int(sys.argv[1])) as pool:
        assert all(reading.lines for reading in pool.map(engine.recognise, pages))
    (models,) = children_of(os.getpid())
    print(memory_of(models) // 2**20, memory_of(os.getpid()) // 2**20)
"""


def held_by(workers: int) -> tuple[int, int]:
    """The memory in MB, after some workers had pages of many sizes read.

    Returns:
        That of the process of the models, and that of the process that the workers are in.
    """
    command = [sys.executable, "-c", "if True:" + HELD, str(workers)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    models, others = map(int, done.stdout.split())
    return models, others


def test_four_workers_hold_no_more_memory_than_one():
    models, others = held_by(4)
    assert models < 800
    assert others < 100
