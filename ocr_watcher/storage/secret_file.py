"""The files that settings name for secrets: a key, a password, addresses with passwords."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING

from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.named_file import read_named_file

if TYPE_CHECKING:
    from pathlib import Path

_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
_MAY_BE_A_SECRET = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,}|bce-v3|[A-Za-z0-9]:/"
)
"""A part of a text that shows that it is the keys of an account, a key of the IAM or an address of
Apprise, and not a path. A path that was made absolute keeps one of the two slashes of an address.
Each run of letters and digits is tested once, from its beginning."""


def read_secret_file(source: str, file: Path, most_bytes: int) -> bytes:
    """Return the content of a file that holds a secret.

    Args:
        source: The path of the setting that names the file, for errors.
        file: The file.
        most_bytes: The largest size of its content.

    Returns:
        Its content; one byte more than ``most_bytes`` if it is too large.

    Raises:
        SettingsError: It cannot be read. People write the secret itself where the name of its file
            belongs, so a name that may be a secret is not shown.
    """
    try:
        return read_named_file(file, most_bytes)
    except OSError as error:
        reason = error.strerror
        hidden = error.errno in _NO_FILE and _MAY_BE_A_SECRET.search(str(file))
    # Raised here, so that its context is not the error of the system, which holds the name.
    if hidden:
        problem = (
            "names no file, and is not shown, as it may be the secret itself; write the secret into"
            " a file, and name that file"
        )
        raise SettingsError([f"{source}: {problem}"])
    raise SettingsError([f"{source}: {file} cannot be read: {reason}"])
