"""The errors of a backend that is installed, but does not work here."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.backends.interface import UnusableBackendError
from ocr_watcher.engine.local.installation import INSTALL, reinstall
from ocr_watcher.escapes import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_REASON = 200
"""The most characters of a reason that another program gives."""


def without_device(backend: str, device: str, has: Iterable[str]) -> UnusableBackendError:
    """Return the error for a device that a runtime does not have.

    Args:
        backend: The name of the backend.
        device: The device of the settings.
        has: The names of the devices that the runtime has on this machine.
    """
    return UnusableBackendError(
        f"local.device: {backend} has no device {device} here, but {', '.join(has)}; set one of "
        "these, or remove the setting to use the processor",
        reason=f"it has no device {device} here",
    )


def without_import(backend: str, error: Exception) -> UnusableBackendError:
    """Return the error for a runtime that cannot be imported.

    Args:
        backend: The name of the backend, which is also the name of its package.
        error: The exception of its import: for a missing shared library ImportError or OSError.
    """
    reason = textwrap.shorten(printable(" ".join(str(error).split())), _LONGEST_REASON)
    if isinstance(error, ModuleNotFoundError):
        text = f"the local engine is not installed ({reason}); {INSTALL}"
    else:
        text = f"{backend} cannot be imported ({reason}); {reinstall(backend)}"
    return UnusableBackendError(text, reason=f"it cannot be imported ({reason})")


def without_code_memory(backend: str) -> UnusableBackendError:
    """Return the error for a runtime that compiles code where the system forbids it."""
    return UnusableBackendError(
        f"{backend} needs memory that is both writable and executable, which is forbidden here; "
        "set MemoryDenyWriteExecute=no in a drop-in of the unit (systemctl edit ocr-watcher), or "
        "install onnxruntime and set local.backend: auto",
        reason="memory that is both writable and executable is forbidden here",
    )


def not_loading(backend: str, error: Exception) -> UnusableBackendError:
    """Return the error for a runtime that fails on the shipped models."""
    kind = type(error).__name__
    return UnusableBackendError(
        f"the models of RapidOCR cannot be loaded ({kind}); {reinstall('rapidocr', backend)}",
        reason=f"it cannot load the models ({kind})",
    )
