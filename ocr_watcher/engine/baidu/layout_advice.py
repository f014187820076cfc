"""The check whether the endpoint fits the layouts of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from ocr_watcher.engine.baidu.settings import BaiduSettings


def check_layout(
    baidu: BaiduSettings, layouts: AbstractSet[str], setting: str = "baidu.endpoint"
) -> Result | None:
    """Return the advantage of another endpoint; None if there is none.

    Args:
        baidu: The settings, which name the endpoint that is called.
        layouts: The layouts of the folders whose images it reads.
        setting: The key of the setting for another endpoint.
    """
    endpoint = ENDPOINTS[baidu.endpoint]
    if endpoint.tells_places or layouts <= {"lines"}:
        return None
    finding = (
        f"{endpoint.name} does not say where lines stand, so their text keeps the service's order; "
        f"with {setting}: {endpoint.with_places} rows and columns are laid out as on the paper"
    )
    return Result("ok", "layout", finding)
