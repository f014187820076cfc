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

    The guards are not part of it. They check the host and the token of a form. `FaultAnswers` is
    needed as well, because a fault of a view is raised again after it was answered.

    Args:
        sites: A function that returns what is shown now; None during a reload.
        live: The wake-up of the browsers that show the page.
        work: The work that needs a sandbox; the caller closes it.
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
