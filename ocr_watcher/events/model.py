"""The events of images, calls and folders: values that the bus passes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.image import Image
    from ocr_watcher.values.outcome import Outcome
    from ocr_watcher.values.pause import Pause


@dataclass(frozen=True, slots=True)
class ImageQueued:
    """An image is whole and waits in the queue.

    Attributes:
        image: The image.
    """

    image: Image


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """An attempt at an image ended.

    Attributes:
        image: The image.
        outcome: The end of the attempt.
        is_repeated: Whether this run tries the image again.
        worked: The seconds of work on the image, including calls and models.
        waited: The seconds of waits for the end of a pause, the rate limit or a sandbox.
    """

    image: Image
    outcome: Outcome
    is_repeated: bool = False
    worked: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class RetryPutOff:
    """Another attempt at an image has to wait.

    Attributes:
        image: The image.
        code: The code of the last fault.
        seconds: The time until the next attempt.
    """

    image: Image
    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class PageBegan:
    """The reading of a page began; the image may have several.

    Attributes:
        image: The image.
        page: The number of the page, from 1.
        pages: The number of all pages; 0 where that is not known yet.
    """

    image: Image
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call of the engine ended.

    Attributes:
        engine: The name of the engine.
        endpoint: The endpoint or the models that were called.
        code: The code of the fault; None if the page was read.
        seconds: The duration of the call.
    """

    engine: str
    endpoint: str
    code: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """A pause began, got another reason or end, or is over.

    Attributes:
        engine: The name of the engine.
        pause: The pause; None if calls are made again.
        endpoint: The endpoint whose calls alone it stops, where others are called as well; empty
            where it stops all calls of the engine.
    """

    engine: str
    pause: Pause | None
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class FolderScanned:
    """A watched folder was scanned as a whole.

    Attributes:
        root: The folder.
        done: The number of images in it that have their sidecars.
        waiting: The number of those that wait for them.
        failed: The number of those that failed for good.
    """

    root: str
    done: int = 0
    waiting: int = 0
    failed: int = 0


Event = (
    ImageQueued | AttemptEnded | RetryPutOff | PageBegan | CallEnded | PauseChanged | FolderScanned
)
