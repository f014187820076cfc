"""The check that the ledger can be written, and survives a power cut."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ocr_watcher.ledger.database_file import OWN_NAME, newer_version
from ocr_watcher.ledger.schema import VERSION
from ocr_watcher.storage.journal_mode import journals_for
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def check_ledger(state_directory: Path) -> Iterator[Result]:
    """Test the ledger of a directory; return a result only where something is missing."""
    if not state_directory.is_dir():
        return
    if shortfall := journals_for(state_directory)[0].shortfall:
        yield Result(
            "warn", "ledger", f"{shortfall}; a state_dir on a local disk has no such limit"
        )
    try:
        version = newer_version(state_directory)
    except sqlite3.Error as error:
        yield Result("warn", "ledger", f"cannot be read: {error}")
        return
    if version is not None:
        yield Result(
            "warn",
            "ledger",
            f"a newer version of this program wrote it (schema {version}, known is {VERSION}): it "
            f"is only read, and what is new goes to {OWN_NAME}; install the newer version",
        )
