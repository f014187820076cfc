"""Reads the pages of one image with an engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ocr_watcher.errors import OversizeError
from ocr_watcher.pages.fit import open_pages, shrink
from ocr_watcher.pages.geometry import in_original
from ocr_watcher.sidecar.render import RecognisedPage

if TYPE_CHECKING:
    from ocr_watcher.engine.interface import Engine, Reading
    from ocr_watcher.pages.fit import FittedPage

_SHRINKS = 3
"""Of one page; each gives up a good part of it, and what is then still too large has a cause."""


def read_pages(data: bytes, engine: Engine) -> tuple[RecognisedPage, ...]:
    """Reads every page of an image.

    Args:
        data: The content of the image's file.
        engine: Reads a page.

    Returns:
        The pages in order, every location in pixels of the original.

    Raises:
        EngineError: A page was not read; the others are not told of.
        Stopped: The program was asked to stop.
    """
    return tuple(_read(fitted, engine) for fitted in open_pages(data, engine.limits))


def _read(fitted: FittedPage, engine: Engine) -> RecognisedPage:
    for _ in range(_SHRINKS):
        try:
            return _recognised(fitted, engine.recognise(fitted.page))
        except OversizeError:
            fitted = shrink(fitted, engine.limits)
    return _recognised(fitted, engine.recognise(fitted.page))


def _recognised(fitted: FittedPage, reading: Reading) -> RecognisedPage:
    lines = tuple(
        replace(line, fields=in_original(line.fields, fitted.to_original)) for line in reading.lines
    )
    return RecognisedPage(fitted.number, fitted.width, fitted.height, lines, reading.details)
