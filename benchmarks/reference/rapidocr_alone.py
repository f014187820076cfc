"""RapidOCR called alone: some callers, each with models and threads of its own."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
from rapidocr import RapidOCR

from benchmarks.reference.loop import answer

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Callers:
    def __init__(self, callers: int, threads: int) -> None:
        self._pool = ThreadPoolExecutor(callers)
        self._readers: SimpleQueue[RapidOCR] = SimpleQueue()
        settings = {
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
        }
        for _ in range(callers):
            self._readers.put(RapidOCR(params=settings))

    def read(self, files: Sequence[str]) -> None:
        list(self._pool.map(self._read_one, files))

    def _read_one(self, file: str) -> None:
        reader = self._readers.get()
        try:
            reader(file)
        finally:
            self._readers.put(reader)


if __name__ == "__main__":
    answer(_Callers(int(sys.argv[1]), int(sys.argv[2])).read)
