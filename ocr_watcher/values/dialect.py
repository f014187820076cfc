"""The names of the fields that a line has in Baidu's answers.

The service's answers use these names, and so do the JSON sidecars of every engine and the readings
in the ledger. No other part of the program uses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ocr_watcher.values.geometry import Rectangle
from ocr_watcher.values.reading import Line
from ocr_watcher.values.word import Character, Word, words_from

if TYPE_CHECKING:
    from ocr_watcher.values.geometry import Quad

_FARTHEST = 1e7
"""The largest number of pixels that is accepted; a larger one is a fault of the answer."""
_CORNERS = 4

_CHARACTERS = "chars"
_WORDS = "words"


def line_of(text: str, fields: Mapping[str, Any]) -> Line:
    """Return a line from its fields in an answer.

    The service is not trusted: a place or a score that does not have the documented shape counts as
    not given.

    Args:
        text: Its text.
        fields: The other fields of the line, under the service's names: ``location`` (``left``,
            ``top``, ``width``, ``height``), ``vertexes_location``, ``probability`` (``average`` …),
            ``chars`` (each ``char`` and ``location``) and more.
    """
    return Line(
        text,
        _box(fields.get("location")),
        _quad(fields.get("vertexes_location")),
        _score(fields.get("probability")),
        fields,
        _words_of_characters(text, fields.get(_CHARACTERS)),
    )


def fields_of(line: Line) -> Mapping[str, Any]:
    """Return the fields of a line, without its text, under the names of Baidu's answers.

    Fields that a service sent are returned unchanged. For an engine without such fields, they are
    built from the places and the score of the line.
    """
    if line.fields:
        return line.fields
    fields: dict[str, Any] = {}
    if line.box is not None:
        fields["location"] = line.box._asdict()
    if line.score is not None:
        fields["probability"] = {"average": line.score}
    if line.quad is not None:
        fields["vertexes_location"] = [{"x": x, "y": y} for x, y in line.quad]
    return fields


def stored_of(line: Line) -> Mapping[str, Any]:
    """Return the fields of a line that the ledger keeps: `fields_of`, and the words.

    The words are stored under the key of the text in an answer, which these fields never contain.
    Versions of the program without words therefore read and write the other fields as before.
    """
    fields = fields_of(line)
    if not line.words or _CHARACTERS in fields:  # the fields contain the words already
        return fields
    return {**fields, _WORDS: [[word.text, word.quad, word.score] for word in line.words]}


def line_from(text: str, stored: Mapping[str, Any]) -> Line:
    """Return a line as the ledger kept it.

    Raises:
        ValueError: The words are of another shape.
        TypeError: Likewise.
    """
    fields = {name: value for name, value in stored.items() if name != _WORDS}
    line, words = line_of(text, fields), stored.get(_WORDS)
    return line if words is None else replace(line, words=tuple(_word(*each) for each in words))


def _word(text: str, quad: Quad, score: float | None) -> Word:
    return Word(text, tuple((x, y) for x, y in quad), score)


def _words_of_characters(text: str, characters: object) -> tuple[Word, ...]:
    if not isinstance(characters, list):
        return ()
    known = [found for each in characters if (found := _character(each))]
    return words_from(text, known) if len(known) == len(characters) else ()


def _character(fields: object) -> Character | None:
    if not isinstance(fields, Mapping):
        return None
    text, box = fields.get("char"), _box(fields.get("location"))
    return Character(text, box) if isinstance(text, str) and box else None


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
