"""RapidOCR as shipped: one reader with its own settings writes its lines beside each picture."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
from rapidocr import RapidOCR

from benchmarks.reference.loop import answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class _Reader(RapidOCR):  # type: ignore[misc] # it has no types
    """RapidOCR, which also keeps whether it turned a line upside down before it read it."""

    def __init__(self) -> None:
        super().__init__(params={"Global.log_level": "critical"})
        self._found: list[tuple[str, float, bool]] = []

    def run_ocr_steps(self, *arguments: Any) -> Any:
        """Do as RapidOCR does, and keep the text, score and turn of each line."""
        steps = super().run_ocr_steps(*arguments)
        _, directions, read, _ = steps
        least = self.cfg.Cls.cls_thresh
        found = directions.cls_res or ()
        turned = ("180" in label and bool(score > least) for label, score in found)
        self._found = list(zip(read.txts or (), read.scores or (), turned, strict=False))
        return steps

    def read(self, files: Sequence[str]) -> None:
        """Write text, corners and turn of each line of some pictures beside them."""
        for file in files:
            told = list(self._lines(self(file)))
            Path(f"{file}.rapidocr").write_text(json.dumps(told), "utf-8")

    def _lines(self, output: Any) -> Iterator[tuple[str, list[list[float]], bool]]:
        """Yield the lines that RapidOCR returns: all that it found, except those of a low score."""
        found = iter(self._found)
        corners = [] if output.boxes is None else output.boxes.tolist()
        for text, score, box in zip(output.txts or (), output.scores or (), corners, strict=True):
            turned = next(its for *its_text, its in found if its_text == [text, score])
            yield text, box, turned


if __name__ == "__main__":
    answer(_Reader().read)
