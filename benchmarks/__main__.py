"""``python -m benchmarks``: measures, prints a table, writes JSON."""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import report
from benchmarks.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = (
    "cpu",
    "throughput",
    "rate",
    "latency",
    "rescan",
    "memory",
    "idle",
    "index",
    "page",
    "cluster",
    "scale",
    "local",
    "script",
    "quality",
)
"""The modules of `benchmarks.parts`, in the order in which they are run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that were asked for.

    Returns:
        The exit status: 0 if every aim is met, 1 if one is missed.
    """
    options = _parser().parse_args(arguments)
    results: dict[str, list[report.Figure]] = {}
    with tempfile.TemporaryDirectory(prefix="ocr-watcher-", dir=options.directory) as directory:
        stage = Stage(Path(directory), options.quick, options.truth)
        for name in options.parts:
            part = importlib.import_module(f"benchmarks.parts.{name}")
            print(f"{part.TITLE} …", file=sys.stderr)
            results[part.TITLE] = list(part.measure(stage))
            # After each part, for all of them take an hour.
            report.write(options.output, results, quick=options.quick)
    print(report.table(results))
    figures = [figure for found in results.values() for figure in found]
    return int(any(figure.verdict == report.MISSED for figure in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures ocr-watcher."
    )
    parser.add_argument(
        "parts", nargs="*", type=_part, default=PARTS, metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument(
        "--quick", action="store_true", help="a short run, only to see that it works"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("benchmarks.json"), help="the JSON (%(default)s)"
    )
    parser.add_argument(
        "--directory", type=Path, help="on the disk to measure; by default that of $TMPDIR"
    )
    parser.add_argument(
        "--truth",
        type=_folder,
        metavar="DIR",
        help="for quality and local: pictures NAME.jpg of your own, each with NAME.csv, which has "
        "a line for each box: x and y of its four corners, then its text, all with commas between",
    )
    return parser


def _folder(name: str) -> Path:
    if not (folder := Path(name)).is_dir():
        raise argparse.ArgumentTypeError(f"{name} is no folder")
    return folder


def _part(name: str) -> str:
    if name not in PARTS:
        raise argparse.ArgumentTypeError(f"there is no part named {name}")
    return name


if __name__ == "__main__":
    sys.exit(main())
