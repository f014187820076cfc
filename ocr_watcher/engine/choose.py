"""Which engine reads: the one that the settings name, or the one that can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.settings.credentials import credentials_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.settings.model import Settings


def choose_engine(settings: Settings, environment: Mapping[str, str]) -> Engine:
    """Makes the engine of the settings: with ``auto``, Baidu's where there are credentials.

    The modules of an engine are imported here, so that nobody pays for the other one.

    Raises:
        SettingsError: Baidu is asked for, and its credentials are missing or broken.
        EngineMissingError: The local engine is not installed.
    """
    credentials = credentials_for(settings.engine, settings.baidu, environment)
    if credentials is not None:
        from ocr_watcher.engine.baidu.engine import BaiduEngine  # noqa: PLC0415

        return BaiduEngine(settings.baidu, credentials, workers=settings.workers)
    from ocr_watcher.engine.local import LocalEngine  # noqa: PLC0415

    return LocalEngine()


def calls_a_second(settings: Settings, engine: Engine) -> float:
    """Says how many calls a second the engine is to be given; 0 means no limit."""
    return settings.baidu.qps if engine.description.name == "baidu" else 0.0
