"""``ocr``: the text of single images, to standard output."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from ocr_watcher.controls import escaped_for_terminal
from ocr_watcher.engine.choose import choose_engine, gate_for, guarded
from ocr_watcher.errors import EXIT_FAILED, EngineError
from ocr_watcher.image import printable
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.pages.rendering.renderers import Renderers
from ocr_watcher.service.logs import fields
from ocr_watcher.service.signals import interrupt_at_once
from ocr_watcher.sidecar import render
from ocr_watcher.work.reading import read_pages

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.pages.model import Pages
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)


@interrupt_at_once()
def print_text(settings: Settings, images: Sequence[Path]) -> int:
    """Prints what each image says, in the configured formats; writes no sidecar.

    Args:
        settings: Which engine, and which formats.
        images: The files, in the order in which they are printed.

    Returns:
        The exit status: 0 where each was read.
    """
    engine = choose_engine(settings, os.environ, callers=1)
    progress = tqdm(
        images,
        unit="image",
        file=sys.stderr,
        disable=len(images) == 1 or sys.stdout.isatty() or not sys.stderr.isatty(),
    )
    with (
        Ledger(settings.state_dir) as ledger,
        contextlib.closing(Renderers()) as pages,
        logging_redirect_tqdm(),
    ):
        reader = guarded(settings, engine, gate_for(settings, engine), ledger)
        well = [_print_one(reader, pages, image, settings.output.formats) for image in progress]
        reader.close()
    return 0 if all(well) else EXIT_FAILED


def _print_one(engine: Engine, pages: Pages, image: Path, formats: Sequence[str]) -> bool:
    try:
        status, data = image.stat(), image.read_bytes()
        read = read_pages(data, engine, pages)
    except OSError as error:
        _log.error("%s cannot be read: %s", printable(str(image)), error.strerror)
        return False
    except EngineError as error:
        _log.error(
            "%s: %s",
            printable(str(image)),
            error,
            extra=fields(code=error.code, advice=error.advice),
        )
        return False
    source = render.Source(
        image.name, status.st_size, status.st_mtime_ns, hashlib.sha256(data).hexdigest()
    )
    for output_format in formats:
        sys.stdout.buffer.write(
            _for_output(render.text(read))
            if output_format == "txt"
            else render.answer(read, source, engine.description, datetime.now(UTC))
        )
    sys.stdout.buffer.flush()
    return True


def _for_output(text: bytes) -> bytes:
    """Escapes what a terminal would act upon; a file or a program gets the text as it is."""
    return escaped_for_terminal(text.decode()).encode() if sys.stdout.isatty() else text
