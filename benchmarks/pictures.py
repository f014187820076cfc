"""Makes JPEGs of a wanted size, no two with the same content."""

from __future__ import annotations

import io
import random
from functools import lru_cache
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COMMENT = b"\xff\xfe"  # marker COM (ITU-T T.81, table B.1)
_SAMPLE = 256  # pixels of a side


def make(directory: Path, number: int, size: int) -> list[Path]:
    """Write some JPEGs into a directory, which is made if it is missing.

    Args:
        directory: The directory.
        number: The number of pictures.
        size: The size of each, in bytes; the real one differs by up to about a twentieth.
    """
    directory.mkdir(parents=True, exist_ok=True)
    files = [directory / f"scan-{index:06}.jpg" for index in range(number)]
    for file in files:
        file.write_bytes(jpeg(size))
    return files


def move(files: Iterable[Path], folder: Path) -> list[Path]:
    """Move files into a folder, where each appears whole, and return their new paths."""
    return [file.rename(folder / file.name) for file in files]


def jpeg(size: int) -> bytes:
    """Return a grey JPEG, which is like the next one only in its size."""
    return _distinct(_noise(size))


def _distinct(picture: bytes) -> bytes:
    """Return a JPEG with a content of its own, by a comment behind its first marker."""
    comment = _COMMENT + (18).to_bytes(2, "big") + random.randbytes(16)
    return picture[:2] + comment + picture[2:]


@lru_cache
def _noise(size: int) -> bytes:
    # Noise does not compress, so its size follows from its area.
    sample = len(_encoded(_SAMPLE))
    return _encoded(max(16, round(_SAMPLE * (size / sample) ** 0.5)))


def _encoded(side: int) -> bytes:
    stream = io.BytesIO()
    grey = random.Random(side).randbytes(side * side)
    Image.frombytes("L", (side, side), grey).save(stream, "JPEG")
    return stream.getvalue()
