"""Advice on permissions names the user, the folder and the command, and the command works."""

from __future__ import annotations

import errno
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.storage.advice import Place, judge, storage_advice
from tests.abilities import as_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PLACE = Place("/srv/my scans", "ocr-watcher", "ocr", False, "", "ext4", True)
LET = "let the user ocr-watcher read and write in /srv/my scans: "


@pytest.mark.parametrize(
    ("place", "command"),
    [
        (
            PLACE,
            "sudo setfacl -R -m u:ocr-watcher:rwX,d:u:ocr-watcher:rwX '/srv/my scans'",
        ),
        (replace(PLACE, group_lacks_permission=True), "sudo chmod -R g+rwX '/srv/my scans'"),
        (
            replace(PLACE, can_setfacl=False),
            "sudo chgrp -R ocr '/srv/my scans' && sudo chmod -R g+rwX '/srv/my scans'",
        ),
        (replace(PLACE, first_closed_parent="/srv"), "sudo setfacl -m u:ocr-watcher:x /srv"),
        (replace(PLACE, first_closed_parent="/srv", can_setfacl=False), "sudo chmod o+x /srv"),
        (
            replace(PLACE, file_system="cifs"),
            "mount it with the option uid=ocr-watcher (on cifs chmod has no effect)",
        ),
    ],
)
def test_the_command_changes_least(place: Place, command: str) -> None:
    assert judge(place) == LET + command


def test_root_needs_no_permission() -> None:
    advice = judge(replace(PLACE, user="root"))
    assert advice.startswith("not even root may write in /srv/my scans")


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "make room on the disk"),
        (errno.EDQUOT, "make room within the quota"),
        (errno.EROFS, "the folder is mounted read-only; mount it for writing"),
        (errno.EIO, ""),
    ],
)
def test_other_faults_have_advice_of_their_own(number: int, advice: str) -> None:
    assert storage_advice(OSError(number, ""), "/srv/scans") == advice


@pytest.fixture
def open_way() -> Iterator[Path]:
    """A directory that everybody may reach; those of pytest are closed to others."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)


AS_NOBODY = """
import os, sys
from ocr_watcher.storage.advice import storage_advice
try:
    os.mkdir(sys.argv[1] + "/new")
except OSError as error:
    print(storage_advice(error, sys.argv[1]))
else:
    print("written")
"""


def told_as_nobody(folder: Path) -> str:
    command = [*as_nobody(), sys.executable, "-c", AS_NOBODY, folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "Permission denied" in done.stderr:
        pytest.skip("the program lies where another user may not read it")
    assert done.stderr == ""
    return done.stdout.strip()


@pytest.mark.parametrize("mode", [0o755, 0o700])
def test_what_it_says_works(open_way: Path, mode: int) -> None:
    """Also where the way is closed as well: the next advice is on what is then in the way."""
    folder = open_way / "home" / "my scans"
    folder.mkdir(parents=True)
    folder.parent.chmod(mode)
    for _ in range(3):
        told = told_as_nobody(folder)
        if told == "written":
            break
        assert told.startswith(f"let the user nobody read and write in {folder}: sudo ")
        command = told.partition(": ")[2].replace("sudo ", "")
        subprocess.run(["sh", "-c", command], check=True)
    assert told == "written"
