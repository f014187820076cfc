"""The interface of every engine to the rest of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits, Page
    from ocr_watcher.values.reading import EngineIdentity, Reading


class Engine(Protocol):
    """A reader of pages. Any number of threads may call each method at once."""

    @property
    def identity(self) -> EngineIdentity:
        """The name of this engine and of its models or endpoint, as sidecars give it."""
        ...

    @property
    def limits(self) -> Limits:
        """The limits of the pages that it accepts."""
        ...

    def recognise(self, page: Page) -> Reading:
        """Read one page.

        Raises:
            EngineError: The page was not read; the class of the error says what to do about it.
            Stopped: The program was asked to stop before the page was sent.
        """
        ...

    def self_test(self) -> str:
        """Prove that pages can be read, as far as that is possible without an image.

        Returns:
            One line about what was proved.

        Raises:
            EngineError: Pages cannot be read.
        """
        ...

    def close(self) -> None:
        """Free all resources of the engine, and give up calls that are in flight.

        Any thread may call this, and it may be called again.
        """
        ...
