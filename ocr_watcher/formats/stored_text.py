"""The text of a sidecar, read back from its file.

A sidecar is as untrusted as everything in the folder, and may be of any size. It is therefore never
parsed as a whole: no document of XML or JSON is built, and no depth of nesting matters. Patterns
find the text in one buffer after the other. An item that is longer than a buffer may be cut.
"""

from __future__ import annotations

import codecs
import html
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

_BUFFER = 2**18
_LONGEST_ITEM = 2**16
"""The number of bytes after a match that must have been read before the match is final."""

_PAGE_END = "\f"

_ITEM = re.compile(
    rb'"words"\s*+:\s*+("(?>[^"\\]|\\.)*+")(?:\s*+,\s*+"page"\s*+:\s*+(\d{1,9}))?+', re.DOTALL
)
"""A text of ``words_result``, with the number of its page if it follows, as this program writes it.
Within a string of JSON, a quotation mark has a backslash before it (RFC 8259, section 7), so no
text looks like an item."""

_TAG_OR_TEXT = re.compile(rb"<(?P<tag>[^<>]*+)>|(?P<text>[^<]++)")
_CLASS = re.compile(rb"""\sclass\s*+=\s*+["'](\w++)""")
_ALTO_TAG = re.compile(rb"<(?P<tag>Page|TextLine|SP|String)\b(?P<attributes>[^<>]*+)>")
_CONTENT = re.compile(rb"""\sCONTENT\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_TABLE_BELOW = re.compile(r"^\|[-:| ]++$", re.MULTILINE)


def plain(file: BinaryIO) -> Iterator[str]:
    """Yield the text of a file in UTF-8; other bytes become U+FFFD."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
    while chunk := file.read(_BUFFER):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def markdown(file: BinaryIO, *, between_pages: str) -> Iterator[str]:
    """Yield the text of Markdown as this program writes it: without its escapes and breaks.

    Args:
        file: The file.
        between_pages: The text between two pages.
    """
    page_end = re.compile(rf"^{re.escape(between_pages.strip())} *+$", re.MULTILINE)
    for lines in _whole_lines(plain(file)):
        text = _TABLE_BELOW.sub("", page_end.sub(_PAGE_END, lines))
        yield html.unescape(_ESCAPED.sub(r"\1", text))


def words_result(file: BinaryIO) -> Iterator[str]:
    """Yield the texts of ``words_result`` in JSON as this program writes it, each on a line."""
    page = 1
    for found in _matches(_ITEM, file):
        later = int(found[2] or page)
        if later > page:
            yield _PAGE_END * min(later - page, _most_pages(later))
            page = later
        yield _string(found[1]) + "\n"


def hocr(file: BinaryIO) -> Iterator[str]:
    """Yield the text of hOCR, line by line."""
    pages, within = 0, False
    for found in _matches(_TAG_OR_TEXT, file):
        if found["tag"] is None:
            if within:
                yield _decoded(found["text"]).replace("\n", "")
            continue
        kind = _CLASS.search(found["tag"])
        match kind and kind[1]:
            case b"ocr_page":
                pages += 1
                yield _PAGE_END if pages > 1 else ""
            case b"ocr_line":
                within = True
                yield "\n"
            case b"ocr_par" | b"ocr_carea":
                within = False


def alto(file: BinaryIO) -> Iterator[str]:
    """Yield the text of ALTO, line by line."""
    pages = 0
    for found in _matches(_ALTO_TAG, file):
        match found["tag"]:
            case b"Page":
                pages += 1
                yield _PAGE_END if pages > 1 else ""
            case b"TextLine":
                yield "\n"
            case b"SP":
                yield " "
            case _:
                content = _CONTENT.search(found["attributes"])
                yield _decoded(content[1] or content[2] or b"") if content else ""


def _most_pages(page: int) -> int:
    """Return the most page ends that are counted; this program writes no more pages."""
    return min(page, 10_000)


def _string(literal: bytes) -> str:
    try:
        value = json.loads(literal, strict=False)
    except ValueError:  # an escape that JSON does not have, or bytes that are not UTF-8
        return _decoded(literal[1:-1])
    return str(value).replace("\n", " ")


def _decoded(markup: bytes) -> str:
    return html.unescape(markup.decode("utf-8", "replace"))


def _whole_lines(pieces: Iterator[str]) -> Iterator[str]:
    """Yield pieces of a text that end at line ends; only a very long line is cut."""
    rest = ""
    for piece in pieces:
        lines, end, rest = (rest + piece).rpartition("\n")
        yield lines + end
        if len(rest) > _LONGEST_ITEM:
            yield rest
            rest = ""
    yield rest


def _matches(pattern: re.Pattern[bytes], file: BinaryIO) -> Iterator[re.Match[bytes]]:
    """Yield the matches of a pattern in a file, which is read in buffers."""
    rest, more = b"", True
    while more:
        chunk = file.read(_BUFFER)
        more = bool(chunk)
        buffer, rest = rest + chunk, b""
        final = len(buffer) - _LONGEST_ITEM if more else len(buffer)
        end = 0
        for found in pattern.finditer(buffer):
            if found.end() > final:
                break
            end = found.end()
            yield found
        if more:
            rest = buffer[max(end, final - _LONGEST_ITEM, 0) :]
