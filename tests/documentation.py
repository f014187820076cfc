"""The documentation, as tests read it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))


def page(name: str) -> str:
    """The text of a page of ``docs``."""
    return (ROOT / "docs" / name).read_text("utf-8")


def block_under(marker: str, language: str = "sh") -> str:
    """The one block that follows a marker, in whichever page."""
    form = rf"^<!-- {re.escape(marker)} -->\n```{language}\n(.+?)\n```$"
    texts = "\n".join(file.read_text("utf-8") for file in PAGES)
    blocks: list[str] = re.findall(form, texts, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 1, f"{len(blocks)} blocks under the marker {marker}"
    return blocks[0]


def commands_under(marker: str) -> list[str]:
    """The lines of the commands that follow a marker."""
    return block_under(marker).splitlines()
