"""All addresses of the page as one application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from ocr_watcher.service.web.views import events, find, image, images, overview, retry
from ocr_watcher.service.web.views.errors import failed, refused
from ocr_watcher.service.web.views.static_files import static_file

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from ocr_watcher.service.web.live import Live
    from ocr_watcher.service.web.pictures.image_work import ImageWork
    from ocr_watcher.service.web.site import Sites


def build(sites: Sites, live: Live, work: ImageWork) -> ASGIApp:
    """Return the application with the routes of all pages.

    What must stand before it is not in it: the check of the host and of the token of a form, and
    `FaultAnswers`, as a fault of a view is raised once more after it was answered.

    Args:
        sites: Returns what is shown now; None while a reload is between two pipelines.
        live: The wake-up of the browsers that show the page.
        work: Does the work that needs a sandbox; whoever made it closes it.
    """
    routes = [
        *overview.routes(sites),
        *images.routes(sites),
        *image.routes(sites, work),
        *find.routes(sites),
        *retry.routes(sites),
        *events.routes(live),
        Route("/static/{name}", static_file),
    ]
    handlers = {HTTPException: refused, Exception: failed}
    return Starlette(routes=routes, exception_handlers=handlers)
