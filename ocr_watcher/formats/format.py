"""The parts of a format."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ocr_watcher.storage.trial import ROOM
from ocr_watcher.values.install_command import install_extra

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from ocr_watcher.document.document import Document


def _room_for_text(_name: str, _size: int) -> int:
    return ROOM


@dataclass(frozen=True, slots=True)
class Format:
    """A format in which a document is written.

    Attributes:
        name: The name in the settings and of ``--format``.
        suffix: The end of a sidecar's name, as ``.alto.xml``: a dot, then lower-case letters of
            ASCII, digits, dots and hyphens.
        render: A function that returns the content of the sidecar. It is pure: the document has all
            facts that it needs.
        needs_places: Whether the format needs the places of lines.
        extra: The extra of this distribution that installs the modules it needs; empty if it needs
            none.
        modules: The modules that it needs.
        room: A function that returns an upper bound of the sidecar's size that few files exceed, in
            bytes, given the name and the size of the image's file.
        headed: Whether `ocr` puts a line with the image's name before it if it prints several,
            because the format itself does not say which image it is of.
        is_text: Whether a terminal can show it, and several can be printed one after the other.
        text_in: A function that yields the text of a sidecar in pieces, with a form feed between
            two pages; None if reading the text would cost too much. The sidecar may have any
            content, as a person may have edited or replaced it: any bytes give some text, in
            bounded memory and without an error other than `OSError`.
        is_pdf: Whether the sidecar is a PDF, whose text a sandbox can read.
    """

    name: str
    suffix: str
    render: Callable[[Document], bytes]
    needs_places: bool = False
    extra: str = ""
    modules: tuple[str, ...] = ()
    room: Callable[[str, int], int] = _room_for_text
    headed: bool = False
    is_text: bool = True
    text_in: Callable[[BinaryIO], Iterator[str]] | None = None
    is_pdf: bool = False

    @property
    def remedy(self) -> str | None:
        """What to install so that it can be written; None if nothing is missing."""
        if all(map(find_spec, self.modules)):
            return None
        return install_extra(self.extra)
