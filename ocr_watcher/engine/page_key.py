"""The keys of the cache."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_watcher.values.page import Page
    from ocr_watcher.values.reading import EngineIdentity


class PageKeys:
    """The keys of pages in the cache for one engine, as each engine reads a page differently."""

    def __init__(self, engine: EngineIdentity) -> None:
        """Create the keys for an engine and the options of its calls."""
        asked = [engine.name, engine.endpoint, sorted(engine.options.items())]
        self._asked = json.dumps(asked).encode()

    def of(self, page: Page) -> bytes:
        """Return the key of a page."""
        return hashlib.sha256(page.digest + self._asked).digest()
