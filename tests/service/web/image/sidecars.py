"""Sidecars that tests write in the place of the program."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.service.web.image.gallery import Gallery


def write_json(gallery: Gallery, name: str, *items: dict[str, Any], size: Any = (400, 300)) -> None:
    """Puts a JSON sidecar beside an image, and a text, both as old as the image."""
    told = {
        "words_result": list(items),
        "pages": [{"page": 1, "width": size[0], "height": size[1]}],
    }
    image = gallery.folder / name
    for suffix, content in ((".json", json.dumps(told)), (".txt", "text")):
        sidecar = gallery.folder / (name + suffix)
        sidecar.write_text(content)
        os.utime(sidecar, ns=(image.stat().st_mtime_ns,) * 2)


def line(words: str, **more: Any) -> dict[str, Any]:
    box = {"left": 10, "top": 20, "width": 100, "height": 20}
    return {"words": words, "page": 1, "location": box} | more
