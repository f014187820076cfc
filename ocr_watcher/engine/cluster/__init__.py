"""Reads pages on the machines of a Dask cluster (https://distributed.dask.org).

One daemon watches the folder and sends pages; any number of machines read them::

    daemon: engine → slots → connection ── picture → worker: task → reader → the models
              ↑                   ↑                             │
            wire ←────────────────┼──────────────── reading ────┘
                               scheduler: which workers are there, and what can they read?

A page is sent as bytes, directly to a worker. Nothing else of the folder, and no settings or keys,
are sent. `members` are the workers that the scheduler reports, and `abilities` decide which of them
get pages. `slots` limit the pages in flight, so that pages wait in the folder and not in the
cluster. `remote_reader` sends a page and waits for its reading. `tries` decide what follows if it
was lost: a page is only blamed for workers that ended while it was alone on them.

`scheduler` and `nanny` run Dask's scheduler and nanny, without HTTP servers (`parts`). On a worker,
`worker` loads the models, and `reader` reads a page with them, in a format made by `bitmap`.
`authority` makes the certificates by which the members recognise each other, `security` passes them
to Dask, and `validity` finds out when they run out.

Dask loads this package on a worker (``dask worker --preload ocr_watcher.engine.cluster``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Worker


def dask_setup(worker: Worker) -> None:
    """Load the models of a worker before it registers at the scheduler. Dask calls this."""
    from ocr_watcher.engine.cluster.worker import set_up  # noqa: PLC0415  on workers alone

    set_up(worker)


def dask_teardown(_worker: Worker) -> None:
    """End the models of a worker. Dask calls this."""
    from ocr_watcher.engine.cluster.reader import end  # noqa: PLC0415  on workers alone

    end()
