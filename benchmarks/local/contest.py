"""Readers that read the same pages in turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.local.difference import PlacedLine
    from benchmarks.local.specimens import Specimen

    Round = Mapping[str, float]
    """The seconds that each reader took for the pages of a round, by its name."""


class Reader(Protocol):
    """A program that can read pages."""

    def read(self, pages: Sequence[Specimen]) -> float:
        """Read pages, none of which it has read before, and return the seconds it took."""

    def text(self, one: Specimen) -> str:
        """Return the text of a page that it has read."""


class PlacingReader(Reader, Protocol):
    """A reader that tells where its lines stand."""

    def lines(self, one: Specimen) -> Sequence[PlacedLine]:
        """Return the lines of a page that it has read, in pixels of `Specimen.square`."""


class Contest:
    """Lets readers read the same pages, one reader after the other.

    A machine that others share changes its speed within seconds, so rounds are short. Each second
    round has the reverse order, so that the effects of one reader on the next affect all.

    Args:
        readers: The readers, by their names.
    """

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = readers
        self._rounds = 0

    def round(self, pages: Sequence[Specimen]) -> Round:
        """Let each reader read some pages, and return the seconds of each."""
        order = list(self._readers)[:: -1 if self._rounds % 2 else 1]
        self._rounds += 1
        return {name: self._readers[name].read(pages) for name in order}
