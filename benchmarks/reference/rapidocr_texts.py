"""Writes RapidOCR's own texts beside each picture: its lines as they come, and its Markdown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
from rapidocr import RapidOCR

from benchmarks.reference.loop import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _reading() -> Callable[[Sequence[str]], None]:
    reader = RapidOCR(params={"Global.log_level": "critical"})

    def read(files: Sequence[str]) -> None:
        for file in files:
            found = reader(file)
            # Of an empty page, it would say in Chinese that it is empty.
            markdown = found.to_markdown() if found.txts else ""
            Path(f"{file}.lines").write_text("\n".join(found.txts or ()), "utf-8")
            Path(f"{file}.markdown").write_text(markdown, "utf-8")

    return read


if __name__ == "__main__":
    answer(_reading())
