"""The image: built from the Containerfile, and run as docs/container.md says."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

from ocr_watcher import __version__
from tests.container.podman import USER
from tests.systemd.debian import CHECKOUT
from tests.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.container.podman import Podman

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(900)]

SAMPLES = CHECKOUT / "samples"
WORDS = "Thank you for the two ledgers, which arrived on Monday."


@pytest.fixture
def daemon(podman: Podman, scans: Path) -> Iterator[str]:
    """The name of a container that watches the folder, with a new volume for its state."""
    options = ("--detach", "--name=daemon", "--volume=state:/state")
    started = podman.container(options=options, folder=scans)
    assert started.returncode == 0, started.stderr
    eventually(lambda: "watching" in podman.logs("daemon"), 120)
    yield "daemon"
    podman.attempt("rm", "--force", "--time=0", "daemon")
    podman.attempt("volume", "rm", "--force", "state")


def drop(scans: Path, name: str, sample: str = "letter.jpg") -> Path:
    """Puts a sample into a folder, as its owner."""
    image = scans / name
    shutil.copy(SAMPLES / sample, image)
    os.chown(image, *map(int, USER.split(":")))
    return image.with_name(f"{name}.txt")


def test_without_a_folder_of_its_own_it_prints_the_text_of_a_sample(podman: Podman) -> None:
    ended = podman.container("ocr", "/scans/letter.jpg", folder=SAMPLES, options=("--rm",))
    assert ended.returncode == 0, ended.stderr
    assert WORDS in ended.stdout


def test_it_says_how_it_is_to_be_run_and_has_nothing_to_build_with(podman: Podman) -> None:
    told = podman.configuration()
    assert told["User"] == "10001:10001"
    assert (told["Entrypoint"], told["Cmd"]) == (["ocr-watcher"], ["run"])
    assert (told["StopSignal"], told["Volumes"]) == ("SIGTERM", {"/scans": {}, "/state": {}})
    assert told["Healthcheck"]["Test"] == ["CMD", "ocr-watcher", "status", "--health"]
    assert told["Labels"]["org.opencontainers.image.licenses"] == "MIT"
    look = (
        "ocr-watcher --version; command -v pip gcc cc; id -u; "
        "/opt/ocr-watcher/bin/python -c 'import pip' 2>&1 | tail -n 1; "
        "find /opt/ocr-watcher -name daemon.cpython-*.pyc | wc -l"
    )
    ended = podman.container("-c", look, options=("--rm", "--entrypoint=sh"))
    version, user, *others = ended.stdout.splitlines()
    assert (version, user) == (f"ocr-watcher {__version__}", "1234")
    assert others[0] == "ModuleNotFoundError: No module named 'pip'"
    assert int(others[1]) > 0


def test_it_watches_the_folder_is_healthy_and_ends_when_asked(
    podman: Podman, scans: Path, daemon: str
) -> None:
    text = drop(scans, "a.jpg")
    eventually(text.exists, 120)
    assert WORDS in text.read_text("utf-8")
    assert text.stat().st_uid == int(USER.partition(":")[0])
    podman.run("healthcheck", "run", daemon)
    assert podman.run("exec", daemon, "ocr-watcher", "status").startswith(
        "/scans: 1 done, 0 waiting, 0 failed\n"
    )
    assert " Z " not in podman.run("exec", daemon, "sh", "-c", "cat /proc/[0-9]*/stat")
    begun = time.monotonic()
    podman.run("stop", "--time=40", daemon)
    assert time.monotonic() - begun < 35
    assert podman.run("inspect", "--format={{.State.ExitCode}}", daemon).strip() == "0"
    assert "stopping signal=SIGTERM" in podman.logs(daemon)
    assert sorted(each.name for each in scans.iterdir()) == ["a.jpg", "a.jpg.txt"]


def test_killed_and_started_again_it_takes_its_folder_back_and_reads_nothing_twice(
    podman: Podman, scans: Path, daemon: str
) -> None:
    first = drop(scans, "a.jpg")
    eventually(first.exists, 120)
    written = first.stat()
    podman.run("kill", "--signal=KILL", daemon)
    podman.run("wait", daemon)
    podman.run("start", daemon)
    second = drop(scans, "b.jpg", "receipt.jpg")
    eventually(second.exists, 120)
    assert first.stat() == written


@pytest.fixture
def stranger(podman: Podman, scans: Path) -> Iterator[str]:
    """The name of a container that watches the folder as a user who may not write in it."""
    options = ("--detach", "--name=stranger")
    started = podman.container(options=options, folder=scans, user="4321:4321")
    assert started.returncode == 0, started.stderr
    yield "stranger"
    podman.attempt("rm", "--force", "--time=0", "--volumes", "stranger")


def test_as_the_wrong_user_it_names_both_and_the_one_to_start_it_with(
    podman: Podman, scans: Path, stranger: str
) -> None:
    told = (
        "the program runs as 4321:4321, and /scans belongs to 1234:1234 (mode 0755); "
        "start the container with --user 1234:1234"
    )
    eventually(lambda: told in podman.logs(stranger), 120)  # also where there is no scan yet
    drop(scans, "a.jpg")
    eventually(lambda: podman.logs(stranger).count(told) > 1, 120)
    checked = podman.attempt("exec", stranger, "ocr-watcher", "check")
    assert f"fail  folder /scans: Permission denied; {told}" in checked.stdout, checked.stdout
    podman.run("healthcheck", "run", stranger)  # its threads advance


def test_a_state_of_another_user_is_told_likewise(podman: Podman, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    mounted = ("--rm", f"--volume={state}:/state")
    checked = podman.container("check", folder=SAMPLES, options=mounted)
    told = (
        "warn  state_dir /state: Permission denied; nothing will be remembered; the program runs "
        "as 1234:1234, and /state belongs to 0:0 (mode 0755); give it to 1234:1234, on the host: "
        "sudo chown -R 1234:1234 FOLDER"
    )
    assert told in checked.stdout, checked.stdout


def test_a_container_without_a_working_daemon_is_unhealthy(podman: Podman, scans: Path) -> None:
    options = ("--detach", "--name=idle", "--entrypoint=sleep")
    podman.container("600", options=options, folder=scans)
    checked = podman.attempt("healthcheck", "run", "idle")
    podman.attempt("rm", "--force", "--time=0", "idle")
    assert checked.returncode == 1, checked.stderr


def test_keys_come_as_files_and_settings_as_variables(podman: Podman, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("no key of anybody\n")
    key.chmod(0o644)
    ended = podman.container(
        "check",
        folder=SAMPLES,
        options=(
            *("--rm", f"--volume={key}:/run/secrets/key:ro"),
            *("--env=OCR_WATCHER_BAIDU_API_KEY_FILE=/run/secrets/key",),
            *("--env=OCR_WATCHER_BAIDU_SECRET_KEY_FILE=/run/secrets/key",),
            *("--env=OCR_WATCHER_BAIDU__BASE_URL=http://127.0.0.1:9",),
        ),
    )
    assert "fail  engine: " in ended.stdout, ended.stdout
    assert "no key of anybody" not in ended.stdout + ended.stderr
