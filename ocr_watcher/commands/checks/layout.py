"""What the text's layout needs of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.result import Result
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS

if TYPE_CHECKING:
    from ocr_watcher.settings.model import Settings


def check_layout(settings: Settings) -> Result | None:
    """Return what another endpoint of the service would give; None where it would give no more."""
    endpoint = ENDPOINTS[settings.baidu.endpoint]
    if endpoint.tells_places or settings.output.layout == "lines":
        return None
    named = endpoint.name.removesuffix("_basic")
    better = named if named in ENDPOINTS and named != endpoint.name else "general"
    finding = (
        f"{endpoint.name} does not say where lines stand, so their text keeps the service's order; "
        f"with baidu.endpoint: {better} rows and columns are laid out as on the paper"
    )
    return Result("ok", "layout", finding)
