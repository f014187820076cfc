"""The button that makes failed images wait again: one of them, or all of a code."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from ocr_watcher.service.retry import make_wait
from ocr_watcher.service.web.views.choice import chosen
from ocr_watcher.service.web.views.current import current
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from ocr_watcher.index.entry import Entry
    from ocr_watcher.service.web.site import Site, Sites
    from ocr_watcher.service.web.views.choice import Choice

_MOST_FIELDS = 20
_AT_ONCE = 200
_SECONDS = 10.0
"""The longest time for one press of the button, in seconds. The answer reports the images that are
left."""
_LONGEST_NUMBER = 7
"""The most digits of a number in the report, as anybody can make up its address."""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a press of the button.

    Attributes:
        again: The number of images that wait again.
        faults: The number of images that could not be made to wait.
        is_whole: Whether all images were processed.
    """

    again: int
    faults: int
    is_whole: bool = True

    @property
    def parts(self) -> dict[str, object]:
        """The report as parts of an address."""
        more = {} if self.is_whole else {"more": 1}
        return {"again": str(self.again), "faults": str(self.faults), **more}


def report_of(query: Mapping[str, str]) -> Report | None:
    """Return the report in an address; None if there is none."""
    numbers = [query.get(part, "") for part in ("again", "faults")]
    if not all(_is_number(number) for number in numbers):
        return None
    again, faults = map(int, numbers)
    return Report(again, faults, "more" not in query)


def routes(sites: Sites) -> list[Route]:
    """Return the route of the button.

    The guards before the page make sure that the form is from this page.
    """

    async def retry(request: Request) -> Response:
        fields = _fields(await request.body())
        address = await run_in_threadpool(_answer_to_press, current(sites), fields)
        return RedirectResponse(address, 303)

    return [Route("/retry", retry, methods=["POST"])]


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "The form cannot be read.") from None


def _answer_to_press(site: Site, fields: Mapping[str, str]) -> str:
    if fields.get("id"):
        return _one_again(site, fields)
    choice = chosen(fields, site.folders)
    if not choice.code:
        raise HTTPException(400, "The form names neither an image nor a code.")
    return choice.address(**_all_again(site, choice).parts)


def _one_again(site: Site, fields: Mapping[str, str]) -> str:
    entry = site.index.entry_of(fields["id"])
    if entry is None:
        raise HTTPException(404, "This image is not in a watched folder any more.")
    choice = chosen(fields, site.folders)
    report = _made_wait(site, [entry], None)
    if fields.get("back") == "image":
        return f"/images/{entry.id}"
    return choice.address(**report.parts)


def _all_again(site: Site, choice: Choice) -> Report:
    return _made_wait(site, _failed(site, choice), choice.code)


def _failed(site: Site, choice: Choice) -> Iterator[Entry]:
    """Yield the images of the list that the button belongs to, page by page."""
    following = ""
    while True:
        listed = site.index.images(choice.wanted, following, _AT_ONCE)
        yield from listed.entries
        following = listed.following
        if not following:
            return


def _made_wait(site: Site, entries: Iterable[Entry], code: str | None) -> Report:
    again = faults = 0
    deadline = time.monotonic() + _SECONDS
    hung = site.snapshot().hung
    for entry in entries:
        if time.monotonic() > deadline or site.stopping():
            return Report(again, faults, is_whole=False)
        image = entry.image
        if image.root in hung:
            faults += 1
            continue
        try:
            again += answered(functools.partial(make_wait, image, code, site.ledger), of=image.root)
        except OSError:  # its folder does not answer, or may not be written to
            faults += 1
    return Report(again, faults)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
