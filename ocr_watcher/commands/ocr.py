"""The command ``ocr``: it prints the text of single images."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from ocr_watcher.document.document import Document, RenderOptions, Source
from ocr_watcher.engine.choose import choose_engine
from ocr_watcher.engine.folder_engines import FolderEngines
from ocr_watcher.errors import EXIT_FAILED, EngineError, ImageError, UsageError
from ocr_watcher.escapes import escaped_for_terminal, printable
from ocr_watcher.formats.registry import FORMATS
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.logs.fields import fields
from ocr_watcher.pages.sandbox.pool import SandboxPool
from ocr_watcher.service.signals import interrupt_at_once
from ocr_watcher.service.streams import takes_more
from ocr_watcher.work.confidence import tell_low_confidence
from ocr_watcher.work.image_file import LONGEST_FILE
from ocr_watcher.work.read_pages import read_pages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocr_watcher.engine.interface import Engine
    from ocr_watcher.formats.format import Format
    from ocr_watcher.pages.types import Pages
    from ocr_watcher.settings.model import Settings

_log = logging.getLogger(__name__)

_STANDARD_INPUT = "-"
_NO_FOLDER = ""


@interrupt_at_once()
def print_text(
    settings: Settings, images: Sequence[str], *, formats_are_asked_for: bool = False
) -> int:
    """Print the text of each image in the configured formats; write no sidecar.

    Each of several texts has a header with its name, as tail(1) writes it. JSON has one object a
    line. If nobody reads the output any more, no further image is recognised.

    Args:
        settings: The settings, with the engine, the formats, and the engine settings of watched
            folders.
        images: The files, in the order in which they are printed; ``-`` is standard input.
        formats_are_asked_for: Whether the command line names the formats.

    Returns:
        The exit status: 0 if each image was read.

    Raises:
        UsageError: A format cannot be printed here.
    """
    formats = printed_formats(
        settings.output.formats,
        are_asked_for=formats_are_asked_for,
        images=len(images),
        on_a_terminal=sys.stdout.isatty(),
    )
    engine = choose_engine(settings, os.environ, callers=1)
    progress = tqdm(
        images,
        unit="image",
        file=sys.stderr,
        disable=len(images) == 1 or sys.stdout.isatty() or not sys.stderr.isatty(),
    )
    output = _Output(formats, settings.output.layout, headed=len(images) > 1)
    well = []
    with (
        Ledger(settings.state_dir) as ledger,
        contextlib.closing(SandboxPool(pdf_text=settings.pdf.text)) as pages,
        logging_redirect_tqdm(),
    ):
        roots = [str(folder.path) for folder in settings.folders]
        engines = FolderEngines(settings, engine, ledger, roots=[*roots, _NO_FOLDER])
        for image in progress:
            reader = engines.of(_folder_of(image, roots))
            well.append(_print_one(reader, pages, image, output))
            if not takes_more(sys.stdout):
                break
        engine.close()
    return 0 if all(well) else EXIT_FAILED


def printed_formats(
    names: Sequence[str], *, are_asked_for: bool, images: int, on_a_terminal: bool
) -> list[Format]:
    """Return the formats that are printed.

    A format that is no text is printed only if it was asked for, or if there is no other.

    Args:
        names: The names from the command line, or from the settings.
        are_asked_for: Whether they come from the command line.
        images: The number of images that are printed.
        on_a_terminal: Whether standard output is a terminal.

    Raises:
        UsageError: A format that is no text would go to a terminal, or with others into one file.
    """
    formats = [FORMATS.named(name) for name in names]
    texts = [each for each in formats if each.is_text]
    if texts and not are_asked_for:
        return texts
    for each in formats:
        if each.is_text:
            continue
        if on_a_terminal:
            ending = each.suffix.rpartition(".")[2]
            advice = f"send it to a file: > file.{ending}"
            raise UsageError(f"{each.name} is no text that a terminal can show", advice=advice)
        if images > 1 or len(formats) > 1:
            advice = "name one image and one format"
            raise UsageError(f"only one {each.name} can be printed at a time", advice=advice)
    return formats


def _print_one(engine: Engine, pages: Pages, image: str, output: _Output) -> bool:
    shown = _shown(image)
    try:
        source, data = _content(image)
        read = read_pages(data, engine, pages)
        tell_low_confidence(shown, read, engine.identity.name)
        document = Document(
            read,
            source,
            engine.identity,
            datetime.now(UTC),
            data,
            output.options,
            searchable=partial(pages.searchable, data),
        )
        output.write(shown, document)
    except OSError as error:
        _log.error("%s cannot be read: %s", shown, error.strerror)
        return False
    except EngineError as error:
        _log.error("%s: %s", shown, error, extra=fields(code=error.code, advice=error.advice))
        return False
    return True


def _folder_of(image: str, roots: Sequence[str]) -> str:
    """Return the watched folder of an image, whose engine settings apply to it.

    An image that was read there thus costs no second call.
    """
    path = "" if image == _STANDARD_INPUT else os.path.abspath(image)  # noqa: PTH100  as in `why`
    within = [root for root in roots if path.startswith(root.rstrip("/") + "/")]
    return max(within, key=len, default=_NO_FOLDER)


def _shown(image: str) -> str:
    return "standard input" if image == _STANDARD_INPUT else printable(image)


def _content(image: str) -> tuple[Source, bytes]:
    """Read a file, or standard input, up to the largest size of a scan.

    Raises:
        ImageError: It is larger.
        OSError: It cannot be read.
    """
    standard_input = image == _STANDARD_INPUT
    with open(0 if standard_input else image, "rb", closefd=not standard_input) as file:
        status = os.fstat(file.fileno())
        data = b"" if status.st_size > LONGEST_FILE else file.read(LONGEST_FILE + 1)
    size = max(status.st_size, len(data))
    if size > LONGEST_FILE:
        raise ImageError(
            "too-large",
            f"it has more than {LONGEST_FILE} bytes, which is the most that is read",
            advice="scan at a lower resolution, or split the file",
        )
    name = image if standard_input else os.path.basename(image)  # noqa: PTH119  as it was typed
    sha256 = hashlib.sha256(data).hexdigest()
    return Source(name, len(data), status.st_mtime_ns, sha256), data


class _Output:
    """Standard output, which gets each image in some formats.

    Args:
        formats: The formats in which each image is printed.
        layout: The layout of the text.
        headed: Whether a header with the name goes before each image, where a format needs one.
    """

    def __init__(self, formats: Sequence[Format], layout: str, *, headed: bool) -> None:
        self.options = RenderOptions(layout, compact=True)
        self._formats = formats
        self._headed = headed and any(each.headed for each in formats)
        self._is_first = True

    def write(self, name: str, document: Document) -> None:
        """Render an image in every format, then write all of them.

        Raises:
            EngineError: A format cannot be made from it.
        """
        rendered = [each.render(document) for each in self._formats]
        stream = sys.stdout.buffer
        if self._headed:
            line_before = "" if self._is_first else "\n"
            stream.write(f"{line_before}==> {name} <==\n".encode("utf-8", "replace"))
            self._is_first = False
        for content in rendered:
            stream.write(_for_output(content))
        stream.flush()


def _for_output(content: bytes) -> bytes:
    """Escape characters that a terminal acts upon; files and programs get the content as it is."""
    if not sys.stdout.isatty():
        return content
    return escaped_for_terminal(content.decode("utf-8", "replace")).encode()
