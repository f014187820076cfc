"""The registry of backends, and the choice of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.local.backends import onnxruntime_backend, openvino_backend
from ocr_watcher.engine.local.backends.processor import abilities
from ocr_watcher.engine.local.installation import absent, is_installed
from ocr_watcher.errors import EngineMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ocr_watcher.engine.local.backends.interface import BackendDescription

AUTO = "auto"
"""The setting, in place of the name of a backend, for the fastest that is installed."""

BACKENDS = (openvino_backend.DESCRIPTION, onnxruntime_backend.DESCRIPTION)
"""All backends; of two that suit a processor, the first is faster."""


def chosen_backend(
    wanted: str,
    *,
    has: Callable[[str], bool] = is_installed,
    processor: Callable[[], frozenset[str]] = abilities,
) -> BackendDescription:
    """Return the backend that is asked for; for ``auto`` the fastest that is installed.

    Args:
        wanted: The name of a backend, or ``auto``.
        has: A function that returns whether a module is installed.
        processor: A function that returns what the processor can do.

    Raises:
        EngineMissingError: It is not installed; for ``auto``: none is.
    """
    known = [backend for backend in BACKENDS if wanted in (AUTO, backend.name)]
    installed = [backend for backend in known if has(backend.module)]
    if not installed:
        raise _missing(known)
    can = processor()
    return next((backend for backend in installed if backend.suits(can)), installed[-1])


def obstacle(wanted: str) -> EngineMissingError | None:
    """Return the error if the backend that is asked for is not installed. Import no runtime."""
    try:
        chosen_backend(wanted)
    except EngineMissingError as error:
        return error
    return None


def _missing(known: Sequence[BackendDescription]) -> EngineMissingError:
    if len(known) > 1:
        return absent(known[-1].module)
    (backend,) = known
    return EngineMissingError(
        f"local.backend: {backend.name} is not installed (No module named '{backend.module}'); "
        f"install it with: pip install {backend.module}; or set auto"
    )
