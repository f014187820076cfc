"""The surroundings of a measurement: its directory, its scale, and its progress."""

from __future__ import annotations

import contextlib
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, TypeVar

from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_Value = TypeVar("_Value")
_Step = TypeVar("_Step")


@dataclass(frozen=True, slots=True)
class Stage:
    """The surroundings in which a part is measured.

    Attributes:
        base: A directory on the disk that is measured.
        quick: Whether a short run is wanted, whose figures only show that all works.
        truth: The folder with a person's own pictures, each with a file of its texts; or None.
    """

    base: Path
    quick: bool
    truth: Path | None = None

    def scaled(self, full: _Value, quick: _Value) -> _Value:
        """Return one of two numbers, by the scale of the run."""
        return quick if self.quick else full

    @contextlib.contextmanager
    def directory(self, name: str) -> Iterator[Path]:
        """Make an empty directory, which is removed with its content at the end."""
        path = self.base / name
        shutil.rmtree(path, ignore_errors=True)  # left by a run that was killed
        path.mkdir(parents=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)  # what a killed daemon still makes may stay

    def steps(self, steps: Iterable[_Step], what: str, unit: str = "it") -> Iterator[_Step]:
        """Yield steps, and show on standard error how many are done."""
        return iter(tqdm(steps, what, unit=unit, file=sys.stderr, leave=False))

    @contextlib.contextmanager
    def bar(self, total: int, what: str, unit: str = "image") -> Iterator[tqdm[NoReturn]]:
        """Show the progress of something whose steps come by themselves."""
        with tqdm(total=total, desc=what, unit=unit, file=sys.stderr, leave=False) as bar:
            yield bar
