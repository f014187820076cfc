"""The page of one image: its picture beside its text, its history and its sidecars."""

from __future__ import annotations

import functools
import hashlib
import re
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from ocr_watcher.index.folding import words_of
from ocr_watcher.service.web.pictures.pictures import Pictures
from ocr_watcher.service.web.transcript.best_row import place_of, rows_of
from ocr_watcher.service.web.transcript.transcripts import Known, Transcripts
from ocr_watcher.service.web.views.current import current
from ocr_watcher.service.web.views.downloads import sidecar_answer
from ocr_watcher.service.web.views.image_details import ImageDetails, details_of
from ocr_watcher.service.web.views.image_lines import shown_lines
from ocr_watcher.service.web.views.image_trouble import REPLACED, is_told_by, refusal, told
from ocr_watcher.service.web.views.leaving import while_there
from ocr_watcher.service.web.views.rendering import page
from ocr_watcher.sidecars.state import State
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from ocr_watcher.index.entry import Entry
    from ocr_watcher.service.web.pictures.image_work import ImageWork
    from ocr_watcher.service.web.pictures.pictures import Picture
    from ocr_watcher.service.web.safe_file import SafeFile
    from ocr_watcher.service.web.site import Site, Sites
    from ocr_watcher.service.web.transcript.text_page import TextPage

MOST_PAGES = 200
"""The pages of a file that are shown, from the first one. The sidecars have all of them."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PAGE = re.compile(r"[1-9][0-9]{0,3}")


def routes(sites: Sites, work: ImageWork) -> list[Route]:
    """Return the routes of the page of an image.

    Args:
        sites: A function that returns what is shown now.
        work: The work that needs a sandbox.
    """
    views = ImageViews(sites, work)
    return [
        Route("/images/{id}", views.image),
        Route("/images/{id}/picture", views.picture),
        Route("/images/{id}/cutout", views.cutout),
        Route("/images/{id}/file/{format}", views.file),
    ]


@dataclass(frozen=True, slots=True)
class _AskedImage:
    """An image that was requested, with its facts."""

    site: Site
    entry: Entry
    details: ImageDetails

    @property
    def known(self) -> Known:
        """The sources of its text."""
        return Known(
            self.details.file,
            self.details.sidecars,
            self.details.state is State.DONE,
            self.site.engines.get(self.entry.image.root),
            self.site.ledger,
            self.site.settings.pdf.text,
        )


class ImageViews:
    """The views of one image."""

    def __init__(self, sites: Sites, work: ImageWork) -> None:
        """Create the views; nothing is started before the first request.

        Args:
            sites: A function that returns what is shown now.
            work: The work that needs a sandbox.
        """
        self._sites = sites
        self._pictures = Pictures(work)
        self._transcripts = Transcripts(work)

    async def image(self, request: Request) -> Response:
        """Answer with the page of an image."""
        number = _number(request)
        found = await self._found(request)
        picture, text, trouble = await while_there(request, self._page(found, number))
        known = picture.pages if picture else text.pages if text else 0
        pages = max(1, min(known, MOST_PAGES))
        if number > pages:
            raise HTTPException(404, "The image has no page of that number.")
        words = words_of(request.query_params.getlist("words"))
        lines = shown_lines(text, picture, words)
        query = {"page": number, "of": _token(found.details.file)}
        context = {
            "entry": replace(found.entry, state=found.details.state),
            "details": found.details,
            "several": len(found.site.folders) > 1,
            "picture": picture,
            "address": f"/images/{found.entry.id}/picture?{urlencode(query)}",
            "trouble": trouble,
            "text": text,
            "lines": lines,
            "rows": rows_of(lines),
            "is_placed": any(line.corners for line in lines),
            "number": number,
            "pages": pages,
            "has_more": known > MOST_PAGES,
            "turn": functools.partial(_turned, request.query_params.getlist("words")),
        }
        return page(request, "image.html", context)

    async def picture(self, request: Request) -> Response:
        """Answer with the picture of a page."""
        number = _number(request)
        found = await self._found(request)
        expected = request.query_params.get("of")
        if expected is not None and expected != _token(found.details.file):
            raise HTTPException(409, REPLACED)
        made = self._pictures.of(found.details.file, number)
        return _as_answer(await while_there(request, told(made)))

    async def cutout(self, request: Request) -> Response:
        """Answer with the piece of the picture that has the line or row of a hit."""
        number = _number(request)
        words = words_of(request.query_params.getlist("words"))
        found = await self._found(request)
        made = self._cutout(found, number, words)
        return _as_answer(await while_there(request, told(made)))

    async def file(self, request: Request) -> Response:
        """Answer with a sidecar."""
        found = await self._found(request)
        sidecar = found.details.sidecars.get(request.path_params["format"])
        if sidecar is None:
            raise HTTPException(404, "There is no such file that was made from the image.")
        return sidecar_answer(sidecar)

    async def _found(self, request: Request) -> _AskedImage:
        """Return the image of a request, which must be in a folder that is watched now."""
        return await run_in_threadpool(_find, current(self._sites), request.path_params["id"])

    async def _page(
        self, found: _AskedImage, number: int
    ) -> tuple[Picture | None, TextPage | None, str]:
        """Return the picture and the text of a page, and why one is missing, if not known yet."""
        picture, text, trouble = None, None, ""
        try:
            picture = await told(self._pictures.of(found.details.file, number))
        except HTTPException as error:
            if error.status_code == HTTPStatus.NOT_FOUND:  # of the file, or of the page
                raise
            trouble = "" if is_told_by(found.details.failure, error) else error.detail
        try:
            text = await told(self._transcripts.of(found.known, number))
        except HTTPException as error:
            trouble = trouble or error.detail
        return picture, text, trouble

    async def _cutout(self, found: _AskedImage, number: int, words: Sequence[str]) -> Picture:
        text = await self._transcripts.of(found.known, number)
        place = place_of(text.lines, words) if text is not None else None
        if place is None:
            raise HTTPException(404, "It is not known where the words are on the page.")
        return await self._pictures.of(found.details.file, number, place)


def _find(site: Site, name: str) -> _AskedImage:
    entry = site.index.entry_of(name) if _ID.fullmatch(name) else None
    if entry is None or entry.image.root not in site.folders:
        raise HTTPException(404, "This image is not in a watched folder any more.")
    image = entry.image
    try:
        if image.root in site.snapshot().hung:
            raise TimeoutError
        return _AskedImage(
            site, entry, answered(functools.partial(details_of, image, site), of=image.root)
        )
    except OSError as error:
        raise refusal(error) from error


def _number(request: Request) -> int:
    """Return the number of the requested page."""
    asked = request.query_params.get("page", "1")
    if not _PAGE.fullmatch(asked) or int(asked) > MOST_PAGES:
        raise HTTPException(404, f"Only the pages from 1 to {MOST_PAGES} are shown.")
    return int(asked)


def _token(file: SafeFile) -> str:
    """Return a short name of a content, by which caches distinguish pictures."""
    content = file.content
    stamp = f"{content.size} {content.mtime_ns} {content.ctime_ns}"
    return hashlib.sha256(stamp.encode()).hexdigest()[:16]


def _turned(words: Sequence[str], number: int) -> str:
    """Return the query for another page of the image."""
    found = [("words", " ".join(words))] if words else []
    return "?" + urlencode([("page", str(number)), *found], errors="replace")


def _as_answer(picture: Picture) -> Response:
    return Response(picture.data, media_type=picture.media_type)
