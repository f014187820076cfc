"""The notation of values in environment variables, which can only contain text.

Texts and paths are written as they are, numbers and mappings in the notation of YAML, which
includes that of JSON. A list is words between spaces, or a list in YAML's notation. Folders may
have spaces in their names, so folders that are not a list in YAML's notation are one folder.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from ocr_watcher.errors import SettingsError
from ocr_watcher.settings.sections import section_of
from ocr_watcher.settings.yaml_file import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

_NUMBERS = frozenset({bool, float, int})
_BEGINNINGS = ("[", "{", "- ")


def read_value(source: str, text: str, field: FieldInfo) -> Any:
    """Return the value that a variable gives to a setting; the model has to check it.

    Args:
        source: The name of the variable, for errors.
        text: Its text.
        field: The field of the setting.

    Raises:
        SettingsError: A list or a mapping is not written as one.
    """
    kinds = set(_kinds(field.annotation))
    if section_of(field) is not None:
        folders = _listed(source, text)
        return [_absolute(folder) for folder in ([text] if folders is None else folders)]
    if tuple in kinds:
        return words(source, text)
    if Mapping in kinds:
        return read_text(source, text)
    if kinds & _NUMBERS:
        with contextlib.suppress(SettingsError):  # the model says what it must be
            return read_text(source, text)
    return _absolute(text) if Path in kinds else text


def words(source: str, text: str) -> list[Any]:
    """Return the list in a text.

    Raises:
        SettingsError: It begins like a list in YAML's notation, but is invalid.
    """
    listed = _listed(source, text)
    return text.split() if listed is None else listed


def _listed(source: str, text: str) -> list[Any] | None:
    """Return the list of a text in YAML's notation; None for a text that does not begin so."""
    if not text.lstrip().startswith(_BEGINNINGS):
        return None
    value = read_text(source, text)
    return value if isinstance(value, list) else [value]


def _absolute(value: Any) -> Any:
    """Make a path, or the path in a mapping, absolute, from the current directory."""
    if isinstance(value, dict):
        # Not by recursion: an alias of YAML may make a mapping its own path.
        path = value.get("path")
        return {**value, "path": _absolute(path)} if isinstance(path, str) else value
    if not isinstance(value, str) or not value or value.startswith("~"):
        return value
    return str(Path(value).absolute())


def _kinds(annotation: object) -> Iterator[object]:
    """Yield the types that a value may have, without their type arguments."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _kinds(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for each in get_args(annotation):
            yield from _kinds(each)
    else:
        yield origin or annotation
