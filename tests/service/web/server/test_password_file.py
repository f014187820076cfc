"""The file with the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import SettingsError
from ocr_watcher.service.web.server.password import hash_of, password_hash

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("content", ["correct horse", "correct horse\n", "correct horse\r\n"])
def test_its_line_is_the_password(tmp_path: Path, content: str) -> None:
    (tmp_path / "password").write_bytes(content.encode())
    assert password_hash(tmp_path / "password") == hash_of(b"correct horse")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "must hold a password of at least 8 characters"),
        (b"secret\n", "must hold a password of at least 8 characters"),
        (b"secret-one\nsecret-two\n", "must be one line of printable characters"),
        (b"secret\0secret", "must be one line of printable characters"),
        (b"secret\xff\xffsecret", "must be UTF-8"),
        (b"secret" * 1000, "is longer than 4 kB; that is no password"),
    ],
)
def test_anything_else_is_a_problem_that_does_not_show_it(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    file = tmp_path / "password"
    file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        password_hash(file)
    assert caught.value.problems == (f"web.password_file: {file} {problem}",)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("kind", ["none", "directory"])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, kind: str) -> None:
    (tmp_path / "directory").mkdir()
    with pytest.raises(SettingsError, match=r"web\.password_file: .* cannot be read: "):
        password_hash(tmp_path / kind)
