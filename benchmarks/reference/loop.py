"""The loop of each process that is compared with: files in, cost out."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def answer(work: Callable[[Sequence[str]], None]) -> None:
    """Works on the files that each line of standard input lists, and prints what it cost."""
    for line in sys.stdin:
        files = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        work(files)
        cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(cost), flush=True)
