"""The mounts that other tests rely on have the described properties."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest

from tests import mounts
from tests.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path


def failing(error: int):
    return pytest.raises(OSError, match=os.strerror(error))


def test_the_odd_file_system_is_odd_as_it_is_told(tmp_path: Path) -> None:
    with mounts.odd(tmp_path / "source", tmp_path / "mount") as odd:
        file = odd.path / "a.txt"
        file.write_text("text")
        assert list(odd.path.iterdir()) == [file]
        os.utime(file, ns=(0, 3_123_456_789))
        assert file.stat().st_mtime_ns == 3_123_456_789
        assert file.stat().st_ino == file.stat().st_ino
        odd.faults(date_step=2 * 10**9, latest=7 * 10**9, fallocate="ESPIPE", fsync="EINVAL")
        os.utime(file, ns=(0, 3_123_456_789))
        assert file.stat().st_mtime_ns == 2 * 10**9
        os.utime(file, ns=(0, 99 * 10**9))
        assert file.stat().st_mtime_ns == 6 * 10**9
        with file.open("r+b") as opened:
            with failing(errno.ESPIPE):
                os.posix_fallocate(opened.fileno(), 0, 1)
            with failing(errno.EINVAL):
                os.fsync(opened.fileno())
        odd.faults(utimens="EPERM", inodes=1, ctime=1)
        with failing(errno.EPERM):
            os.utime(file, ns=(0, 0))
        assert file.stat().st_ino != file.stat().st_ino
        assert file.stat().st_ctime_ns == file.stat().st_mtime_ns
        odd.faults(write="ENOSPC")
        with failing(errno.ENOSPC):
            file.write_text("more")
        odd.faults(flush="EDQUOT")
        with failing(errno.EDQUOT):
            os.close(os.open(file, os.O_WRONLY))
    assert not os.path.ismount(odd.path)


def test_a_mount_hangs_and_goes_on(tmp_path: Path) -> None:
    with mounts.bindfs(tmp_path / "source", tmp_path / "mount") as mount:
        (mount.path / "a.txt").touch()
        mount.hang()
        seen: list[str] = []
        looking = threading.Thread(target=lambda: seen.extend(os.listdir(mount.path)))  # noqa: PTH208
        looking.start()
        looking.join(0.1)
        assert looking.is_alive()
        mount.go_on()
        eventually(lambda: seen == ["a.txt"])
        looking.join()


def test_an_old_ext4_keeps_whole_seconds(tmp_path: Path) -> None:
    with mounts.ext4(tmp_path / "disk", tmp_path / "mount", inode_size=128) as path:
        file = path / "a.txt"
        file.touch()
        os.utime(file, ns=(0, 1_999_999_999))
        assert file.stat().st_mtime_ns == 10**9


def test_ntfs_and_rclone_can_be_written_to(tmp_path: Path) -> None:
    with mounts.ntfs(tmp_path / "disk", tmp_path / "ntfs", "uid=0", "gid=65534") as mount:
        (mount.path / "a.txt").write_text("text")
        assert (mount.path / "a.txt").stat().st_gid == mounts.NOBODY
    with mounts.rclone(tmp_path / "cloud", tmp_path / "rclone") as mount:
        (mount.path / "a.txt").write_text("text")
        assert (mount.path / "a.txt").read_text() == "text"
