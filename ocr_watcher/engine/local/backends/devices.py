"""The error for a device that a runtime does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Iterable


def without_device(backend: str, device: str, has: Iterable[str]) -> EngineMissingError:
    """Return the error for a device that a runtime does not have.

    Args:
        backend: The name of the backend.
        device: The device of the settings.
        has: The names of the devices that the runtime has on this machine.
    """
    return EngineMissingError(
        f"local.device: {backend} has no device {device} here, but {', '.join(has)}; set one of "
        "these, or remove the setting to use the processor"
    )
