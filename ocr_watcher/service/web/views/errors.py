"""The pages for requests that cannot be answered."""

from __future__ import annotations

import http
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from ocr_watcher.service.web.views.rendering import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_OWN_FAULT = (
    "This page cannot be shown, by a fault of ocr-watcher. The log has it; the work goes on."
)
_NOT_HERE = "There is nothing at this address. The image may be gone, or the page was restarted."


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request that is refused with a page that says why."""
    if not isinstance(error, HTTPException):
        raise error
    status = http.HTTPStatus(error.status_code)
    # If a view gives no reason, the library gives the status in words.
    told = "" if error.detail == status.phrase else error.detail
    told = told or (_NOT_HERE if status is http.HTTPStatus.NOT_FOUND else "")
    return _page(request, status, told, dict(error.headers or {}))


async def failed(request: Request, _: Exception) -> Response:
    """Answer a request after a fault of the page itself; `FaultAnswers` logs the fault."""
    return _page(request, http.HTTPStatus.INTERNAL_SERVER_ERROR, _OWN_FAULT, {})


def _page(
    request: Request, status: http.HTTPStatus, told: str, headers: dict[str, str]
) -> Response:
    context = {"status": status.value, "phrase": status.phrase, "told": told}
    return page(request, "error.html", context, status=status.value, headers=headers)
