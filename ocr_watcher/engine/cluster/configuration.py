"""Dask's configuration for all members of a cluster, and its log.

The keys are those of https://docs.dask.org/en/stable/configuration.html.
"""

from __future__ import annotations

import logging

CONFIGURATION = {
    # The daemon decides whether a page is read again after a worker died, as it counts the deaths.
    "distributed.scheduler.allowed-failures": 0,
    # The dashboard is off unless it is requested.
    "distributed.scheduler.dashboard.status.task-stream-length": 0,
    # A page has a few MB, so nothing is moved to a disk, and no worker is paused because of its
    # memory.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    # A sample of all stacks every 10 ms costs more than it is worth.
    "distributed.worker.profile.enabled": False,
    # By default, Dask checks the delay of the event loop 50 times a second, and the processor and
    # the memory twice. That takes 1 % of a processor for each member, even if nothing is read.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.system-monitor.interval": "10s",
    # A worker that hangs is given up, and its nanny starts it again. A worker also reports while it
    # reads, as the models are in a process of their own.
    "distributed.scheduler.worker-ttl": "30s",
    "distributed.comm.timeouts.connect": "10s",
    "distributed.comm.timeouts.tcp": "30s",
    "distributed.admin.log-length": 0,
    "distributed.admin.low-level-log-length": 0,
}


def take_over_logs() -> None:
    """Let Dask's loggers write only warnings, and to the log of this program.

    When Dask is imported, it gives them a handler of its own.
    """
    for name in ("distributed", "distributed.client", "tornado"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # It logs each lost connection as an error; the engine reports the same as a pause.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
