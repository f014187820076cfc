"""Advice for a person whose ledger cannot be opened."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from ocr_watcher.ledger.database_file import FILE_NAME
from ocr_watcher.storage.advice import creation_advice, storage_advice

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_MEND = "make state_dir writable"
_MAY_NOT = {errno.EACCES, errno.EPERM}


def ledger_advice(directory: Path, error: OSError | sqlite3.Error) -> str:
    """Return the advice on a ledger that cannot be opened, with the command to type.

    SQLite does not tell the error of the system. Most often the file belongs to the user that the
    program ran as before.

    Args:
        directory: The directory of the ledger (``state_dir``).
        error: The error.
    """
    if isinstance(error, OSError) and error.errno not in _MAY_NOT:
        return storage_advice(error, str(directory)) or _MEND
    if not os.path.lexists(directory):
        return creation_advice(str(directory))
    for place in map(str, (directory / FILE_NAME, directory)):
        if os.path.exists(place) and not os.access(place, os.W_OK, effective_ids=True):  # noqa: PTH110
            is_read_only = os.statvfs(place).f_flag & os.ST_RDONLY
            number = errno.EROFS if is_read_only else errno.EACCES
            return storage_advice(OSError(number, ""), place)
    return storage_advice(error, str(directory)) if isinstance(error, OSError) else _MEND
