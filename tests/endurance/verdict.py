"""Whether each file has what must lie beside it, and what was billed for it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.endurance.drops import Content, Dropper
    from tests.endurance.stage import Stage


def unfinished(dropper: Dropper) -> list[str]:
    """List the files that have not what must lie beside them."""
    problems = (_problem(path, content) for path, content in dropper.expected.items())
    return [problem for problem in problems if problem]


def complaints(dropper: Dropper, stage: Stage, *, lost: int) -> Iterator[str]:
    """Yield what is not as it must be.

    Args:
        dropper: The dropper, which knows the files.
        stage: The stage of the trial.
        lost: How many billed answers may have been lost: the calls in flight at each kill.
    """
    yield from unfinished(dropper)
    billed = Counter(call.words for call in stage.simulator.calls if call.billed)
    twice = {words: number for words, number in billed.items() if number > 1}
    if sum(twice.values()) - len(twice) > lost:
        yield f"billed more than once: {twice}"
    for folder in stage.folders:
        yield from (
            f"{path} was left behind" for path in folder.rglob(".*") if path.suffix == ".tmp"
        )
    if "Traceback" in stage.daemon.log:
        yield "the log shows a traceback"


def _problem(path: Path, content: Content) -> str:
    text = path.with_name(f"{path.name}.txt")
    failed = path.with_name(f"{path.name}.ocr-error.json").exists()
    if content.words is None and content.pages == 1:
        return "" if failed and not text.exists() else f"{path} has not failed"
    if failed:
        return f"{path} has failed"
    if not text.exists():
        return f"{path} has no text"
    return "" if _is_right(text.read_text("utf-8"), content) else f"{path} has a wrong text"


def _is_right(text: str, content: Content) -> bool:
    if content.words is not None:
        return text == f"{content.words}\n"
    return len(text.split("\f")) == content.pages
