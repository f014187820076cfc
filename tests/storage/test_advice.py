"""Advice on permissions names the user, the folder and the command, and the command works."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.storage import container
from ocr_watcher.storage.advice import Owner, Place, judge, storage_advice
from ocr_watcher.storage.container import is_in_container
from tests.abilities import as_nobody

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PLACE = Place(
    *("/srv/my scans", "ocr-watcher", "ocr", False, "", "ext4", True),
    *(998, 997, Owner(1000, 100, 0o755)),
)
WHO = "the program runs as 998:997, and /srv/my scans belongs to 1000:100 (mode 0755); "
LET = WHO + "let the user ocr-watcher read and write in /srv/my scans: "
BOXED = replace(PLACE, path="/scans", uid=10001, gid=10001, in_container=True)
GIVE = "give it to 10001:10001, on the host: sudo chown -R 10001:10001 FOLDER"


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
    advice = judge(replace(PLACE, user="root", ignores_permissions=True))
    assert advice.startswith("not even root may write in /srv/my scans")


@pytest.mark.parametrize(
    ("place", "command"),
    [
        (
            BOXED,
            'start the container with --user 1000:100 (compose.yaml: user: "1000:100"), or ' + GIVE,
        ),
        (replace(BOXED, owner=Owner(0, 0, 0o755)), GIVE),
        (
            replace(BOXED, owner=Owner(0, 0, 0o755), root_is_a_person=True),
            'start the container with --user 0:0 (compose.yaml: user: "0:0"), or '
            + GIVE.replace("sudo", "podman unshare"),
        ),
        (
            replace(BOXED, owner=Owner(65534, 65534, 0o755), root_is_a_person=True),
            (
                "the container does not know that user; give it to yourself, on the host: "
                'sudo chown -R "$(id -u):$(id -g)" FOLDER, and start the container with --user 0:0'
            ),
        ),
        (
            replace(BOXED, owner=Owner(10001, 0, 0o555)),
            "on the host, give its owner all permissions: sudo chmod -R u+rwX FOLDER",
        ),
    ],
)
def test_in_a_container_the_command_names_the_user_to_start_it_with(
    place: Place, command: str
) -> None:
    owner = place.owner
    assert owner is not None
    whose = f"/scans belongs to {owner.uid}:{owner.gid} (mode {owner.mode:04o})"
    assert judge(place) == f"the program runs as 10001:10001, and {whose}; {command}"


def test_what_may_not_be_seen_is_not_said_to_belong_to_anybody() -> None:
    assert judge(replace(BOXED, owner=None)) == f"the program runs as 10001:10001; {GIVE}"


def test_in_a_container_a_mount_with_one_owner_is_mounted_for_the_user() -> None:
    assert "mount it with the option uid=" in judge(replace(BOXED, file_system="cifs"))


def test_a_container_is_known_by_its_variable() -> None:
    assert [is_in_container(variables) for variables in ({}, {"container": "oci"})] == [False, True]


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
        assert told.startswith("the program runs as 65534:65534")
        assert f"; let the user nobody read and write in {folder}: sudo " in told
        command = told.partition(f"write in {folder}: ")[2].replace("sudo ", "")
        subprocess.run(["sh", "-c", command], check=True)
    assert told == "written"


AS_NOBODY_STATE = """
import sys
from pathlib import Path
from ocr_watcher.commands.checks.storage import check_state
found = next(check_state(Path(sys.argv[1])))
print(found.verdict, found.finding)
"""


def state_told_to_nobody(state: Path) -> str:
    command = [*as_nobody(), sys.executable, "-c", AS_NOBODY_STATE, state]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "Permission denied" in done.stderr:
        pytest.skip("the program lies where another user may not read it")
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_state_directory_that_is_missing_is_made_and_what_lies_above_stays_as_it_is(
    open_way: Path,
) -> None:
    above = open_way / "lib"
    above.mkdir(mode=0o755)
    told = state_told_to_nobody(above / "my state")
    assert told.startswith("warn Permission denied; nothing will be remembered; make it: ")
    command = told.partition("; make it: ")[2]
    assert command.startswith("sudo install -d ")
    subprocess.run(["sh", "-c", command.removeprefix("sudo ")], check=True)
    assert state_told_to_nobody(above / "my state") == "ok can be written to"
    assert (above.stat().st_uid, stat.S_IMODE(above.stat().st_mode)) == (0, 0o755)


def test_a_state_directory_below_one_that_is_missing_is_made_with_it(open_way: Path) -> None:
    state = open_way / "missing" / "state"
    command = state_told_to_nobody(state).partition("; make it: ")[2]
    subprocess.run(["sh", "-c", command.removeprefix("sudo ")], check=True)
    assert state_told_to_nobody(state) == "ok can be written to"


def test_a_state_directory_below_one_that_is_closed_is_to_be_another(open_way: Path) -> None:
    closed = open_way / "closed"
    closed.mkdir(mode=0o700)
    told = state_told_to_nobody(closed / "state")
    assert told.endswith(f"{closed} may not be entered; choose another directory")


@pytest.mark.parametrize(("user", "is_a_person"), [("0", False), ("65534", True)])
def test_in_a_container_without_root_the_user_0_is_who_started_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str, is_a_person: bool
) -> None:
    if os.geteuid():
        pytest.skip("only root becomes another user")
    who = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    command = [*who, "unshare", "--user", "--map-root-user", "cat", "/proc/self/uid_map"]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"another user may not do this here: {done.stderr}")
    users = tmp_path / "uid_map"
    users.write_text(done.stdout)
    monkeypatch.setattr(container, "_USERS", users)
    assert container.root_is_a_person() is is_a_person
