"""Advice is the second part of a line, after the fault and a semicolon, and reads like it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ocr_watcher.engine.baidu.codes import FAULTS

PACKAGE = Path(__file__).parents[1] / "ocr_watcher"


def advices() -> Iterator[str]:
    """Yield the texts of all advice that the source has in place."""
    yield from (fault.advice for fault in FAULTS.values() if fault.advice)
    for module in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "advice":
                yield from texts_of(node.value)


def texts_of(value: ast.expr) -> Iterator[str]:
    """Yield the text of an expression, if it is written in place; of a joined one, both ends."""
    match value:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(
            values=[ast.Constant(value=str(begin)), *_, ast.Constant(value=str(end))]
        ):
            yield begin
            yield end.strip() or begin


def test_advice_begins_with_a_small_letter_and_has_no_full_stop() -> None:
    given = set(advices())
    assert len(given) > 40
    assert [text for text in sorted(given) if text[0].isupper() or text.endswith(".")] == []
