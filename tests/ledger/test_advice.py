"""A ledger that cannot be opened is told with whom it belongs to, and the command."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.ledger.advice import ledger_advice
from tests.abilities import as_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
OPENED = """
import sys
from pathlib import Path
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.logs.setup import set_up
set_up("info", "text")
with Ledger(Path(sys.argv[1])):
    pass
"""
WHO = "the program runs as 65534:65534, and "


@pytest.fixture
def open_way() -> Iterator[Path]:
    """A directory that everybody may reach; those of pytest are closed to others."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


def opened_as_nobody(directory: Path) -> str:
    command = [*as_nobody(), sys.executable, "-c", OPENED, directory]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"another user cannot run the program: {done.stderr}")
    return done.stderr


def test_a_state_dir_that_cannot_be_made_is_told_with_the_command_that_makes_it(
    open_way: Path,
) -> None:
    state = open_way / "no" / "state"
    told = opened_as_nobody(state)
    assert f"make it: sudo install -d --owner=65534 --mode=0700 {state}" in told
    assert "setfacl" not in told, "what lies above it may be /var/lib"


def test_a_ledger_of_the_user_before_is_told_by_its_file(open_way: Path) -> None:
    state = open_way / "state"
    state.mkdir()
    state.chmod(0o1777)
    ledger = state / "ledger.sqlite"
    ledger.touch(0o600)
    assert f"{WHO}{ledger} belongs to 0:0 (mode 0600); let the user nobody" in opened_as_nobody(
        state
    )


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, ""), "make room on the disk"),
        (OSError(errno.EIO, ""), "make state_dir writable"),
        (sqlite3.OperationalError("disk I/O error"), "make state_dir writable"),
    ],
)
def test_other_faults_have_their_own_advice(
    tmp_path: Path, error: OSError | sqlite3.Error, advice: str
) -> None:
    assert ledger_advice(tmp_path, error) == advice
