"""Events as a pipeline publishes them."""

from __future__ import annotations

from ocr_watcher.errors import ImageError
from ocr_watcher.events.model import AttemptEnded, CallEnded, PauseChanged
from ocr_watcher.service.messages.notices import Failure, Notices
from ocr_watcher.values.image import Image
from ocr_watcher.values.outcome import Failed, Recognised
from ocr_watcher.values.pause import Pause


def failed(
    name: str = "a.png", code: int | str = 216201, message: str = "no image"
) -> AttemptEnded:
    error = ImageError(code, message, advice="scan it again")
    return AttemptEnded(Image("/scans", name), Failed(error, 1))


def recognised(name: str = "b.png") -> AttemptEnded:
    return AttemptEnded(Image("/scans", name), Recognised(1, 1))


def paused(code: str = "17", endpoint: str = "") -> PauseChanged:
    return PauseChanged("baidu", Pause(code, "no calls left", "Buy some.", 1e9, 1e9 + 60), endpoint)


def resumed(endpoint: str = "") -> PauseChanged:
    return PauseChanged("baidu", None, endpoint)


def called(endpoint: str = "general") -> CallEnded:
    return CallEnded("baidu", endpoint, None, 0.1)


def one_failure(path: str = "/scans/a.png", code: str = "1") -> Notices:
    return Notices(failures=(Failure(path, code, "no image", "scan it again", path),))
