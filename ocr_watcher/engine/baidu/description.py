"""The description of Baidu's service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.baidu.codes import CODES
from ocr_watcher.engine.baidu.credentials import find_credentials, missing_keys
from ocr_watcher.engine.baidu.days import beijing_day, beijing_midnight
from ocr_watcher.engine.baidu.endpoints import ENDPOINTS
from ocr_watcher.engine.baidu.settings import BaiduSettings
from ocr_watcher.engine.description import EngineContext, EngineDescription, Policy
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.errors import SettingsError

_Context = EngineContext[BaiduSettings]


def _obstacle(baidu: BaiduSettings, environment: Mapping[str, str]) -> SettingsError | None:
    return None if find_credentials(baidu, environment) else missing_keys()


def _make(context: _Context) -> Engine:
    from ocr_watcher.engine.baidu.engine import BaiduEngine  # noqa: PLC0415  only if it is used

    credentials = find_credentials(context.section, context.environment)
    if credentials is None:
        raise missing_keys()
    return BaiduEngine(
        _asked_for_paragraphs(context),
        credentials,
        callers=context.callers,
        heartbeats=context.heartbeats,
    )


def _variant(engine: Engine, context: _Context) -> Engine:
    from ocr_watcher.engine.baidu.engine import BaiduEngine  # noqa: PLC0415  only if it is used

    if not isinstance(engine, BaiduEngine):
        raise TypeError(f"{type(engine).__name__} calls no endpoint of Baidu's service")
    return engine.variant(_asked_for_paragraphs(context))


def _asked_for_paragraphs(context: _Context) -> BaiduSettings:
    """Add the option ``paragraph`` if a layout needs it, as the endpoint gives no places."""
    baidu = context.section
    endpoint = ENDPOINTS[baidu.endpoint]
    wanted = "paragraphs" in context.layouts
    if not wanted or endpoint.tells_places or "paragraph" not in endpoint.options:
        return baidu
    return baidu.model_copy(update={"options": {"paragraph": "true", **baidu.options}})


def _policy(baidu: BaiduSettings) -> Policy:
    endpoint = ENDPOINTS[baidu.endpoint]
    return Policy(
        qps=baidu.qps,
        daily_limit=baidu.daily_limit,
        day_of=beijing_day,
        next_grant=beijing_midnight,
        # Between two rests of a worker there is one call, which may take both timeouts twice.
        longest_call_seconds=60 + 2 * (baidu.connect_timeout + 2 * baidu.read_timeout),
        is_paid=True,
        tells_places=endpoint.tells_places,
        places_setting=("endpoint", endpoint.with_places),
        tells_probabilities=baidu.options.get("probability") == "true",
        endpoint=baidu.endpoint,
    )


def _checks(context: _Context) -> Iterator[Result]:
    from ocr_watcher.engine.baidu.clock import check_clock  # noqa: PLC0415  only if it is used
    from ocr_watcher.engine.baidu.layout_advice import check_layout  # noqa: PLC0415  likewise

    checked = (check_clock(context.section), check_layout(context.section, context.layouts))
    yield from filter(None, checked)


def _folder_checks(context: _Context) -> Iterator[Result]:
    from ocr_watcher.engine.baidu.layout_advice import check_layout  # noqa: PLC0415  likewise

    baidu = context.section
    options = ", ".join(f"{name}: {value}" for name, value in baidu.options.items())
    yield Result("ok", baidu.endpoint, f"read by {baidu.endpoint} with {options or 'no options'}")
    if layout := check_layout(baidu, context.layouts, "endpoint"):
        yield layout


DESCRIPTION = EngineDescription(
    name="baidu",
    settings=BaiduSettings,
    obstacle=_obstacle,
    make=_make,
    policy=_policy,
    checks=_checks,
    folder_settings=("endpoint", "options"),
    folder_checks=_folder_checks,
    variant=_variant,
    codes=CODES,
    low_confidence_advice=(
        "set language_type in baidu.options to the language of the text; scan anew what is faint "
        "or blurred"
    ),
)
