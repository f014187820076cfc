"""The style, the scripts and the icon of the page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

_DIRECTORY = Path(__file__).parent.parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    media_type: str
    digest: str


def address_of(name: str) -> str:
    """Return the address of a file, which changes with its content."""
    return f"/static/{name}?v={_files()[name].digest}"


def static_file(request: Request) -> Response:
    """Answer with a file. If the address has its digest, the browser may keep it."""
    file = _files().get(request.path_params["name"])
    if file is None:
        raise HTTPException(404)
    kept = request.query_params.get("v") == file.digest
    headers = {"Cache-Control": _FOR_A_YEAR} if kept else {}
    return Response(file.content, media_type=file.media_type, headers=headers)


@cache
def _files() -> Mapping[str, _File]:
    """Return all files by name. No other file is ever opened for a request."""
    found = {}
    for path in sorted(_DIRECTORY.iterdir()):
        if path.suffix in _TYPES:
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:16]
            found[path.name] = _File(content, _TYPES[path.suffix], digest)
    return found
