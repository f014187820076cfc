"""Finds keys in the settings file that other users can read."""

from __future__ import annotations

import shlex
import stat
from typing import TYPE_CHECKING

from pydantic import SecretStr

from ocr_watcher.values.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.settings.model import Settings


def warnings(path: Path | None, settings: Settings) -> list[str]:
    """Return warnings about settings that are valid but unwise.

    Args:
        path: The settings file; None if there is none.
        settings: The settings that were read.

    Returns:
        One sentence for each warning, beginning with the path of the setting.
    """
    keys = list(_keys_in(settings))
    if not (path and keys and path.stat().st_mode & stat.S_IROTH):
        return []
    advice = f"run chmod o-r {shlex.quote(str(path))}, or keep the key in a file of its own"
    return [f"{key}: every user of this machine can read it in {path}; {advice}" for key in keys]


def _keys_in(settings: Settings) -> Iterator[str]:
    """Yield the paths of the secret settings that are set."""
    for name, section in settings:
        for key, value in section if isinstance(section, Section) else ():
            if any(isinstance(each, SecretStr) for each in (value, *_several(value))):
                yield f"{name}.{key}"


def _several(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
