"""Does the least work that a call to the service needs: reads a file and encodes it in base64."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.reference.loop import answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def _encode(files: Sequence[str]) -> None:
    for file in files:
        base64.b64encode(Path(file).read_bytes())


if __name__ == "__main__":
    answer(_encode)
