"""Describes the faults that a validation found, without values that may be keys."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING

from ocr_watcher.settings.model import settings_model
from ocr_watcher.settings.sections import holds_a_secret, models

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_SHOWN = 60
_NAME = re.compile(r"[A-Za-z_-]{1,20}")
"""The pattern of unknown names that may be shown, as they may be misspelt settings. The keys of an
account are longer and contain digits."""
_SENTENCES = {
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping of keys to values",
    "finite_number": "must be a finite number",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "invalid_key": "is no key; keys are texts",
    "is_instance_of": "must be a path (in quotes where it looks like a number)",
    "missing": "must be given",
    "model_type": "must be a mapping of keys to values",
    "string_type": "must be a text (in quotes where it looks like a number)",
    "tuple_type": "must be a list",
}


def problems_of(error: ValidationError, within: tuple[int | str, ...] = ()) -> list[str]:
    """Return the problems of the settings, in terms of the settings file.

    Args:
        error: The error that the validation of `Settings`, or of a part of them, raised.
        within: The path of that part.

    Returns:
        One sentence for each problem, beginning with the path of the setting.
    """
    faults = error.errors(include_url=False)
    return [problem for fault in faults for problem in _sentences_of(_moved(fault, within))]


def _moved(fault: ErrorDetails, within: tuple[int | str, ...]) -> ErrorDetails:
    return {**fault, "loc": (*within, *fault["loc"])}


def _sentences_of(fault: ErrorDetails) -> Iterator[str]:
    path = _path(fault["loc"])
    if fault["type"] == "extra_forbidden":
        yield _unknown_key(*fault["loc"])
    elif fault["type"] == "value_error":
        yield from (f"{path}: {sentence}" for sentence in fault["ctx"]["error"].args)
    else:
        sentence = _SENTENCES.get(fault["type"], fault["msg"].replace("Input should", "must"))
        yield f"{path}: {sentence}{_given_value(fault)}"


def _path(location: Iterable[int | str]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).removeprefix(".")


def _unknown_key(*location: int | str) -> str:
    *section, key = location
    if not _NAME.fullmatch(str(key)):
        return f"{_path(section) or 'settings'}: unknown key, not shown as it may be a secret"
    close = difflib.get_close_matches(str(key), _fields(section), 1)
    hint = f"did you mean {_path((*section, close[0]))}?" if close else "remove it"
    return f"{_path(location)}: unknown key; {hint}"


def _fields(section: list[int | str]) -> Iterable[str]:
    if not section:
        return settings_model().model_fields
    return models()[str(section[0])].model_fields


def _holds_secrets(section: int | str) -> bool:
    model = models().get(str(section))
    return model is not None and any(
        holds_a_secret(field.annotation) for field in model.model_fields.values()
    )


def _given_value(fault: ErrorDetails) -> str:
    value = fault["input"]
    if isinstance(value, (list, dict)) or _holds_secrets(fault["loc"][0]):
        # In a section with secrets no value is shown, as it may be a secret in the wrong place.
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f", not {text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}"
