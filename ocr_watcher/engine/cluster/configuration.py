"""Dask's configuration for all members of a cluster, and its log.

The keys are those of https://docs.dask.org/en/stable/configuration.html.
"""

from __future__ import annotations

import logging

CONFIGURATION = {
    # A worker reads a page again where another died, as the daemon decides: it counts.
    "distributed.scheduler.allowed-failures": 0,
    # The dashboard stays off unless it is asked for.
    "distributed.scheduler.dashboard.status.task-stream-length": 0,
    # A page is a few MB: nothing is spilled to a disk, and no worker is paused for its memory.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    # A sample of all stacks every 10 ms costs more than it tells.
    "distributed.worker.profile.enabled": False,
    # To look 50 times a second whether the event loop is late, and twice at the processor and the
    # memory, takes 1 % of a processor for each member, also where nothing is read.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    # A worker that hangs is given up, and its nanny starts it again. It tells of itself also while
    # it reads, as the models are in a process of their own.
    "distributed.scheduler.worker-ttl": "30s",
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.timeouts.tcp": "30s",
    "distributed.admin.log-length": 0,
    "distributed.admin.low-level-log-length": 0,
}


def take_over_logs() -> None:
    """Let Dask's loggers write to the log of this program, warnings alone.

    When it is imported Dask gives them a handler of its own.
    """
    for name in ("distributed", "distributed.client", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # It tells of each lost connection as an error; the engine tells the same as a pause.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
