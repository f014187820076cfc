"""An engine that is added by this module alone: it reads nothing but what its settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ocr_watcher.engine.description import EngineContext, EngineDescription, Policy
from ocr_watcher.errors import EngineMissingError, SettingsError
from ocr_watcher.values.check_result import Result
from ocr_watcher.values.page import Limits
from ocr_watcher.values.reading import EngineIdentity, Line, Reading
from ocr_watcher.values.section import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ocr_watcher.errors import OcrWatcherError
    from ocr_watcher.values.page import Page


class ToySettings(Section):
    words: str = "toy"
    daily_limit: int | None = None


class ToyEngine:
    identity = EngineIdentity("toy", "wood")
    limits = Limits(frozenset({"BMP", "PNG"}), 1, 10_000, 2**31, 2**31, 10_000)

    def __init__(self, words: str) -> None:
        self._words = words

    def recognise(self, _page: Page) -> Reading:
        return Reading((Line(self._words),))

    def self_test(self) -> str:
        return "it is wound up"

    def close(self) -> None:
        pass


def obstacle(toy: ToySettings, environment: Mapping[str, str]) -> OcrWatcherError | None:
    if toy.words == "broken":
        return SettingsError(["toy.words: no toy says that"])
    if "NO_TOY" in environment:
        return EngineMissingError("the toy is not there; install it with: buy a toy")
    return None


def checks(context: EngineContext[ToySettings]) -> Iterator[Result]:
    yield Result("warn", "spring", f"it will say {context.section.words}")


DESCRIPTION = EngineDescription(
    name="toy",
    settings=ToySettings,
    obstacle=obstacle,
    make=lambda context: ToyEngine(context.section.words),
    policy=lambda toy: Policy(
        daily_limit=toy.daily_limit,
        day_of=lambda _now: "1970-01-01",
        longest_call_seconds=7,
        is_paid=False,
        scripts="it knows one word",
    ),
    checks=checks,
)
