"""The description of the engine on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.description import EngineContext, EngineDescription, Policy
from ocr_watcher.engine.local.backends import registry
from ocr_watcher.engine.local.installation import absent, is_installed
from ocr_watcher.engine.local.settings import LocalSettings
from ocr_watcher.errors import DoubtfulImageError, ImageError, PausingError, TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import EngineMissingError

# PP-OCRv6 knows 15,900 Chinese characters, the kana, and 550 Latin letters, but hardly any of the
# Vietnamese letters with two marks, and no accented Greek letter. It reads a letter that it does
# not know as a blank, or as a letter that looks alike.
_SCRIPTS = (
    "the shipped models read Chinese, Japanese, and the Latin letters of European languages, "
    "not Cyrillic, Greek, Korean, Arabic, Hebrew, Vietnamese or Thai"
)

_PAGE_SECONDS = 600.0
"""The longest time for a page. A dense page takes ten seconds on an old processor; a page full of
boxes that lies on its side takes minutes."""

_END_SECONDS = 60.0
"""The seconds for the end of a process whose page took too long."""

_CODES = {
    "engine-changed": PausingError,
    "engine-failed": PausingError,
    "engine-ended": TransientError,
    "engine-crashed": DoubtfulImageError,
    "too-slow": DoubtfulImageError,
    "too-much-text": ImageError,
    "out-of-memory": TransientError,
}

_RAPIDOCR = "rapidocr"


def _obstacle(local: LocalSettings, _environment: Mapping[str, str]) -> EngineMissingError | None:
    return registry.obstacle(local.backend) if is_installed(_RAPIDOCR) else absent(_RAPIDOCR)


def _make(context: EngineContext[LocalSettings]) -> Engine:
    # Imported only when the engine is used.
    from ocr_watcher.engine.local.engine import LocalEngine  # noqa: PLC0415
    from ocr_watcher.engine.local.recognition.further_models import files_of  # noqa: PLC0415

    local = context.section
    return LocalEngine(
        threads=local.threads,
        heartbeats=context.heartbeats,
        further=files_of(local.models_dir, local.languages),
        backend=local.backend,
        device=local.device,
        page_seconds=_PAGE_SECONDS,
    )


def _is_loaded_by(engine: Engine, other: Engine) -> bool:
    from ocr_watcher.engine.local.engine import LocalEngine  # noqa: PLC0415  only if it is used

    if isinstance(engine, LocalEngine) and isinstance(other, LocalEngine):
        return engine.is_loaded_by(other)
    return False


def _take_over(engine: Engine, other: Engine) -> None:
    from ocr_watcher.engine.local.engine import LocalEngine  # noqa: PLC0415  only if it is used

    if isinstance(engine, LocalEngine) and isinstance(other, LocalEngine):
        engine.take_over(other)


def _policy(_local: LocalSettings) -> Policy:
    return Policy(
        longest_call_seconds=_PAGE_SECONDS + _END_SECONDS, is_paid=False, scripts=_SCRIPTS
    )


DESCRIPTION = EngineDescription(
    name="local",
    settings=LocalSettings,
    obstacle=_obstacle,
    make=_make,
    policy=_policy,
    codes=_CODES,
    is_loaded_by=_is_loaded_by,
    take_over=_take_over,
    low_confidence_advice=(
        f"{_SCRIPTS}: set local.models_dir, or use Baidu's service; scan anew what is faint or "
        "blurred"
    ),
)
