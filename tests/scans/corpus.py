"""Every kind of scan there is."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from tests.scans.documents import documents
from tests.scans.sizes import sizes
from tests.scans.stills import STILLS
from tests.scans.tiffs import tiffs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.scans.scan import Scan

FAMILIES: Mapping[str, Callable[[], Iterator[Scan]]] = {
    **STILLS,
    "TIFF": tiffs,
    "PDF": documents,
    "sizes": sizes,
}
"""What makes the scans of each family, by its name: to make all of them takes seconds."""


@functools.cache
def family(name: str) -> tuple[Scan, ...]:
    """The scans of one family; made once for each process."""
    return tuple(FAMILIES[name]())


def every_kind() -> tuple[Scan, ...]:
    """All of them."""
    return tuple(scan for name in FAMILIES for scan in family(name))


def usual() -> Scan:
    """A page as most are: a JPEG in colour."""
    return family("JPEG")[0]


def in_pieces() -> tuple[Scan, ...]:
    """Those that are sent in pieces; no still is."""
    others = (scan for name in FAMILIES if name not in STILLS for scan in family(name))
    return tuple(scan for scan in others if scan.in_pieces)
