"""What every engine is to the rest of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ocr_watcher.values.page import Limits, Page
    from ocr_watcher.values.reading import EngineIdentity, Reading


class Engine(Protocol):
    """What reads pages. Each method may be called from any number of threads at once."""

    @property
    def identity(self) -> EngineIdentity:
        """How sidecars name this engine."""
        ...

    @property
    def limits(self) -> Limits:
        """What it takes."""
        ...

    def recognise(self, page: Page) -> Reading:
        """Read one page.

        Raises:
            EngineError: Of the class that says what is to be done.
            Stopped: The program was asked to stop before the page was sent.
        """
        ...

    def self_test(self) -> str:
        """Do what can be done without an image to prove that pages can be read.

        Returns:
            One line on what was proved.

        Raises:
            EngineError: It was proved that they cannot.
        """
        ...

    def close(self) -> None:
        """Give back what the engine holds; called once, when no call is in flight."""
        ...
