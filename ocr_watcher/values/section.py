"""The base of the sections of the settings: a strict model, and types that several sections use."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from ocr_watcher.values.written import written_as

_LONGEST = 86_400  # seconds of a day: a larger number is a mistake in the unit


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The context in which the settings are validated.

    Without it, no file is looked for, and every path must be absolute.

    Attributes:
        directory: The absolute directory that relative paths start from.
        folders_needed: Whether there must be a folder, and each must exist.
    """

    directory: Path
    folders_needed: bool


class Section(BaseModel):
    """A mapping in the settings file, of which every key is known.

    It is strict: ``"4"`` is no number. An error never contains the given value, as it may be a key
    of an account. The docstring of a field, in Markdown, is its description for people.
    """

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=True
    )


SectionT = TypeVar("SectionT", bound=Section)


def _absolute(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, (str, Path)):
        return value
    expanded = os.path.expanduser(value)  # noqa: PTH111  Path's raises where no home is known
    if not _can_name_a_file(expanded):
        raise ValueError("must be a path")
    if expanded.startswith("~"):
        raise ValueError("begins with ~, but no such home folder is known; give the whole path")
    path = info.context.directory / expanded if info.context else Path(expanded)
    if not path.is_absolute():
        raise ValueError("must be an absolute path")
    return Path(os.path.normpath(path))


def _can_name_a_file(text: str) -> bool:
    try:
        return bool(text) and b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:  # a lone surrogate, which YAML can escape
        return False


Location = Annotated[Path, BeforeValidator(_absolute), written_as(r"[^\x00]+")]
"""A path; a relative path starts from the folder of the settings file."""
Seconds = Annotated[float, Field(ge=0, le=_LONGEST, allow_inf_nan=False)]
SomeSeconds = Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)]
"""A number of seconds above zero."""
