"""The images that the program died with: which go alone, and which are given up."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from ocr_watcher.errors import ImageError
from ocr_watcher.escapes import printable
from ocr_watcher.ledger.deaths import Deaths
from ocr_watcher.logs.fields import fields
from ocr_watcher.work.underway.underway_file import take_left_behind

if TYPE_CHECKING:
    from pathlib import Path

    from ocr_watcher.ledger.deaths import DeathTable
    from ocr_watcher.values.image import Image, Stamp
    from ocr_watcher.work.underway.entry import Entry

_log = logging.getLogger(__name__)

_ALONE_AFTER = 2
"""Deaths after which an image is read last, and while no other is: the next one is surely its."""
_LAST = 3
"""Deaths after which it is not read any more."""


class Suspects:
    """Counts the deaths of the program against the images that it was in the middle of.

    A picture may take more memory than the machine has, or crash a library. The program would be
    started again, and killed again, for ever. Whatever else kills it, such as a power cut or a
    person, meets other images the next time, or other pages, and counts against none for long.
    """

    def __init__(self, table: DeathTable) -> None:
        """Recall what was counted before.

        Args:
            table: The memory of it beyond this process.
        """
        self._table = table
        self._lock = threading.Lock()
        self._deaths = table.all()

    def count_left_behind(self, directory: Path) -> None:
        """Count what processes that were killed left in a state directory."""
        for entry in take_left_behind(directory):
            deaths = after_death(self._deaths.get(entry.path), entry)
            self._deaths[entry.path] = deaths
            self._table.put(entry.path, deaths)
            _log.warning(
                "the program ended in the middle of an image",
                extra=fields(image=printable(entry.path), page=entry.page, deaths=deaths.number),
            )

    def goes_alone(self, image: Image) -> bool:
        """Return whether no other image may be read beside this one."""
        deaths = self._deaths.get(image.path)
        return deaths is not None and deaths.number >= _ALONE_AFTER

    def fault_of(self, path: str, stamp: Stamp) -> ImageError | None:
        """Return the fault of a content that is not to be read any more; None where it may be."""
        deaths = self._deaths.get(path)
        if deaths is None or deaths.number < _LAST:
            return None
        if not deaths.stamp.is_of_the_same_content(stamp):
            return None
        return ImageError(
            "kills-the-program",
            f"the program was killed {deaths.number} times while it read page {deaths.page}",
            advice="see in the kernel's log whether memory ran out; if so, scan at a lower "
            "resolution; if the machine or a person ended the program, use ocr-watcher retry",
        )

    def forget(self, image: Image) -> None:
        """Forget the deaths of an image: it was read, or was given up and is told of."""
        if image.path not in self._deaths:
            return
        with self._lock:
            known = self._deaths.pop(image.path, None)
        if known is not None:
            self._table.forget(image.path)


def after_death(earlier: Deaths | None, entry: Entry) -> Deaths:
    """Count a death.

    A document whose page differs from one death to the next makes progress: it is not the cause.

    Args:
        earlier: What was counted before.
        entry: What was read when the program died.
    """
    same = (
        earlier is not None
        and earlier.page == entry.page
        and earlier.stamp.is_of_the_same_content(entry.stamp)
    )
    return Deaths(entry.stamp, entry.page, earlier.number + 1 if earlier and same else 1)
