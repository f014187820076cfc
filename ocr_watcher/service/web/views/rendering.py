"""Answers that are rendered from templates."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from ocr_watcher.service.web.views import shown
from ocr_watcher.service.web.views.static_files import address_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_TEMPLATES = Path(__file__).parent.parent / "templates"


def page(
    request: Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Return a page.

    Args:
        request: The request.
        template: The file of the template, which extends ``base.html``.
        context: The values that the template shows, in addition to ``path`` and ``token``.
        status: The status of the answer.
        headers: Further headers.
    """
    text = (
        environment()
        .get_template(template)
        .render(context, path=request.url.path, token=token_of(request))
    )
    return HTMLResponse(text, status, headers)


def token_of(request: Request) -> str:
    """Return the token that a form of the page must send; empty if there is no guard."""
    token: str = request.scope.get("state", {}).get("token", "")
    return token


@functools.cache
def environment() -> Environment:
    """Return the environment of the templates.

    It makes each value harmless (see `shown.harmless`), then escapes it for HTML.
    """
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown.harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        name=shown.name, when=shown.when, number=shown.number, counted=shown.counted
    )
    made.globals.update(static=address_of)
    return made
