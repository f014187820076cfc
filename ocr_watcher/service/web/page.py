"""All addresses of the page as one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Route

from ocr_watcher.service.web.views.static_files import static_file

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ocr_watcher.service.web.live import Live
    from ocr_watcher.service.web.site import Sites


def build(sites: Sites, live: Live) -> ASGIApp:
    """Return the application with the routes of all pages.

    Args:
        sites: Returns what is shown now; None while a reload is between two pipelines.
        live: The wake-up of the browsers that show the page.
    """
    return Starlette(routes=[Route("/static/{name}", static_file)])
