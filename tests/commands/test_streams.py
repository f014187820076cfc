"""Commands whose output has no reader, is written to a full disk, or is closed."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import command, write_settings
from tests.daemon.daemon import write
from tests.simulator import pictures

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator

COMMANDS = [
    pytest.param("--version", marks=pytest.mark.slow),
    "--help",
    "status",
    pytest.param("status --json", marks=pytest.mark.slow),
    pytest.param("why IMAGE", marks=pytest.mark.slow),
    pytest.param("check", marks=pytest.mark.slow),
    "ocr IMAGE",
    pytest.param("retry", marks=pytest.mark.slow),
    "run --once",
]


@pytest.fixture
def file(tmp_path: Path, settings: dict[str, object]) -> Path:
    return write_settings(tmp_path / "config.yaml", **settings)


@pytest.fixture
def image(folder: Path) -> Path:
    return write(folder / "a.png", "words")


def under_a_shell(
    line: str, arguments: str, file: Path, image: Path, variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Runs a command in a shell's line, where "$@" is the command."""
    words = [str(image) if word == "IMAGE" else word for word in arguments.split()]
    if not arguments.startswith("--"):
        words[1:1] = ["-c", str(file), "--log-level", "error"]
    return subprocess.run(
        ["bash", "-c", line, "bash", *command(*words)],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("arguments", COMMANDS)
def test_whatever_becomes_of_the_output_no_command_ends_with_a_fault_of_its_own(
    arguments: str, file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    def ends(line: str) -> tuple[int, str]:
        image.with_name("a.png.txt").unlink(missing_ok=True)
        ended = under_a_shell(line, arguments, file, image, with_keys)
        return ended.returncode, ended.stderr

    usual = ends('"$@"')
    assert ends('exec 3> >(:); wait $!; "$@" >&3') == usual  # nobody reads, from the first byte on
    assert ends('"$@" <&- >&- 2>&-') == (usual[0], "")
    told = "ocr-watcher: the output could not be written: No space left on device\n"
    assert ends('"$@" >/dev/full') == (1, usual[1] + told)


@pytest.mark.parametrize("to", [">&-", ">/dev/full"])
def test_an_error_that_cannot_be_told_is_still_the_exit_status(
    to: str, file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    ended = under_a_shell(f'"$@" 2{to}', "--bogus", file, image, with_keys)
    assert (ended.returncode, ended.stdout) == (2, "")


def test_a_log_that_cannot_be_written_stops_nothing(
    file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    for _ in range(2):
        ended = under_a_shell('"$@" 2>/dev/full', f"ocr /dev/null {image}", file, image, with_keys)
        assert (ended.returncode, ended.stdout) == (1, f"==> {image} <==\nwords\n")


def test_a_closed_standard_output_gives_its_number_to_no_file(
    file: Path, image: Path, with_keys: dict[str, str]
) -> None:
    """What is printed would go into it."""
    ended = under_a_shell('"$@" >&- 2>&-', "run --once", file, image, with_keys)
    assert ended.returncode == 0
    state = file.parent / "state"
    assert not any(b"recognised, " in one.read_bytes() for one in state.rglob("*.db*"))
    assert image.with_name("a.png.txt").read_text() == "words\n"


def test_where_nobody_reads_any_more_no_further_image_is_paid_for(
    file: Path, image: Path, tmp_path: Path, simulator: Simulator, with_keys: dict[str, str]
) -> None:
    long = tmp_path / "long.png"
    long.write_bytes(pictures.png("words\n" * 20_000))  # more than a pipe takes in (pipe(7))
    line = 'set -o pipefail; "$@" | head -1'
    ended = under_a_shell(line, f"ocr {long} IMAGE", file, image, with_keys)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"==> {long} <==\n", "")
    assert len(simulator.calls) == 1
