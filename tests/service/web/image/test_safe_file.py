from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.service.web.safe_file import FileChangedError, SafeFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def looked(path: Path) -> SafeFile:
    return SafeFile.look(str(path.parent), path.name)


def test_a_file_is_read_whole_or_in_parts(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"0123456789")
    file = looked(path)
    assert file.read() == b"0123456789"
    assert file.read(3, 4) == b"3456"
    assert file.read(8, 100) == b"89"
    assert file.read(10) == b""
    assert file.read(99) == b""


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _other_link(path: Path) -> None:
    secret = path.parent.parent / "secret"
    secret.write_text("secret")
    path.hardlink_to(secret)
    path.unlink()
    path.symlink_to(secret)


ODD: dict[str, Callable[[Path], object]] = {
    "a link": _link,
    "a link to a file that exists": _other_link,
    "a FIFO": os.mkfifo,
    "a directory": os.mkdir,
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_is_no_regular_file_is_not_opened(
    tmp_path: Path, odd: Callable[[Path], object]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    odd(folder / "a.txt")
    with pytest.raises(OSError, match=r"not a regular file|No such file"):
        looked(folder / "a.txt")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_what_takes_the_place_of_a_file_is_not_read(
    tmp_path: Path, odd: Callable[[Path], object]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("mine")
    file = looked(folder / "a.txt")
    (folder / "a.txt").unlink()
    odd(folder / "a.txt")
    with pytest.raises((OSError, FileChangedError)):
        file.read()


def test_another_file_of_the_same_size_and_date_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("mine")
    file = looked(path)
    other = tmp_path / "b.txt"
    other.write_text("his!")
    os.utime(other, ns=(file.content.mtime_ns, file.content.mtime_ns))
    other.replace(path)
    with pytest.raises(FileChangedError):
        file.read()


def test_a_directory_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "folder" / "inner"
    inner.mkdir(parents=True)
    (inner / "a.txt").write_text("mine")
    file = SafeFile.look(str(tmp_path / "folder"), "inner/a.txt")
    inner.rename(tmp_path / "elsewhere")
    inner.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotADirectoryError):
        file.read()


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("mine")
    file = looked(path)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208  names alone
    for _ in range(20):
        file.read()
        os.utime(path)
        with pytest.raises(FileChangedError):
            file.read()
        file = looked(path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
