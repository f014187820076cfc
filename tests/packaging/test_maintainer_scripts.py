"""What the scripts that run as root at installation and purge leave alone.

They run in a mount namespace, whose /etc and /var/lib are directories of the test.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon
from tests.daemon.mounted import skip_where_nothing_may_be_mounted
from tests.simulator.server import Simulator
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
PURGES = {
    "the package": f"exec sh '{ROOT}/packaging/debian/postrm' purge",
    "the installer": f"set -eu; . '{ROOT}/systemd/common.sh'; remove_settings; remove_state",
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


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory, with all that a daemon has there, which was killed."""
    skip_where_nothing_may_be_mounted()
    directory = tmp_path_factory.mktemp("daemon")
    page = {"web": {"listen": f"unix:{directory}/web.sock"}}
    with Simulator() as simulator:
        messages = {"notify": {"urls": [f"json://{simulator.url.removeprefix('http://')}"]}}
        with Daemon(directory, simulator, settings=page | messages) as daemon:
            made = ("ledger", "index", "messages")
            kept = [*(f"{name}.sqlite" for name in made), "messages.*.lock", "running/*"]
            (daemon.folder / "failed.png").write_text("no picture")
            eventually(lambda: all(any(daemon.state.glob(name)) for name in kept))
            daemon.kill()
    return daemon.state


@pytest.fixture
def state(machine: Path, left_behind: Path) -> Path:
    """A copy of it where the scripts look for it."""
    place = machine / "lib/ocr-watcher"
    shutil.copytree(left_behind, place, dirs_exist_ok=True)
    (place / "ledger.sqlite.1764464400000000000").touch()  # one that was damaged
    return place


def test_the_state_goes_and_with_it_the_directory(purge: Callable[[], str], state: Path) -> None:
    assert "Kept" not in purge()
    assert not state.exists()
    assert purge() == ""


def test_scans_in_the_state_directory_stay(purge: Callable[[], str], state: Path) -> None:
    kept = {state / "scans/letter.jpg", state / "scans/letter.jpg.txt", state / "note.png"}
    (state / "scans").mkdir()
    for path in kept:
        path.touch()
    assert "Kept: /var/lib/ocr-watcher" in purge()
    assert {path for path in state.rglob("*") if path.is_file()} == kept


@pytest.fixture
def settings(machine: Path) -> Path:
    """The directory of the settings, with all that the installation and the documentation name."""
    directory = machine / "etc/ocr-watcher"
    named = re.findall(
        r"/etc/ocr-watcher/([a-z./-]*[a-z])",
        "\n".join(
            path.read_text("utf-8")
            for path in (ROOT / "config.example.yaml", *(ROOT / "systemd").glob("*.service"))
        ),
    )
    assert {"web-password", "cluster/host-key.pem"} < set(named)
    for name in ("config.yaml", "config.example.yaml", "schema.json", "cluster/x", *named):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).touch()
    (directory / "cluster/x").unlink()
    return directory


def test_settings_and_keys_go_and_with_them_the_directory(
    purge: Callable[[], str], settings: Path
) -> None:
    assert "Kept: /etc" not in purge()
    assert not settings.exists()


def test_the_authority_of_a_cluster_stays_whole_and_so_does_what_people_made(
    purge: Callable[[], str], settings: Path
) -> None:
    names = ("cluster/ca-key.pem", "cluster/ca.pem", "old/a.yaml", "web-password/of-the-proxy")
    kept = {settings / name for name in names}
    (settings / "old").mkdir()
    (settings / "web-password").unlink()
    (settings / "web-password").mkdir()
    for path in kept:
        path.touch()
    assert "Kept: /etc/ocr-watcher" in purge()
    assert {path for path in settings.rglob("*") if path.is_file()} == kept


def test_settings_that_are_a_link_go_without_the_file_behind_it(
    purge: Callable[[], str], settings: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.touch()
    (settings / "config.yaml").unlink()
    (settings / "config.yaml").symlink_to(own)
    purge()
    assert own.exists()
    assert not settings.exists()


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
