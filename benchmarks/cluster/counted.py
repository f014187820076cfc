"""Members of a cluster that count their messages.

``python -m benchmarks.cluster.counted FILE SETTINGS scheduler`` runs a scheduler. With ``crowd
NUMBER SECONDS`` in place of ``scheduler``, it runs this number of workers in one process. Each of
them waits these seconds for a page, and uses no processor time. FILE gets the counts. SETTINGS is
the section ``cluster`` as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dask
from distributed import Worker
from distributed.comm import tcp

from benchmarks.cluster import counts
from benchmarks.cluster.slow import lines
from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.engine.cluster.configuration import CONFIGURATION, take_over_logs
from ocr_watcher.engine.cluster.description import SHIPPED_MODELS
from ocr_watcher.engine.cluster.ending import until_asked
from ocr_watcher.engine.cluster.limits import LIMITS
from ocr_watcher.engine.cluster.reader import serve
from ocr_watcher.engine.cluster.scheduler import run_scheduler
from ocr_watcher.engine.cluster.security import security_of
from ocr_watcher.engine.cluster.settings import ClusterSettings
from ocr_watcher.values.reading import EngineIdentity, Reading

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits, Page

_AT_ONCE = 20


class _Waits:
    identity = EngineIdentity("local", SHIPPED_MODELS)

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    @property
    def limits(self) -> Limits:
        return LIMITS

    def recognise(self, page: Page) -> Reading:
        time.sleep(self._seconds)
        return Reading(lines(page), {"direction": 0})

    def self_test(self) -> str:
        return "waits"

    def close(self) -> None:
        """Do nothing, as nothing is held."""


def _count(file: Path) -> None:
    """Count the messages and bytes of this process from now on.

    One message of Dask's may be a list of several, each of which counts.
    """
    kept = counts.Counts(file)
    reading, writing, part = tcp.TCP.read, tcp.TCP.write, tcp.read_bytes_rw

    async def read(*given: Any, **named: Any) -> Any:
        told = await reading(*given, **named)
        kept.add(counts.READ, _messages(told))
        return told

    async def write(self: Any, message: Any, *given: Any, **named: Any) -> Any:
        size = await writing(self, message, *given, **named)
        kept.add(counts.WRITTEN, _messages(message))
        kept.add(counts.WRITTEN_BYTES, size)
        return size

    async def read_part(stream: Any, size: int) -> Any:
        kept.add(counts.READ_BYTES, size)
        return await part(stream, size)

    tcp.TCP.read, tcp.TCP.write, tcp.read_bytes_rw = read, write, read_part


def _messages(told: object) -> int:
    return len(told) if isinstance(told, list | tuple) else 1


async def _crowd(directory: Path, cluster: ClusterSettings, number: int, seconds: float) -> None:
    turns = asyncio.Semaphore(_AT_ONCE)

    async def start(which: int) -> Worker:
        async with turns:
            worker = Worker(
                str(cluster.scheduler),
                nthreads=1,
                memory_limit=None,
                security=security_of(cluster),
                dashboard=False,
                # Of its own, as on a machine: a worker looks through what others left in it.
                local_directory=str(directory / str(which)),
            )
            serve(worker, _Waits(seconds))
            return await worker

    with dask.config.set(CONFIGURATION):
        workers = await asyncio.gather(*map(start, range(number)))
        await until_asked()
        await asyncio.gather(*(worker.close() for worker in workers))


if __name__ == "__main__":
    _file, _settings, _what, *_rest = sys.argv[1:]
    _cluster = ClusterSettings.model_validate(json.loads(_settings))
    _count(Path(_file))
    take_over_logs()
    if _what == "scheduler":
        run_scheduler(SchedulerAddress.of(str(_cluster.scheduler)), security_of(_cluster), None)
    else:
        asyncio.run(_crowd(Path(f"{_file}-workers"), _cluster, int(_rest[0]), float(_rest[1])))
