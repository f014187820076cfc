"""Remove the text of a page that is there but not seen, as programs lay it over scans."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INVISIBLE = 3
"""The text rendering mode of text that is neither filled nor stroked (ISO 32000-1, table 106)."""
_MAY_HIDE = re.compile(rb"\b3(?:\.0*)?\s+Tr\b")

_SHOW = frozenset({"Tj", "TJ", "'", '"'})
"""The operators that show text (9.4.3)."""
_DEPTH = 4
"""The greatest depth of forms (ISO 32000-1, 8.10) that are searched. Some programs put their layer
in a form of its own."""


def remove_invisible_text(page: Any) -> None:
    """Remove what a page and the forms on it show invisibly.

    Args:
        page: The page, of pikepdf.
    """
    from pikepdf import Array  # noqa: PLC0415  an extra

    contents = page.obj.get("/Contents", Array())
    parts = contents if isinstance(contents, Array) else [contents]
    if _MAY_HIDE.search(b"\n".join(part.read_bytes() for part in parts)):
        page.contents_coalesce()
        _rewrite(page.obj.Contents, page)
    for form in _forms(page.resources, _DEPTH, set()):
        if _MAY_HIDE.search(form.read_bytes()):
            _rewrite(form, form)


def _rewrite(stream: Any, content: Any) -> None:
    from pikepdf import parse_content_stream, unparse_content_stream  # noqa: PLC0415  an extra

    every = list(parse_content_stream(content))
    visible = list(_visible(every))
    if list(map(id, visible)) != list(map(id, every)):
        stream.write(unparse_content_stream(visible))


def _visible(instructions: Any) -> Iterator[Any]:
    """Yield the instructions but those that show text in the invisible mode.

    A text object (9.4.1) with visible text in it stays as it is: what it shows first moves the
    place of what it shows next.
    """
    block: list[Any] = []
    shown: set[bool] = set()
    for instruction, is_hidden in _with_mode(instructions):
        block.append(instruction)
        if str(instruction.operator) in _SHOW:
            shown.add(is_hidden)
        if str(instruction.operator) == "ET":
            yield from _without_text(block) if shown == {True} else block
            block, shown = [], set()
    yield from block


def _with_mode(instructions: Any) -> Iterator[tuple[Any, bool]]:
    """Yield the instructions, each with whether text is invisible at it."""
    mode, saved = 0, []
    for instruction in instructions:
        operator = str(instruction.operator)
        if operator == "q":
            saved.append(mode)
        elif operator == "Q" and saved:
            mode = saved.pop()
        elif operator == "Tr" and instruction.operands:
            mode = int(instruction.operands[-1])
        yield instruction, mode == _INVISIBLE


def _without_text(block: Iterable[Any]) -> Iterator[Any]:
    """Yield the instructions but those that show text; what else these set stays set."""
    from pikepdf import ContentStreamInstruction, Operator  # noqa: PLC0415  an extra

    for instruction in block:
        if str(instruction.operator) == '"':
            for value, name in zip(instruction.operands, ("Tw", "Tc"), strict=False):
                yield ContentStreamInstruction([value], Operator(name))
        elif str(instruction.operator) not in _SHOW:
            yield instruction


def _forms(resources: Any, depth: int, seen: set[tuple[int, int]]) -> Iterator[Any]:
    """Yield the forms of resources and of each other, each once, as many may share them."""
    from pikepdf import Name  # noqa: PLC0415  an extra

    for each in resources.get("/XObject", {}).values() if depth else ():
        if each.get("/Subtype") == Name.Form and each.objgen not in seen:
            seen.add(each.objgen)
            yield each
            yield from _forms(each.get("/Resources", {}), depth - 1, seen)
