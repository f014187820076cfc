"""The places among the fields of Baidu's answers, mapped to another picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.geometry import Rectangle

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Transform

_POINT_LISTS = (
    "vertexes_location",
    "finegrained_vertexes_location",
    "min_finegrained_vertexes_location",
)


def in_original(fields: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    """Map every location among the fields of a line or a page to pixels of the original picture.

    The service is not trusted: a value that does not have the documented shape stays as it is.

    Args:
        fields: The fields in the shape of Baidu's answers: ``location`` (``left``, ``top``,
            ``width``, ``height``) and lists of ``{x, y}`` under ``vertexes_location`` and its finer
            variants, at any depth, as within each of ``chars`` or of ``paragraphs_result``. Engines
            bound the depth of an answer, as each level is a recursive call.
        transform: The transform from the page that went to the engine to the original.

    Returns:
        A copy of the fields with whole pixels of the original in each location.
    """
    return {name: _mapped(name, value, transform) for name, value in fields.items()}


def _mapped(name: str, value: object, transform: Transform) -> object:
    if isinstance(value, Mapping):
        inner = in_original(value, transform)
        return _rectangle(inner, transform) if name == "location" else inner
    if isinstance(value, list):
        inner_items = [_mapped("", item, transform) for item in value]
        if name in _POINT_LISTS:
            return [_point(item, transform) for item in inner_items]
        return inner_items
    return value


def _rectangle(location: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    try:
        told = Rectangle(*(location[name] for name in Rectangle._fields))
        return {**location, **told.mapped(transform)._asdict()}
    except (KeyError, TypeError, ValueError, OverflowError):
        return dict(location)


def _point(point: object, transform: Transform) -> object:
    if not isinstance(point, Mapping):
        return point
    try:
        x, y = transform.point(point["x"], point["y"])
        return {**point, "x": round(x), "y": round(y)}
    except (KeyError, TypeError, ValueError, OverflowError):
        return point
