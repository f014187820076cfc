"""The backend onnxruntime, which has wheels for most platforms."""

from __future__ import annotations

import os
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.interface import ALPHABET, BackendDescription, LineScores
from ocr_watcher.engine.local.backends.unusable import without_device, without_import

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.backends.interface import LineNetwork, Network

_SILENT = 4
"""The severity ``fatal``: notes on missing GPUs are of no use to an operator."""

_DEVICES = {"cpu": "CPUExecutionProvider", "gpu": "CUDAExecutionProvider"}
"""The names of devices in onnxruntime (its page "Execution Providers"); any other name that the
setting has is taken as onnxruntime's own."""


class OnnxRuntime:
    """The runtime with its options.

    Args:
        runtime: The module ``onnxruntime``.
        threads: The number of threads.
        provider: The name of the device.
    """

    def __init__(self, runtime: Any, threads: int, provider: str) -> None:
        self._runtime = runtime
        self._provider = provider
        self._turn = threading.Lock()
        self._options = runtime.SessionOptions()
        # With a given number of threads it does not pin them to processors, which sandboxes forbid.
        self._options.intra_op_num_threads = threads
        self._options.enable_cpu_mem_arena = False  # it would never give memory back
        self._options.log_severity_level = _SILENT

    def model(self, file: Path) -> OnnxModel:
        """Read a model from a file; it is loaded into the runtime at once."""
        session = self._runtime.InferenceSession(
            str(file), self._options, providers=[self._provider]
        )
        return OnnxModel(session, self._turn)


class OnnxModel:
    """A model in onnxruntime.

    Args:
        session: An ``onnxruntime.InferenceSession``.
        turn: Is held while a network computes.
    """

    def __init__(self, session: Any, turn: threading.Lock) -> None:
        self._session = session
        self._turn = turn
        (self._input,) = (each.name for each in session.get_inputs())

    @cached_property
    def alphabet(self) -> Sequence[str] | None:
        """The characters of a recognition model; None if the file has none."""
        told = self._session.get_modelmeta().custom_metadata_map.get(ALPHABET)
        return told.splitlines() if told else None

    def detector(self) -> Network:
        """Return the network that finds the lines of a page."""
        return self._run

    def classifier(self) -> Network:
        """Return the network that tells which way up lines are."""
        return self._run

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return the network that reads a line."""
        import numpy as np  # noqa: PLC0415  comes with the extra

        wanted = list(further)

        def scores_of(pixels: Any) -> LineScores:
            (scores,) = self._run(pixels)
            winners = scores.argmax(axis=1)
            best = np.take_along_axis(scores, winners[:, None], axis=1)[:, 0]
            return LineScores(winners, best, scores[:, wanted])

        return scores_of

    def _run(self, pixels: Any) -> Any:
        with self._turn:
            return self._session.run(None, {self._input: pixels})[0]


def make(threads: int, device: str) -> OnnxRuntime:
    """Import onnxruntime and return the backend.

    Args:
        threads: The number of threads of one call.
        device: ``cpu``, ``gpu``, or the name of an execution provider.

    Raises:
        UnusableBackendError: It cannot be imported, or has no such device.
    """
    # From its import on, onnxruntime sends data about its use to its makers (its Privacy.md).
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        import onnxruntime  # noqa: PLC0415  heavy, and present only with the extra
    except (ImportError, OSError) as error:
        raise without_import("onnxruntime", error) from error
    onnxruntime.set_default_logger_severity(_SILENT)
    provider = _DEVICES.get(device, device)
    has = onnxruntime.get_available_providers()
    if provider not in has:
        raise without_device("onnxruntime", device, has)
    return OnnxRuntime(onnxruntime, threads, provider)


DESCRIPTION = BackendDescription(
    name="onnxruntime", module="onnxruntime", suits=lambda _processor: True, make=make
)
