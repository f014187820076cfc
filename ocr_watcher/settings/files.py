"""The files that are made from the models of the settings.

``python -m ocr_watcher.settings.files`` in a checkout makes them anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.settings.example import example
from ocr_watcher.settings.schema import schema

if TYPE_CHECKING:
    from collections.abc import Callable

REMAKE = "python -m ocr_watcher.settings.files"
SCHEMA = Path(__file__).with_name("schema.json")
_CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that is made by code and kept in the repository.

    Attributes:
        path: Its path in the repository.
        content: A function that returns its text.
    """

    path: Path
    content: Callable[[], str]


def _schema() -> str:
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


FILES = (MadeFile(SCHEMA, _schema), MadeFile(_CHECKOUT / "config.example.yaml", example))


def main() -> None:
    """Make all files anew."""
    for file in FILES:
        file.path.write_text(file.content(), "utf-8")


if __name__ == "__main__":
    main()
