"""The images during which the program died: those read alone, and those not read any more."""

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
"""The number of deaths after which an image is read last and alone, so that it is surely the cause
of the next one."""
_LAST = 3
"""The number of deaths after which an image is not read any more."""


class Suspects:
    """The number of times that the program died while it read an image, for each image.

    A picture may need more memory than the machine has, or crash a library. Without this count, the
    program would be restarted and killed for ever. A death for another reason, such as a power cut
    or a person, hits another image or page the next time, so no image reaches the limits by it.
    """

    def __init__(self, table: DeathTable) -> None:
        """Load the counts.

        Args:
            table: The table of the counts in the ledger.
        """
        self._table = table
        self._lock = threading.Lock()
        self._deaths = table.all()

    def count_left_behind(self, directory: Path) -> None:
        """Count the images that killed processes left recorded in a state directory."""
        for entry in take_left_behind(directory):
            deaths = after_death(self._deaths.get(entry.path), entry)
            self._deaths[entry.path] = deaths
            self._table.put(entry.path, deaths)
            _log.warning(
                "the program ended in the middle of an image",
                extra=fields(image=printable(entry.path), page=entry.page, deaths=deaths.number),
            )

    def goes_alone(self, image: Image) -> bool:
        """Return whether no other image may be read at the same time."""
        deaths = self._deaths.get(image.path)
        return deaths is not None and deaths.number >= _ALONE_AFTER

    def fault_of(self, path: str, stamp: Stamp) -> ImageError | None:
        """Return the fault of a content that is not read any more; None if it may be read."""
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
        """Forget the deaths of an image, because it was read, or has failed with an error file."""
        if image.path not in self._deaths:
            return
        with self._lock:
            known = self._deaths.pop(image.path, None)
        if known is not None:
            self._table.forget(image.path)


def after_death(earlier: Deaths | None, entry: Entry) -> Deaths:
    """Return the deaths of an image after one more.

    A document that was on another page at the death before makes progress, so it is not the cause.

    Args:
        earlier: The deaths before this one.
        entry: The entry that was recorded when the program died.
    """
    same = (
        earlier is not None
        and earlier.page == entry.page
        and earlier.stamp.is_of_the_same_content(entry.stamp)
    )
    return Deaths(entry.stamp, entry.page, earlier.number + 1 if earlier and same else 1)
