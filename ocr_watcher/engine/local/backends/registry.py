"""The registry of backends, and the order in which they are tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.local.backends import onnxruntime_backend, openvino_backend
from ocr_watcher.engine.local.backends.processor import abilities
from ocr_watcher.engine.local.installation import absent, is_installed
from ocr_watcher.errors import EngineMissingError
from ocr_watcher.values.install_command import install_command

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from ocr_watcher.engine.local.backends.interface import BackendDescription

AUTO = "auto"
"""The setting for the fastest backend that works here, in place of the name of a backend."""

BACKENDS = (openvino_backend.DESCRIPTION, onnxruntime_backend.DESCRIPTION)
"""All backends; of two that suit a processor, the first is faster."""


def candidates(
    wanted: str,
    *,
    crashed: Collection[str] = (),
    has: Callable[[str], bool] = is_installed,
    processor: Callable[[], frozenset[str]] = abilities,
) -> Sequence[BackendDescription]:
    """Return the backends to try, the fastest first; for ``auto`` these are all that are installed.

    Args:
        wanted: The name of a backend, or ``auto``.
        crashed: The names of backends that crashed their process; none of them is returned.
        has: A function that returns whether a module is installed.
        processor: A function that returns the names of the instructions of the processor.

    Raises:
        EngineMissingError: There is no backend to try, as a rule because none is installed.
    """
    known = [backend for backend in BACKENDS if wanted in (AUTO, backend.name)]
    installed = [
        backend for backend in known if has(backend.module) and backend.name not in crashed
    ]
    if not installed:
        raise _missing(known)
    can = processor()
    return sorted(installed, key=lambda backend: not backend.suits(can))


def obstacle(wanted: str) -> EngineMissingError | None:
    """Return the error if a backend, or ``auto``, cannot be tried; this imports no runtime."""
    try:
        candidates(wanted)
    except EngineMissingError as error:
        return error
    return None


def _missing(known: Sequence[BackendDescription]) -> EngineMissingError:
    if len(known) > 1:
        return absent(known[-1].module)
    (backend,) = known
    return EngineMissingError(
        f"local.backend: {backend.name} is not installed (No module named '{backend.module}'); "
        f"install it with: {install_command(backend.module)}; or set auto"
    )
