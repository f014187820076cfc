"""Calls the official SDK for one file after the other, and writes the text beside each."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aip import AipOcr

from benchmarks.reference.loop import answer

if TYPE_CHECKING:
    from collections.abc import Sequence


def client(url: str) -> Any:
    """Return the SDK's client, whose addresses are private attributes of its classes.

    Args:
        url: The address of the service.
    """
    AipOcr._AipBase__accessTokenUrl = f"{url}/oauth/2.0/token"  # noqa: SLF001
    AipOcr._AipOcr__generalBasicUrl = f"{url}/rest/2.0/ocr/v1/general_basic"  # noqa: SLF001
    return AipOcr("1", "key", "secret")


def write_text(ocr: Any, path: str) -> None:
    """Read a picture with the SDK and write its text, as its documentation shows."""
    image = Path(path)
    lines = [line["words"] for line in ocr.basicGeneral(image.read_bytes())["words_result"]]
    Path(f"{path}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _recognise(ocr: Any, files: Sequence[str]) -> None:
    for file in files:
        write_text(ocr, file)


if __name__ == "__main__":
    answer(partial(_recognise, client(sys.argv[1])))
