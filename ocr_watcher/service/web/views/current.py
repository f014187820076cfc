"""The present site, or an answer that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from ocr_watcher.service.web.site import Site, Sites

_RELOAD_SECONDS = 5
"""The header with the seconds after which to try again while the settings are read."""


def current(sites: Sites) -> Site:
    """Return the site that is shown now.

    Raises:
        HTTPException: 503, during a reload, between two pipelines.
    """
    site = sites()
    if site is None:
        raise HTTPException(
            503, "The settings are being read again.", {"Retry-After": str(_RELOAD_SECONDS)}
        )
    return site
