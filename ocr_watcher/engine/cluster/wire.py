"""The messages between a daemon and the workers of a cluster, as bytes and numbers.

A page is sent as the bytes of its picture with its size, and its reading returns as the bytes of
JSON. Dask pickles neither. The answer is checked, whoever sent it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ocr_watcher.engine.local.process.messages import (
    ERRORS,
    MOST_FACTS,
    reading_from,
    reading_told,
)
from ocr_watcher.errors import OcrWatcherError, TransientError
from ocr_watcher.processes.errors import ProcessFault, fault_told
from ocr_watcher.processes.wire import NONSENSE, Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import Reading

_NONSENSE = (*NONSENSE, RecursionError)


def answer(read: Callable[[], Reading], page: Page) -> bytes:
    """Return the answer to a page, with its reading or the error.

    Args:
        read: A function that reads the page.
        page: The page.
    """
    try:
        facts: dict[str, Any] = dict(reading_told(read(), (page.width, page.height)).facts)
    except OcrWatcherError as error:
        facts = {"error": ERRORS.told(error)}
    except Exception as error:  # the daemon gets the error, and continues
        facts = {"error": fault_told(error)}
    return json.dumps(facts).encode()


def reading_in(answered: object, page: Page) -> Reading:
    """Return the reading in an answer.

    Args:
        answered: The answer of a worker.
        page: The page that it was sent for.

    Raises:
        EngineError: The page was not read, or the answer is invalid.
    """
    try:
        if not isinstance(answered, bytes) or len(answered) > MOST_FACTS:
            raise TypeError
        facts = json.loads(answered)
        return reading_from(Message(facts), (page.width, page.height))
    except _NONSENSE:
        raise TransientError(
            "invalid-answer",
            "a worker of the cluster sent an invalid reading of a page",
            advice="see which workers there are with: ocr-watcher check",
        ) from None
    except ProcessFault as fault:
        raise TransientError(
            "worker-failed", f"a fault of the program on a worker ({fault})", advice="report it"
        ) from None
