"""The process of the models, which reads pages, so that neither they nor a page harm the daemon.

The daemon starts it as ``python -m ocr_watcher.engine.local.process.worker``. It reads only the
files of its own program and of the models. It has no key, and its only connections are those to the
daemon.
"""

from __future__ import annotations

import contextlib
import os
import resource
import threading
from typing import TYPE_CHECKING

from ocr_watcher.engine.local.process.crash_policy import IDLE_STATUS
from ocr_watcher.engine.local.process.idleness import Idleness
from ocr_watcher.engine.local.process.messages import (
    ERRORS,
    Ready,
    loading_from,
    reading_told,
    ready_told,
)
from ocr_watcher.engine.local.runtime.load_models import load
from ocr_watcher.engine.local.runtime.rapidocr_errors import faults_of_a_page
from ocr_watcher.pages.source import picture_of
from ocr_watcher.processes.errors import fault_told
from ocr_watcher.processes.heap import give_back_free_memory, limit_heaps
from ocr_watcher.processes.inside import confine, connected
from ocr_watcher.processes.wire import Message, receive, send

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from ocr_watcher.engine.local.page_reader import PageReader
    from ocr_watcher.engine.local.process.messages import Loading
    from ocr_watcher.engine.local.runtime.load_models import LoadedModels

_LIMITS = {
    resource.RLIMIT_CORE: 0,  # a core dump would contain the page
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 64,
}
"""The limits of the process (setrlimit(2)). The address space has none, as the runtimes of the
models map much more than they use."""

_OOM_SCORE = 900
"""The ``oom_score_adj`` of the process (proc(5)). If memory runs out, the kernel first kills a
process that decodes a picture, as that is quickly replaced. It kills this process next, and both
before the daemon."""

_FAILED_STATUS = 70
"""The exit status of a process that met a fault of this program outside of any page
(``EX_SOFTWARE`` of sysexits(3))."""

_HEAPS = 2
"""The number of heaps that all threads share. The largest pages take some 60 MB less than with a
heap for each of the ten threads, and no more time."""


def main(load_models: Callable[..., LoadedModels] = load) -> None:
    """Load the models, then read pages until none came for a while, or the daemon is gone.

    Args:
        load_models: A function that loads the models and proves that they read.
    """
    limit_heaps(_HEAPS)
    channels = connected()
    confine(_LIMITS, oom_score_adj=_OOM_SCORE, compiles=True)  # OpenVINO does
    with contextlib.suppress(EOFError, ConnectionError):
        loading = loading_from(receive(channels[0]))
        readers = _readers(loading, channels, load_models)
        if readers:
            _serve_all(readers, channels, loading)


def _readers(
    loading: Loading, channels: Sequence[socket.socket], load_models: Callable[..., LoadedModels]
) -> list[PageReader]:
    """Load the models, and tell the daemon the facts about them or the error.

    Returns:
        A reader for each lane; an empty list if the models cannot be loaded.
    """
    readers: list[PageReader] = []
    try:
        models = load_models(
            threads=loading.threads,
            longest_side=loading.longest_side,
            further=loading.further,
            backend=loading.backend,
            device=loading.device,
            crashed=loading.crashed,
        )
        readers = [models.new_reader() for _ in channels]
        answer = ready_told(
            Ready(models.names, models.backend, loading.threads, models.passed_over)
        )
    except ERRORS.kinds as error:
        answer = Message({"error": ERRORS.told(error)})
    except Exception as error:
        answer = Message({"error": fault_told(error)})
    send(channels[0], answer)
    return readers


def _serve_all(
    readers: Sequence[PageReader], channels: Sequence[socket.socket], loading: Loading
) -> None:
    """Read the pages of each lane on a thread of its own, and end the process when it is idle."""
    idleness = Idleness(loading.idle_seconds)
    for reader, channel in zip(readers, channels, strict=True):
        threading.Thread(target=_serve, args=(channel, reader, idleness), daemon=True).start()
    idleness.wait()
    # A page may have arrived just now, and is read by another process. The interpreter is not
    # finalised, as that takes a while and may abort in the threads of the models.
    os._exit(IDLE_STATUS)


def _serve(channel: socket.socket, reader: PageReader, idleness: Idleness) -> None:
    """Read the pages of a lane, and end the process if that fails.

    An exception would end only this thread, and the daemon would wait for the page until its time
    is up.
    """
    try:
        serve(channel, reader, idleness)
    except BaseException:
        os._exit(_FAILED_STATUS)


def serve(channel: socket.socket, reader: PageReader, idleness: Idleness) -> None:
    """Read the pages of a lane until the other end is gone."""
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            page = receive(channel).body
            with idleness.interrupted():
                send(channel, answer_for(page, reader))
            del page  # else it would stay in memory until the next one comes


def answer_for(page: bytes, reader: PageReader) -> Message:
    """Return the reading of a page, or the error that it met."""
    try:
        image = picture_of(page)
        with faults_of_a_page():
            reading = reader.read(image)
        return reading_told(reading, image.size)
    except ERRORS.kinds as error:
        return Message({"error": ERRORS.told(error)})
    except Exception as error:
        return Message({"error": fault_told(error)})
    finally:
        give_back_free_memory()


if __name__ == "__main__":
    main()
