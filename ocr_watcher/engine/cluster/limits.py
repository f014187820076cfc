"""The limits of a page that is sent to a worker."""

from __future__ import annotations

from dataclasses import replace

from ocr_watcher.engine.local import limits as local

_MOST_BYTES = 2**26
"""The most bytes of a page. The largest page, in colour and without loss, rarely has a third of
that. Dask sends it in one piece, so both sides have it in memory."""

LIMITS = replace(
    local.LIMITS,
    # Most scans are sent as they are, which costs the daemon nothing.
    formats=frozenset({"JPEG", "PNG"}),
    body_bytes=_MOST_BYTES,
    page_bytes=_MOST_BYTES,
)
