"""What ``check`` tests of the ledger: whether this version of the program may write it."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ocr_watcher.commands.check_result import Result
from ocr_watcher.ledger.file import OWN_NAME, newer_version
from ocr_watcher.ledger.schema import VERSION

if TYPE_CHECKING:
    from pathlib import Path


def check_ledger(state_directory: Path) -> Result | None:
    """Test the ledger of a directory; return None where there is nothing to be told."""
    try:
        version = newer_version(state_directory)
    except sqlite3.Error as error:
        return Result("warn", "ledger", f"cannot be read: {error}")
    if version is None:
        return None
    return Result(
        "warn",
        "ledger",
        f"a newer version of this program wrote it (schema {version}, known is {VERSION}): it is "
        f"only read, and what is new goes to {OWN_NAME}; install the newer version",
    )
