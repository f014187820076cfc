"""Finds formats of the settings that need places from an engine that gives none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import name_of_choice, policy_of
from ocr_watcher.formats.registry import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ocr_watcher.engine.description import Policy
    from ocr_watcher.settings.model import Settings

COMMAND_LINE = "--format"


def places_problems(
    settings: Settings,
    environment: Mapping[str, str],
    *,
    with_folders: bool = True,
    from_command_line: bool = False,
) -> list[str]:
    """Return the settings with a format that needs places, if the engine gives none.

    Args:
        settings: The settings, with the overrides of the command line.
        environment: The environment variables, which may decide on the engine.
        with_folders: Whether files are written for the folders.
        from_command_line: Whether the formats are those of the command line.

    Returns:
        One sentence for each setting, beginning with its path.
    """
    engine = name_of_choice(settings, environment)
    uses = _uses(settings, from_command_line=from_command_line, with_folders=with_folders)
    found = (_problem(settings, engine, use) for use in uses)
    return list(dict.fromkeys(filter(None, found)))


@dataclass(frozen=True, slots=True)
class _Use:
    """A setting that names formats.

    Attributes:
        path: The path of the setting.
        formats: Their names.
        index: The index of the folder of the setting; None for the section of the output.
    """

    path: str
    formats: Sequence[str]
    index: int | None = None


def _uses(settings: Settings, *, from_command_line: bool, with_folders: bool) -> Iterator[_Use]:
    path = COMMAND_LINE if from_command_line else "output.formats"
    if not (with_folders and settings.folders):
        yield _Use(path, settings.output.formats)
        return
    for index, folder in enumerate(settings.folders):
        if folder.formats is None:
            yield _Use(path, settings.output.formats, index)
        else:
            yield _Use(f"folders[{index}].formats", folder.formats, index)


def _problem(settings: Settings, engine: str, use: _Use) -> str | None:
    names = _that_need_places(use.formats)
    root = "" if use.index is None else settings.roots[use.index]
    policy = policy_of(settings, engine, root)
    if not names or policy.tells_places:
        return None
    return (
        f"{use.path}: {' and '.join(names)} need{'s' * (len(names) == 1)} the places of the lines, "
        f"which {engine} does not tell as it is set; {_advice(settings, engine, policy, use)}"
    )


def _advice(settings: Settings, engine: str, policy: Policy, use: _Use) -> str:
    if not policy.places_setting:
        return "choose another engine, or other formats"
    key, value = policy.places_setting
    is_own = use.index is not None and settings.own_settings(settings.roots[use.index], {key})
    return f"set {f'folders[{use.index}]' if is_own else engine}.{key}: {value}"


def _that_need_places(formats: Sequence[str]) -> list[str]:
    return [name for name in formats if FORMATS.named(name).needs_places]
