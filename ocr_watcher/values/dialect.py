"""The names that Baidu's answers have for what is known of a line.

The service's answers come in them, the JSON sidecars speak them, whatever the engine, and the
ledger has kept readings in them from the beginning. No other part of the program reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Quad

_FARTHEST = 1e7
"""Pixels. No page is as large; a number beyond it is a fault of the answer."""
_CORNERS = 4


def line_of(text: str, told: Mapping[str, Any]) -> Line:
    """Return a line as an answer tells of it.

    The service is not trusted: a place or a score of another shape than the documented one is none.

    Args:
        text: Its text.
        told: What else the answer tells, under its own names: ``location`` (``left``, ``top``,
            ``width``, ``height``), ``vertexes_location``, ``probability`` (``average`` …) and more.
    """
    return Line(
        text,
        _box(told.get("location")),
        _quad(told.get("vertexes_location")),
        _score(told.get("probability")),
        told,
    )


def fields_of(line: Line) -> Mapping[str, Any]:
    """Return what an answer tells of a line beside its text, under the names of answers.

    A service's own words are repeated as they are. What an engine without such words found is put
    into them.
    """
    if line.told:
        return line.told
    fields: dict[str, Any] = {}
    if line.box is not None:
        fields["location"] = line.box._asdict()
    if line.score is not None:
        fields["probability"] = {"average": line.score}
    if line.quad is not None:
        fields["vertexes_location"] = [{"x": x, "y": y} for x, y in line.quad]
    return fields


def _box(location: Any) -> Rectangle | None:
    if not isinstance(location, Mapping):
        return None
    box: list[Any] = [location.get(name) for name in Rectangle._fields]
    return Rectangle(*box) if all(map(_is_place, box)) else None


def _quad(corners: Any) -> Quad | None:
    if not isinstance(corners, list) or len(corners) != _CORNERS:
        return None
    if not all(isinstance(corner, Mapping) for corner in corners):
        return None
    quad = tuple((corner.get("x"), corner.get("y")) for corner in corners)
    return quad if all(_is_place(at) for point in quad for at in point) else None


def _score(probability: object) -> float | None:
    average = probability.get("average") if isinstance(probability, Mapping) else None
    if not isinstance(average, int | float) or isinstance(average, bool):
        return None
    return average if 0.0 <= average <= 1.0 else None


def _is_place(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -_FARTHEST <= value <= _FARTHEST
