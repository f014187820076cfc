"""The names of the environment variables that give settings."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "OCR_WATCHER_"


@dataclass(frozen=True, slots=True)
class AlsoShort:
    """The annotation of a setting whose variable has a short name as well."""


def variable_of(section: str, name: str) -> str:
    """Return the variable of a setting: its path in capitals, such as OCR_WATCHER_LOG__LEVEL.

    Args:
        section: The section; empty for a setting at the top.
        name: The name of the setting in the section.
    """
    return PREFIX + "__".join(filter(None, (section, name))).upper()


def short_variable_of(section: str, name: str) -> str:
    """Return the short name of a variable, with a single ``_`` after the section.

    Args:
        section: The section.
        name: The name of the setting in the section.
    """
    return f"{PREFIX}{section}_{name}".upper()
