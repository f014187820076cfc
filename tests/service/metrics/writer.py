"""Writes the textfile without a pause, until it is killed; each content is another one, and long.

Run it with the path of the file.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from ocr_watcher.service.metrics.textfile import Textfile

LINES = 5000


def main() -> None:
    numbers = itertools.count()
    file = Textfile(Path(sys.argv[1]), lambda: f"x {next(numbers)}\n".encode() * LINES, 0.0)
    while True:
        file.write()


if __name__ == "__main__":
    main()
