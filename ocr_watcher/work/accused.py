"""Images that lost tries to an error code which may turn out to be the account's."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.image import Image
    from ocr_watcher.values.tried import Tried

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Charge:
    """What an image is accused of.

    Attributes:
        tries: How many it had before it met an unknown code.
        code: The code that it met last.
    """

    tries: int
    code: str


class Accused:
    """Remembers how many tries each image had before it met an unknown code.

    The first images that meet such a code lose a try each, until it shows that it is the
    account's fault. Then each gets back what it lost; one that failed for good waits again.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._charges: dict[Image, Charge] = {}
        self._acquitted: dict[Image, int] = {}

    def accuse(
        self, image: Image, tried: Tried | None, code: str, is_acquitted: Callable[[], bool]
    ) -> bool:
        """Note that an image met an unknown code.

        Args:
            image: The image.
            tried: The tries before it did.
            code: The code.
            is_acquitted: Says whether the account is known to be at fault meanwhile.

        Returns:
            Whether the try counts.
        """
        with self._lock:
            if is_acquitted():
                return False
            charge = self._charges.get(image)
            if charge is not None:
                self._charges[image] = replace(charge, code=code)
            elif len(self._charges) < _MOST:
                self._charges[image] = Charge(tried.tries if tried else 0, code)
            return True

    def acquit(self) -> dict[Image, Charge]:
        """Note that the account is at fault, and return what the images were accused of."""
        with self._lock:
            acquitted, self._charges = self._charges, {}
            self._acquitted |= {image: charge.tries for image, charge in acquitted.items()}
            return acquitted

    def is_acquitted(self, image: Image) -> bool:
        """Return whether an image was acquitted since its last try began."""
        with self._lock:
            return image in self._acquitted

    def another_passed(self) -> None:
        """Note that an image was read: those that met an unknown code were at fault themselves."""
        with self._lock:
            self._charges.clear()

    def restored(self, image: Image, tried: Tried | None) -> Tried | None:
        """Return the tries of an image, with those that it got back."""
        with self._lock:
            tries = self._acquitted.pop(image, None)
        return tried if tried is None or tries is None else replace(tried, tries=tries)
