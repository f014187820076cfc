"""The site as it is now, or an answer that says that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from ocr_watcher.service.web.site import Site, Sites

_RELOAD_SECONDS = 5
"""When to ask again while the settings are read anew."""


def current(sites: Sites) -> Site:
    """Return what is shown now.

    Raises:
        HTTPException: 503, while a reload is between two pipelines.
    """
    site = sites()
    if site is None:
        raise HTTPException(
            503, "The settings are being read again.", {"Retry-After": str(_RELOAD_SECONDS)}
        )
    return site
