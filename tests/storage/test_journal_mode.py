"""The ledger works on file systems that cannot do all that SQLite likes to have."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.database import Database
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.storage.journal_mode import (
    UNFLUSHED,
    WITHOUT_SHARED_MEMORY,
    WRITE_AHEAD,
    journals_for,
)
from tests import mounts
from tests.ledger.paying import count_call

if TYPE_CHECKING:
    from pathlib import Path

DAY = ("2026-01-31", "baidu", "general")


def mounted_as(kind: str, place: Path) -> str:
    """What ``/proc/self/mountinfo`` says of a file system (proc(5))."""
    return f"22 1 0:21 / {place} rw - {kind} server:/share rw\n"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p"])
def test_a_share_has_no_write_ahead_log_for_hosts_share_no_memory(
    kind: str, tmp_path: Path
) -> None:
    assert journals_for(tmp_path, mounted_as(kind, tmp_path)) == (WITHOUT_SHARED_MEMORY,)


@pytest.mark.parametrize("kind", ["ext4", "tmpfs", "fuseblk", "fuse.bindfs"])
def test_a_disk_has_one_where_a_try_shows_that_it_can(kind: str, tmp_path: Path) -> None:
    first, *_ = journals_for(tmp_path, mounted_as(kind, tmp_path))
    assert first == WRITE_AHEAD


def test_without_a_write_ahead_log_it_remembers_and_two_share_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    Ledger(tmp_path).close()  # it had one before
    monkeypatch.setattr(
        "ocr_watcher.ledger.database_file.journals_for", lambda _: (WITHOUT_SHARED_MEMORY,)
    )
    with Ledger(tmp_path) as ledger, Ledger(tmp_path) as another:
        for one in (ledger, another, ledger):
            count_call(one, *DAY)
        assert (ledger.calls(*DAY), another.calls(*DAY)) == (3, 3)
        assert not list(tmp_path.glob("*-wal"))
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("faults", "journal"),
    [({}, WRITE_AHEAD), ({"fsync": "EINVAL"}, UNFLUSHED), ({"inodes": 1}, WRITE_AHEAD)],
    ids=["nothing odd", "no flush", "other inodes at each look"],
)
def test_on_a_file_system_in_user_space_it_remembers_over_a_restart_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, faults: dict[str, str], journal: object
) -> None:
    with mounts.odd(tmp_path / "source", tmp_path / "state", **faults) as odd:
        for number in (1, 2):
            with Ledger(odd.path) as ledger:
                count_call(ledger, *DAY)
                assert ledger.calls(*DAY) == number
        with closing(Database(odd.path)) as database:
            assert database._file.journal == journal
    assert caplog.messages == []
