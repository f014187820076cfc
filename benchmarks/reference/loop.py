"""The loop of each process for comparison, which takes files and prints the cost."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def answer(work: Callable[[Sequence[str]], None]) -> None:
    """Work on the files that each line of standard input lists, and print the cost."""
    for line in sys.stdin:
        files = json.loads(line)
        cpu, wall = time.process_time(), time.perf_counter()
        work(files)
        cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(cost), flush=True)
