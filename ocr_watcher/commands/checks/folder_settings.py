"""The check of the engine settings of single folders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.engine.choose import folder_checks_of
from ocr_watcher.engine.registry import ENGINES
from ocr_watcher.escapes import printable
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.settings.model import Settings


def check_folder_settings(
    settings: Settings, engine: str, environment: Mapping[str, str]
) -> Iterator[Result]:
    """Yield the results for folders that have engine settings of their own.

    Args:
        settings: The folders among them.
        engine: The name of the engine that is chosen.
        environment: The environment variables.
    """
    for number, root in enumerate(settings.roots):
        for description in ENGINES:
            own = settings.own_settings(root, description.folder_settings)
            if own and description.name == engine:
                for result in folder_checks_of(settings, engine, environment, root):
                    yield replace(result, subject=f"folder {printable(root)}")
            elif own:
                paths = " and ".join(f"folders[{number}].{name}" for name in own)
                finding = (
                    f"{paths}: for the engine {description.name} alone; {engine} reads the images"
                )
                yield Result("warn", "settings", finding)
