"""Whether the formats of the settings get what they need of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import name_of_choice, policy_of
from ocr_watcher.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr_watcher.settings.model import Settings

COMMAND_LINE = "--format"


def places_problems(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    with_folders: bool = True,
    from_command_line: bool = False,
) -> list[str]:
    """Return which settings name a format that needs places of an engine that tells none.

    Args:
        settings: With what the command line overrides.
        environment: The environment variables, which may decide on the engine.
        with_folders: Whether something is written for the folders.
        from_command_line: Whether the formats are those of the command line.

    Returns:
        One sentence for each setting, beginning with its path.
    """
    named = dict(_named(settings, from_command_line=from_command_line, with_folders=with_folders))
    in_need = {path: names for path, formats in named.items() if (names := _in_need(formats))}
    if not in_need:
        return []
    engine = name_of_choice(settings, environment)
    policy = policy_of(settings, engine)
    if policy.tells_places:
        return []
    advice = policy.places_advice or "choose another engine, or other formats"
    return [
        f"{path}: {' and '.join(names)} need{'s' * (len(names) == 1)} the places of the lines, "
        f"which {engine} does not tell as it is set; {advice}"
        for path, names in in_need.items()
    ]


def _named(
    settings: Settings, *, from_command_line: bool, with_folders: bool
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the settings that say what is written, each with its path."""
    folders = settings.folders if with_folders else ()
    if from_command_line or not folders or any(folder.formats is None for folder in folders):
        path = COMMAND_LINE if from_command_line else "output.formats"
        yield path, settings.output.formats
    for index, folder in enumerate(folders):
        if folder.formats is not None:
            yield f"folders[{index}].formats", folder.formats


def _in_need(formats: Sequence[str]) -> list[str]:
    return [name for name in formats if FORMATS.named(name).needs_places]
