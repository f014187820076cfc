"""A member of the cluster: ``python -m benchmarks.cluster.member scheduler|worker …``.

The program's own command always loads the models, and shall have no option for another module.
"""

from __future__ import annotations

import sys

from distributed.security import Security

from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.engine.cluster.nanny import WorkerParts, run_worker
from ocr_watcher.engine.cluster.scheduler import run_scheduler

if __name__ == "__main__":
    _what, _address, *_rest = sys.argv[1:]
    if _what == "scheduler":
        run_scheduler(SchedulerAddress.of(_address), Security(), None)
    else:
        _preload, _pages, _threads = _rest
        run_worker(
            WorkerParts(
                SchedulerAddress.of(_address),
                Security(),
                {"threads": int(_threads)},
                ("warning", "text"),
                pages=int(_pages),
                preload=_preload,
            )
        )
