"""The password of the page, which is kept only as its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.secret_file import read_secret_file
from ocr_watcher.threads.patience import answered

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 4096
_FEWEST_CHARACTERS = 8
_PATH = "web.password_file"


def password_hash(file: Path | None) -> bytes | None:
    """Return the hash of the password in a file, without the last line break.

    Raises:
        SettingsError: It cannot be read, or holds no password. The error never shows it.
    """
    if file is None:
        return None
    try:
        content = answered(lambda: read_secret_file(_PATH, file, _MOST_BYTES), of=str(file.parent))
    except OSError as error:
        raise SettingsError([f"{_PATH}: {file} cannot be read: {error.strerror}"]) from None
    if problem := _problem(content):
        raise SettingsError([f"{_PATH}: {file} {problem}"])
    return hash_of(_bare(content))


def hash_of(password: bytes) -> bytes:
    """Return the hash of a password."""
    return hashlib.sha256(password).digest()


def _bare(content: bytes) -> bytes:
    return content.removesuffix(b"\n").removesuffix(b"\r")


def _problem(content: bytes) -> str:
    if len(content) > _MOST_BYTES:
        return "is longer than 4 kB; that is no password"
    try:
        text = _bare(content).decode()
    except UnicodeDecodeError:
        return "must be UTF-8"
    if not text.isprintable():
        return "must be one line of printable characters"
    if len(text) < _FEWEST_CHARACTERS:
        return f"must hold a password of at least {_FEWEST_CHARACTERS} characters"
    return ""
