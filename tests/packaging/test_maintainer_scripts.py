"""What the scripts that run as root at installation and purge leave alone.

They run in a mount namespace, whose /etc and /var/lib are directories of the test.
"""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ocr_watcher.index.index import Index
from ocr_watcher.ledger.ledger import Ledger
from ocr_watcher.service.messages.store import Store
from ocr_watcher.work.underway.underway_file import UnderwayFile
from tests.daemon.mounted import skip_where_nothing_may_be_mounted

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PURGES = {
    "the package": f"exec sh '{ROOT}/packaging/debian/postrm' purge",
    "the installer": f"set -eu; . '{ROOT}/systemd/common.sh'; remove_state",
}


INSTALL = f"""set -eu; . '{ROOT}/systemd/common.sh'
install_settings '{ROOT}/config.example.yaml' '{ROOT}/ocr_watcher/settings/schema.json'
install_folder"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A directory with what is /etc and /var/lib for the scripts."""
    skip_where_nothing_may_be_mounted()
    for name in ("etc", "lib/ocr-watcher"):
        (tmp_path / name).mkdir(parents=True)
    return tmp_path


@pytest.fixture(params=PURGES)
def purge(request: pytest.FixtureRequest, machine: Path) -> Callable[[], str]:
    return functools.partial(run_on, machine, PURGES[request.param])


def run_on(machine: Path, script: str) -> str:
    """Runs a shell script, and returns what it says."""
    mounted = 'mount --bind "$1/etc" /etc && mount --bind "$1/lib" /var/lib'
    command = ("unshare", "--map-root-user", "--mount", "sh", "-c")
    whole = f"{mounted} && {{ {script}\n}}"
    return subprocess.run(
        [*command, whole, "sh", str(machine)], check=True, capture_output=True, text=True
    ).stdout


def write_state(directory: Path) -> None:
    """Lets each part of the program that keeps something there write it."""
    Ledger(directory).close()
    (directory / "ledger.sqlite.1764464400000000000").touch()  # one that was damaged
    Store(directory).close()
    Index(directory, []).close()
    (directory / "running").mkdir()
    (directory / "running/0123456789abcdef.lock").touch()
    UnderwayFile(directory).close()
    (directory / "in-progress.0123456789abcdef.slots").touch()  # that of a daemon that was killed


def test_the_state_goes_and_with_it_the_directory(purge: Callable[[], str], tmp_path: Path) -> None:
    state = tmp_path / "lib/ocr-watcher"
    write_state(state)
    assert "Kept" not in purge()
    assert not state.exists()
    assert purge() == ""


def test_scans_in_the_state_directory_stay(purge: Callable[[], str], tmp_path: Path) -> None:
    state = tmp_path / "lib/ocr-watcher"
    write_state(state)
    kept = {state / "scans/letter.jpg", state / "scans/letter.jpg.txt", state / "note.png"}
    (state / "scans").mkdir()
    for path in kept:
        path.touch()
    assert "Kept: /var/lib/ocr-watcher" in purge()
    assert {path for path in state.rglob("*") if path.is_file()} == kept


def test_links_and_directories_in_the_place_of_the_state_are_not_followed(
    purge: Callable[[], str], tmp_path: Path
) -> None:
    state, other = tmp_path / "lib/ocr-watcher", tmp_path / "other"
    other.mkdir()
    (other / "scan.jpg").touch()
    (state / "ledger.sqlite").symlink_to(other / "scan.jpg")
    (state / "running").symlink_to(other)
    (state / "index.sqlite").mkdir()
    purge()
    assert (other / "scan.jpg").exists()
    assert [path.name for path in state.iterdir()] == ["index.sqlite"]


def test_settings_that_are_a_link_to_what_is_not_mounted_yet_stay(machine: Path) -> None:
    settings = machine / "etc/ocr-watcher/config.yaml"
    settings.parent.mkdir()
    settings.symlink_to("/srv/not-mounted/config.yaml")
    for _ in range(2):
        assert "kept as they are" in run_on(machine, INSTALL)
    assert settings.is_symlink()
    assert (settings.parent / "config.example.yaml").is_file()
