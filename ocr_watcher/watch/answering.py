"""Whether a folder answers: asked on a thread of its own, as the question itself may hang."""

from __future__ import annotations

import contextlib
import os

from ocr_watcher.service.ending import ExpendableThread

_ANSWER_SECONDS = 1.0


class Asked:
    """Asks one folder, with at most one question at a time."""

    def __init__(self, root: str) -> None:
        """Takes the folder.

        Args:
            root: Its absolute path.
        """
        self._root = root
        self._thread: ExpendableThread | None = None

    def answers(self, within: float = _ANSWER_SECONDS) -> bool:
        """Tells whether the folder's file system answers, if only with an error.

        A question that is not answered stays under way, and holds its thread until the server is
        back; while it does, no other is asked and False is returned at once.

        Args:
            within: Seconds to wait for the answer.
        """
        if self._thread is None:
            self._thread = ExpendableThread(self._ask, name=f"asking {self._root}")
            self._thread.start()
            self._thread.join(within)
        if self._thread.is_alive():
            return False
        self._thread = None
        return True

    def _ask(self) -> None:
        # Unlike stat(2), this is answered by no cache of the kernel (statfs(2)).
        with contextlib.suppress(OSError):
            os.statvfs(self._root)
