"""The errors of the program as messages from a process to the daemon."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_watcher.errors import EngineError, OcrWatcherError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 10_000
"""The most characters of the text of an error; the longest paths are shorter."""


class ProcessFault(Exception):  # noqa: N818  a fault of this program, and no expected error
    """A fault of this program within a process; the text has its class and its place."""


class ToldErrors:
    """The errors that a process may report; others arrive as their nearest base class.

    Args:
        kinds: The classes.

    Attributes:
        kinds: The classes.
    """

    def __init__(self, kinds: Sequence[type[OcrWatcherError]]) -> None:
        self.kinds = tuple(kinds)
        self._kinds = {kind.__name__: kind for kind in kinds}

    def told(self, error: OcrWatcherError) -> dict[str, Any]:
        """Return the facts of an error.

        Raises:
            StopIteration: No base class of the error is known.
        """
        kind = next(kind for kind in type(error).__mro__ if kind.__name__ in self._kinds)
        code = error.code if isinstance(error, EngineError) else None
        return {"kind": kind.__name__, "code": code, "text": str(error), "advice": error.advice}

    def raise_told(self, told: Mapping[str, Any]) -> None:
        """Raise the error that the process met.

        Raises:
            OcrWatcherError: The error, of one of the classes.
            ProcessFault: The program is to blame.
            Exception: One of `NONSENSE`: the facts are invalid.
        """
        kind = self._kinds.get(told["kind"])
        text = _text(told["text"])
        if kind is None:
            raise ProcessFault(text)
        advice = _text(told["advice"])
        if not issubclass(kind, EngineError):
            raise kind(text, advice=advice)
        code = told["code"]
        if not isinstance(code, int):
            code = _text(code)
        raise kind(code, text, advice=advice)


def fault_told(error: Exception) -> dict[str, Any]:
    """Return the facts of a fault of the program: its class and its place in the program.

    The text of the error may come from a picture.
    """
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno} in {place.name}"
    return {"kind": ProcessFault.__name__, "text": f"{type(error).__name__} at {where}"}


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST:
        raise ValueError
    return told
