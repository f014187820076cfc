"""Makes a failed image wait again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.sidecars.error_file import failure_of, withdraw
from ocr_watcher.storage.directory import directory_below

if TYPE_CHECKING:
    from ocr_watcher.ledger.ledger import Ledger
    from ocr_watcher.values.image import Image


def make_wait(image: Image, code: str | None, ledger: Ledger) -> bool:
    """Remove the error file of an image, so that the daemon tries the image again.

    Args:
        image: The image.
        code: The code of the failure to remove; None for any.
        ledger: The ledger, which forgets the tries so far.

    Returns:
        Whether there was such a failure.

    Raises:
        OSError: The error file could not be read or removed.
    """
    with directory_below(image.root, image.name.rpartition("/")[0]) as directory:
        if code is not None and failure_of(directory, image.base_name).code != code:
            return False
        ledger.forget_tries(image)  # before the daemon notices the removal
        return withdraw(directory, image.base_name)
