"""Claims on file systems in user space, as on the shares of another host."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ClaimError, OcrWatcherError
from ocr_watcher.service.claim.holder import Holder, this_process
from ocr_watcher.service.claim.lock_file import NAME
from ocr_watcher.service.claim.verdict import Rhythm
from ocr_watcher.service.lock import hold
from tests.mounts import bindfs, odd
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.service.lock import Claims
    from tests.mounts import Mount

# The kernel keeps what it knows of a file on a FUSE mount for a second.
QUICK = Rhythm(beat=0.3, lease=1.2, patience=3.0)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    return tmp_path / "disk"


@pytest.fixture
def share(disk: Path, tmp_path: Path) -> Iterator[Mount]:
    with bindfs(disk, tmp_path / "share") as mount:
        yield mount


def on_another_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has this process know nothing of the processes of the other claim."""

    def stranger(engine: str) -> Holder:
        return replace(this_process(engine), host="far-away", boot="another")

    monkeypatch.setattr("ocr_watcher.service.lock.this_process", stranger)


def refused(folder: Path) -> bool:
    try:
        with hold({str(folder): True}, "local", rhythm=QUICK):
            return False
    except OcrWatcherError as error:
        return "another ocr-watcher works on" in str(error)


def test_a_server_and_its_client_see_each_other_though_their_locks_do_not(
    disk: Path, share: Mount, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hold({str(disk): True}, "baidu", rhythm=QUICK), monkeypatch.context() as elsewhere:
        on_another_host(elsewhere)
        assert refused(share.path)
    with hold({str(share.path): True}, "baidu", rhythm=QUICK), monkeypatch.context() as elsewhere:
        on_another_host(elsewhere)
        assert refused(disk)
    assert list(disk.iterdir()) == []


def test_a_share_can_be_unmounted_while_it_is_claimed(share: Mount) -> None:
    with hold({str(share.path): True}, "baidu", rhythm=QUICK):
        eventually(lambda: subprocess.run(["umount", share.path], check=False).returncode == 0, 10)


def test_a_share_that_hangs_at_the_start_holds_up_no_other_folder(
    share: Mount, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr_watcher.service.lock._ANSWER_SECONDS", 0.2)
    monkeypatch.setattr("ocr_watcher.service.lock._END_SECONDS", 0.2)
    other = tmp_path / "other"
    other.mkdir()
    share.hang()
    before = time.monotonic()
    with hold({str(share.path): True, str(other): True}, "local", rhythm=QUICK) as claims:
        assert time.monotonic() - before < 5
        assert claims.obstacles == {str(share.path): "it does not answer"}
        claims.require(str(other))
        share.go_on()
        eventually(lambda: not claims.obstacles, 20)
        assert (disk / NAME).exists()
    eventually(lambda: not (disk / NAME).exists(), 10)


def test_while_a_share_hangs_no_call_is_made_for_it(share: Mount) -> None:
    with hold({str(share.path): True}, "local", rhythm=QUICK) as claims:
        claims.require(str(share.path))
        share.hang()
        eventually(lambda: claims.obstacles, 10)
        with pytest.raises(ClaimError):
            claims.require(str(share.path))
        share.go_on()
        eventually(lambda: not claims.obstacles, 20)


@pytest.mark.parametrize("faults", [{"inodes": 1}, {"fsync": "EINVAL"}, {"ctime": 1}])
def test_a_file_system_that_is_odd_carries_a_claim(
    disk: Path, tmp_path: Path, faults: dict[str, int]
) -> None:
    with (
        odd(disk, tmp_path / "odd", **faults) as mounted,
        hold({str(mounted.path): True}, "local", rhythm=QUICK) as claims,
    ):
        assert claims.obstacles == {}
        beats_without_a_break(claims, disk / NAME)
        assert refused(mounted.path)
    assert list(disk.iterdir()) == []


def beats_without_a_break(claims: Claims, file: Path) -> None:
    for _ in range(3):
        before = file.read_bytes()
        eventually(lambda before=before: file.read_bytes() != before, 10)
        assert claims.obstacles == {}
