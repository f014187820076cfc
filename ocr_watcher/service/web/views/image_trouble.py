"""The answers for a part of an image that cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from ocr_watcher.errors import EngineError, ImageError, Stopped
from ocr_watcher.service.web.pictures.picture_queue import BusyError
from ocr_watcher.service.web.safe_file import FileChangedError
from ocr_watcher.storage.file_faults import GONE

if TYPE_CHECKING:
    from ocr_watcher.sidecars.error_file import Failure

REPLACED = "The image was replaced a moment ago. Load its page again."

_SOON = {"Retry-After": "2"}
_BUSY = "There are too many pictures to make at the moment. Try again in a few seconds."
_NO_SUCH = frozenset({"no-such-page", "no-such-place"})


def refusal(error: OSError) -> HTTPException:
    """Return the answer for a file or folder that cannot be read."""
    if error.errno in GONE:
        return HTTPException(404, "The file of this image is not there any more.")
    return HTTPException(503, "The folder of this image does not answer, or may not be read.")


async def told(work: Any) -> Any:
    """Return the result of work with an image, or raise the answer for its fault.

    Raises:
        HTTPException: There is no result.
    """
    try:
        return await work
    except (BusyError, Stopped) as error:
        raise HTTPException(503, _BUSY, _SOON) from error
    except FileChangedError as error:
        raise HTTPException(409, REPLACED) from error
    except ImageError as error:
        status = 404 if error.code in _NO_SUCH else 422
        raise HTTPException(status, f"There is no picture of it: {error}.") from error
    except EngineError as error:
        raise HTTPException(503, f"There is no picture of it now: {error}.", _SOON) from error
    except OSError as error:
        raise refusal(error) from error


def is_told_by(failure: Failure | None, error: HTTPException) -> bool:
    """Return whether the failure of an image is the same fault as the one that hides its picture.

    Args:
        failure: Why the image failed, if it did.
        error: The error of `told`.
    """
    fault = error.__cause__
    return failure is not None and isinstance(fault, ImageError) and failure.code == str(fault.code)
