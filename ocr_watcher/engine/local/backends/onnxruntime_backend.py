"""The backend onnxruntime, which has wheels for most platforms."""

from __future__ import annotations

import os
import threading
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.backends.colours import planes_of
from ocr_watcher.engine.local.backends.interface import ALPHABET, BackendDescription, LineScores
from ocr_watcher.engine.local.backends.unusable import without_device, without_import

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ocr_watcher.engine.local.backends.interface import LineNetwork, Network

_SILENT = 4
"""The severity ``fatal`` of log messages. Notes on missing GPUs are of no use to an operator."""

_DEVICES = {"cpu": "CPUExecutionProvider", "gpu": "CUDAExecutionProvider"}
"""The names of devices in onnxruntime (its page "Execution Providers"). Any other name in the
setting is used as onnxruntime's own name."""


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
        self.threads = threads

    def model(self, file: Path) -> OnnxModel:
        """Return the model of a file."""
        return OnnxModel(partial(self._session, str(file)), self.threads, self._turn)

    def _session(self, file: str, threads: int) -> Any:
        options = self._runtime.SessionOptions()
        # With a given number of threads it does not pin them to processors, which sandboxes forbid.
        options.intra_op_num_threads = threads
        options.enable_cpu_mem_arena = False  # it would never give memory back
        options.log_severity_level = _SILENT
        return self._runtime.InferenceSession(file, options, providers=[self._provider])


class OnnxModel:
    """A model in onnxruntime.

    Args:
        session: A function that loads the model, given the threads of a call, and returns an
            ``onnxruntime.InferenceSession``.
        threads: The number of threads of the backend.
        turn: The lock that is held while a network computes with all of them.
    """

    def __init__(self, session: Callable[[int], Any], threads: int, turn: threading.Lock) -> None:
        self._session = session
        self._threads = threads
        self._turn = turn

    @cached_property
    def _of_one_thread(self) -> Any:
        return self._session(1)

    @cached_property
    def alphabet(self) -> Sequence[str] | None:
        """The characters of a recognition model; None if the file has none."""
        told = self._of_one_thread.get_modelmeta().custom_metadata_map.get(ALPHABET)
        return told.splitlines() if told else None

    def detector(self) -> Network:
        """Return the network that finds the lines of a page."""
        return self._of_all_threads(planes_of)

    def classifier(self) -> Network:
        """Return the network that tells which way up lines are."""
        return self._of_all_threads()

    def recogniser(self, further: Sequence[int]) -> LineNetwork:
        """Return the network that reads a line."""
        import numpy as np  # noqa: PLC0415  comes with the extra

        run, wanted = _runner(self._of_one_thread), list(further)

        def scores_of(pixels: Any) -> LineScores:
            (scores,) = run(pixels)
            winners = scores.argmax(axis=1)
            best = np.take_along_axis(scores, winners[:, None], axis=1)[:, 0]
            return LineScores(winners, best, scores[:, wanted])

        return scores_of

    def _of_all_threads(self, prepared: Callable[[Any], Any] | None = None) -> Network:
        """Return a network that waits for its turn, and then computes with all threads.

        Args:
            prepared: A function that makes the input of the network from the argument of a call. It
                is called when the turn has come.
        """
        run = _runner(self._session(self._threads))

        def in_turn(pixels: Any) -> Any:
            with self._turn:
                return run(pixels if prepared is None else prepared(pixels))

        return in_turn


def _runner(session: Any) -> Network:
    """Return the network of a session; any number of threads may call it at once."""
    (name,) = (each.name for each in session.get_inputs())

    def run(pixels: Any) -> Any:
        return session.run(None, {name: pixels})[0]

    return run


def make(threads: int, device: str) -> OnnxRuntime:
    """Import onnxruntime and return the backend.

    Args:
        threads: The number of threads.
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
