"""End the process, also where a thread cannot be waited for."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class ExpendableThread(threading.Thread):
    """A thread that the process may leave behind when it ends.

    A call of a service or of a model may take longer than anybody wants to wait. Such a thread
    must not keep the process alive, so it is a daemon thread. `end` recognises it by its class.
    """

    def __init__(
        self, target: Callable[..., object], *, name: str, args: Iterable[object] = ()
    ) -> None:
        """Create the thread without starting it.

        Args:
            target: Called on the thread.
            name: The name of the thread.
            args: The arguments of the target.
        """
        super().__init__(target=target, name=name, args=args, daemon=True)


def end(status: int) -> NoReturn:
    """End the process with an exit status.

    Close everything that must be kept before this call. A daemon thread that returns from native
    code while the interpreter is finalised is ended by ``pthread_exit`` (Python's documentation of
    ``PyEval_RestoreThread``). That unwinds the C++ frames of the models, which abort the process:
    "terminate called without an active exception". The interpreter is therefore not finalised where
    such a thread still runs.

    Raises:
        SystemExit: No such thread runs, and the interpreter may end as usual.
    """
    if not any(isinstance(thread, ExpendableThread) for thread in threading.enumerate()):
        sys.exit(status)
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or without a reader
            stream.flush()
    os._exit(status)
