"""What the text's layout needs of the service."""

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
    """Return what another endpoint would give; None where it would give no more.

    Args:
        baidu: Which endpoint is called.
        layouts: Those of the folders whose images it reads.
        setting: Where another endpoint is set.
    """
    endpoint = ENDPOINTS[baidu.endpoint]
    if endpoint.tells_places or layouts <= {"lines"}:
        return None
    finding = (
        f"{endpoint.name} does not say where lines stand, so their text keeps the service's order; "
        f"with {setting}: {endpoint.with_places} rows and columns are laid out as on the paper"
    )
    return Result("ok", "layout", finding)
