"""Writes figures beside their aims: as a table for people, as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MET, MISSED = "met", "missed"


@dataclass(frozen=True, slots=True)
class AtMost:
    """An aim that is met by its value and all below."""

    bound: float

    def is_met_by(self, value: float) -> bool:
        """Return whether a figure is good enough."""
        return value <= self.bound

    def __str__(self) -> str:
        return f"≤ {self.bound:g}"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """An aim that is met by its value and all above."""

    bound: float

    def is_met_by(self, value: float) -> bool:
        """Return whether a figure is good enough."""
        return value >= self.bound

    def __str__(self) -> str:
        return f"≥ {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Attributes:
        what: The name of the measured number.
        value: The number.
        unit: The unit, as it is written after the number.
        against: The reference beside the number, measured in the same run.
        aim: The aim; None for a number that only explains others.
        details: The raw measurements of the number.
    """

    what: str
    value: float
    unit: str
    against: str = ""
    aim: AtMost | AtLeast | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """A word that tells whether the aim is met."""
        if self.aim is None:
            return ""
        return MET if self.aim.is_met_by(self.value) else MISSED


def table(results: Mapping[str, Sequence[Figure]]) -> str:
    """Return the figures as a table, which is Markdown as well."""
    rows = [("part", "measured", "figure", "beside", "aim", "verdict")]
    for part, figures in results.items():
        rows += [(part, *_cells(figure)) for figure in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def write(path: Path, results: Mapping[str, Sequence[Figure]], *, quick: bool) -> None:
    """Write all measurements, with their machine and time, as JSON."""
    record = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "ocr_watcher": __version__,
        "parts": {part: [_record(figure) for figure in found] for part, found in results.items()},
    }
    path.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", "utf-8")


def machine() -> dict[str, object]:
    """Return the facts about the machine on which figures depend."""
    models = _values(Path("/proc/cpuinfo"), "model name")
    memory = _values(Path("/proc/meminfo"), "MemTotal")
    return {
        "processor": next(models, platform.machine()),
        "processors": len(os.sched_getaffinity(0)),
        "memory": next(memory, ""),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_at_end": os.getloadavg()[0],
    }


def _values(file: Path, key: str) -> Iterator[str]:
    lines = (line.partition(":") for line in file.read_text("utf-8").splitlines())
    return (value.strip() for name, _, value in lines if name.strip() == key)


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    value = f"{_rounded(figure.value)} {figure.unit}".rstrip()
    aim = "" if figure.aim is None else str(figure.aim)
    return figure.what, value, figure.against, aim, figure.verdict


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return "| " + " | ".join(cells) + " |"


def _rounded(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"  # noqa: PLR2004  three digits


def _record(figure: Figure) -> dict[str, object]:
    aim = None if figure.aim is None else str(figure.aim)
    return {**asdict(figure), "aim": aim, "verdict": figure.verdict}
