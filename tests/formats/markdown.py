"""What a reader of Markdown makes of a file: CommonMark with the tables of GitHub."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

    Part = tuple[str, ...]

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
"""It lets HTML pass, as CommonMark does, so that HTML is seen here where there is any."""

_TEXT = {"text": None, "text_special": None, "softbreak": "\n", "hardbreak": "\n"}
_ALIGNED_RIGHT = "text-align:right"


def parts(markdown: str) -> list[Part]:
    """Return the parts of a file, of each its name and what it says.

    These are ``("h1", text)``, ``("p", text)`` with a line feed where a line ends, ``("-", text)``
    and ``("3.", text)`` behind ``("ul",)`` or ``("ol",)``, ``("row", cell, cell)`` behind
    ``("aligned", "left", "right")``, and ``("hr",)``.
    """
    tokens = iter(_PARSER.parse(markdown))
    return [*_parts(tokens)]


def _parts(tokens: Iterator[Token]) -> Iterator[Part]:
    marks: Iterator[str] = iter(())
    within = ""
    for token in tokens:
        match token.type:
            case "heading_open":
                within = token.tag
            case "paragraph_open":
                within = within if token.hidden else "p"
            case "bullet_list_open" | "ordered_list_open":
                yield (token.tag,)
                marks = _marks(token)
            case "list_item_open":
                within = next(marks)
            case "inline":
                yield within, _said(token)
            case "tr_open":
                row = [*_cells(tokens)]
                if row[0][0] == "th":
                    yield "aligned", *(side for _, side, _ in row)
                yield "row", *(text for _, _, text in row)
            case "hr":
                yield ("hr",)
            case kind:
                assert kind in _SILENT, f"there is a {kind}: {token.content!r}"


_SILENT = {
    *("heading_close", "paragraph_close", "list_item_close", "bullet_list_close"),
    *("ordered_list_close", "table_open", "table_close", "thead_open", "thead_close"),
    *("tbody_open", "tbody_close"),
}


def _marks(opened: Token) -> Iterator[str]:
    if opened.tag == "ul":
        return ("-" for _ in count())
    return (f"{number}." for number in count(int(opened.attrs.get("start", 1))))


def _cells(tokens: Iterator[Token]) -> Iterator[Part]:
    """Yield the tag of each cell of a row, to which side it is aligned, and what it says."""
    for token in tokens:
        if token.type == "tr_close":
            return
        if token.type in ("th_open", "td_open"):
            side = "right" if token.attrs.get("style") == _ALIGNED_RIGHT else "left"
            yield token.tag, side, _said(next(tokens))


def _said(inline: Token) -> str:
    for child in inline.children or ():
        assert child.type in _TEXT, f"there is a {child.type} in {inline.content!r}"
    return "".join(_TEXT[child.type] or child.content for child in inline.children or ())
