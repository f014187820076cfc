"""The faults in the engine settings that a folder overrides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.settings.problems import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ocr_watcher.engine.description import EngineDescription
    from ocr_watcher.values.section import Surroundings


def folder_problems(data: Mapping[str, Any], surroundings: Surroundings) -> Iterator[str]:
    """Yield the problems of engine settings in folders.

    A folder's values are checked together with the other values of the engine's section, as options
    that fit the section's endpoint may not fit the folder's. Problems of a section itself are
    reported with the rest of the settings.

    Args:
        data: The whole settings file.
        surroundings: The context of the validation.

    Yields:
        One sentence for each problem, beginning with the path of the setting.
    """
    folders = data.get("folders")
    for engine in ENGINES:
        section = data.get(engine.name, {})
        if engine.folder_settings and _faults(engine, section, surroundings) is None:
            for number, folder in enumerate(folders if isinstance(folders, list) else []):
                own = _own(engine, folder)
                faults = _faults(engine, {**section, **own}, surroundings) if own else None
                if faults is not None:
                    yield from _problems(faults, engine, own, number)


def _own(engine: EngineDescription[Any], folder: object) -> dict[str, Any]:
    given = folder if isinstance(folder, Mapping) else {}
    return {name: given[name] for name in engine.folder_settings if given.get(name) is not None}


def _faults(
    engine: EngineDescription[Any], section: object, surroundings: Surroundings
) -> ValidationError | None:
    if engine.settings is None:
        return None
    try:
        engine.settings.model_validate(section, context=surroundings)
    except ValidationError as error:
        return error
    return None


def _problems(
    faults: ValidationError, engine: EngineDescription[Any], own: Mapping[str, Any], number: int
) -> Iterator[str]:
    for problem in problems_of(faults, within=("folders", number)):
        path = problem.partition(":")[0]
        inherited = [name for name in engine.folder_settings if path.endswith(f"].{name}")]
        hint = [
            f"; it is that of {engine.name}.{name}: give the folder {name} of its own"
            for name in inherited
            if name not in own
        ]
        yield problem + "".join(hint)
