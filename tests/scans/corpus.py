"""Every kind of scan there is."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tests.scans.documents import documents
from tests.scans.sizes import sizes
from tests.scans.stills import stills
from tests.scans.tiffs import tiffs

if TYPE_CHECKING:
    from tests.scans.scan import Scan


@functools.cache
def every_kind() -> tuple[Scan, ...]:
    """All of them; made once for each process, which takes seconds."""
    return (*stills(), *_others())


def in_pieces() -> tuple[Scan, ...]:
    """Those that are sent in pieces; no still is."""
    return tuple(scan for scan in _others() if scan.in_pieces)


@functools.cache
def _others() -> tuple[Scan, ...]:
    return (*tiffs(), *documents(), *sizes())
