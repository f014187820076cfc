"""Where dates are refused or kept coarsely, an image gets its text, and is paid for once."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.errors import ImageError
from ocr_watcher.sidecars.state import State
from ocr_watcher.storage.trial import forget_verdicts
from ocr_watcher.values.outcome import Failed, Recognised, Skipped
from tests import mounts
from tests.simulator.pictures import png
from tests.work.desk import MODIFIED
from tests.work.ledger_desk import LedgerDesk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECOND = 10**9
FUTURE = time.time_ns() + 10 * 365 * 86_400 * SECOND + 123_456_789
REFUSALS = ["EPERM", "EACCES", "EINVAL", "EOPNOTSUPP", "ENOSYS"]
COARSE = [1_000, 1_000_000, SECOND, 2 * SECOND]


@pytest.fixture(autouse=True)
def no_verdict_of_another_disk() -> None:
    forget_verdicts()


@contextlib.contextmanager
def odd_desk(
    tmp_path: Path, *, remembers: bool = True, modified: int = MODIFIED, **faults: str | int
) -> Iterator[LedgerDesk]:
    """A desk on the odd file system; its image is older than what is odd about it."""
    source = tmp_path / "source"
    with mounts.odd(source, tmp_path / "scans", **faults) as odd:
        (source / "a.png").write_bytes(png("words"))
        os.utime(source / "a.png", ns=(modified, modified))
        state = tmp_path / "state" if remembers else None
        with LedgerDesk(odd.path, state) as desk:
            yield desk


def is_paid_for_once(desk: LedgerDesk) -> bool:
    """Recognise the image; whatever looks at it then, today and after a restart, is content."""
    assert isinstance(desk.once(), Recognised)
    for _ in range(2):
        assert desk.text == "words\n"
        assert desk.state() is State.DONE
        assert desk.once() == Skipped("done")
        forget_verdicts()
        desk.restart()
    assert desk.names() == ["a.png", "a.png.txt"]
    return desk.engine.calls == ["words"]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_date_is_no_fault(tmp_path: Path, refusal: str) -> None:
    with odd_desk(tmp_path, utimens=refusal) as desk:
        assert is_paid_for_once(desk)


@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
@pytest.mark.parametrize("modified", [MODIFIED, FUTURE], ids=["past", "future"])
def test_an_image_is_paid_for_once_where_dates_are_refused(
    tmp_path: Path, modified: int, *, remembers: bool
) -> None:
    with odd_desk(tmp_path, remembers=remembers, modified=modified, utimens="EPERM") as desk:
        assert is_paid_for_once(desk)


@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
@pytest.mark.parametrize("step", COARSE)
def test_an_image_is_paid_for_once_where_dates_are_truncated(
    tmp_path: Path, step: int, *, remembers: bool
) -> None:
    with odd_desk(tmp_path, remembers=remembers, modified=FUTURE, date_step=step) as desk:
        assert is_paid_for_once(desk)


@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
def test_an_image_is_paid_for_once_where_late_years_are_clamped(
    tmp_path: Path, *, remembers: bool
) -> None:
    latest = FUTURE - 365 * 86_400 * SECOND
    with odd_desk(tmp_path, remembers=remembers, modified=FUTURE, latest=latest) as desk:
        assert is_paid_for_once(desk)


@pytest.mark.parametrize("modified", [MODIFIED, FUTURE], ids=["past", "future"])
def test_one_is_remembered_where_the_last_change_of_status_means_nothing_either(
    tmp_path: Path, modified: int
) -> None:
    with odd_desk(tmp_path, modified=modified, utimens="EPERM", ctime=1) as desk:
        assert is_paid_for_once(desk)


def test_dates_are_truncated_where_the_last_change_of_status_is_no_better(tmp_path: Path) -> None:
    with odd_desk(tmp_path, remembers=False, modified=FUTURE, date_step=SECOND, ctime=1) as desk:
        assert is_paid_for_once(desk)


@pytest.mark.parametrize("remembers", [True, False], ids=["ledger", "no ledger"])
def test_an_image_that_changes_there_gets_its_new_text(tmp_path: Path, *, remembers: bool) -> None:
    with odd_desk(tmp_path, remembers=remembers, utimens="EPERM") as desk:
        desk.once()
        desk.root.joinpath("a.png").write_bytes(png("other words"))
        assert desk.state() is State.WAITING
        assert isinstance(desk.once(), Recognised)
        assert desk.text == "other words\n"
        assert desk.state() is State.DONE


@pytest.mark.parametrize("modified", [MODIFIED, FUTURE], ids=["past", "future"])
def test_what_failed_there_has_failed_also_after_a_restart(tmp_path: Path, modified: int) -> None:
    error = ImageError(216201, "image format error")
    with odd_desk(tmp_path, modified=modified, utimens="EPERM") as desk:
        assert isinstance(desk.fail(error), Failed)
        for _ in range(2):
            assert desk.state() is State.FAILED
            assert desk.once() == Skipped("failed")
            desk.restart()
        desk.root.joinpath("a.png").write_bytes(png("other words"))
        assert desk.state() is State.WAITING


@pytest.mark.parametrize("refusal", ["EINVAL", "ENOSYS", "EOPNOTSUPP"])
def test_an_fsync_that_is_not_supported_is_no_fault(tmp_path: Path, refusal: str) -> None:
    with odd_desk(tmp_path, fsync=refusal) as desk:
        assert is_paid_for_once(desk)


def test_an_old_ext4_keeps_whole_seconds_and_ends_in_2038(tmp_path: Path) -> None:
    with (
        mounts.ext4(tmp_path / "disk", tmp_path / "scans", inode_size=128) as root,
        LedgerDesk(root, None) as desk,
    ):
        (root / "lost+found").rmdir()
        for modified in (MODIFIED, 3_000_000_000 * SECOND):
            desk.drop(png("words"), modified=modified)
            assert isinstance(desk.once(), Recognised)
            desk.restart()
            assert desk.state() is State.DONE
            (root / "a.png.txt").unlink()


def test_rclone_truncates_dates(tmp_path: Path) -> None:
    cloud = tmp_path / "cloud"
    cloud.mkdir()
    (cloud / "a.png").write_bytes(png("words"))
    os.utime(cloud / "a.png", ns=(MODIFIED, MODIFIED))
    with (
        mounts.rclone(cloud, tmp_path / "scans") as mount,
        LedgerDesk(mount.path, None) as desk,
    ):
        assert is_paid_for_once(desk)
