"""The sdist and the wheel: complete, the same at each build, and fit for the package index."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
MADE_BY_THE_BUILD = {"PKG-INFO"}
NOON_OF_A_DAY = "1767225600"

pytestmark = pytest.mark.slow


def run(*command: str | Path, directory: Path = ROOT) -> str:
    """Runs a tool, which must succeed, and returns what it prints."""
    done = subprocess.run(
        command,
        cwd=directory,
        env={**os.environ, "SOURCE_DATE_EPOCH": NOON_OF_A_DAY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, results: Path, kinds: Sequence[str] = ("--sdist", "--wheel")) -> list[Path]:
    """Builds from a source tree without the network; returns what comes out, by name."""
    command = (sys.executable, "-m", "build", "--no-isolation", *kinds, "--outdir", results)
    run(*command, source)
    return sorted(results.iterdir())


def kept_by_git() -> list[str]:
    """The files of the checkout, as git lists them."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("this is no clone: git does not tell what belongs to it")
    return run("git", "ls-files", "-z").strip("\0").split("\0")


def copy_of_the_checkout(place: Path, umask: int) -> Path:
    """Copies what git keeps, as a clone with this umask has it: with dates of its own."""
    for name in kept_by_git():
        file, copy = ROOT / name, place / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        copy.chmod((0o777 if os.access(file, os.X_OK) else 0o666) & ~umask)
    return place


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sdist and the wheel of a clean copy of this checkout."""
    source = copy_of_the_checkout(tmp_path_factory.mktemp("clean"), umask=0o022)
    return build(source, tmp_path_factory.mktemp("dist"))


def contents_of(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def unpack(sdist: Path, place: Path) -> Path:
    """Unpacks an sdist; returns its one directory."""
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    (directory,) = place.iterdir()
    return directory


def test_two_builds_of_the_same_files_are_the_same_bytes(built: list[Path], tmp_path: Path) -> None:
    source = copy_of_the_checkout(tmp_path / "again", umask=0o077)
    again = build(source, tmp_path / "dist")
    assert [file.name for file in again] == [file.name for file in built]
    assert [file.read_bytes() for file in again] == [file.read_bytes() for file in built]


def test_the_sdist_has_each_file_of_the_checkout_and_no_other(
    built: list[Path], tmp_path: Path
) -> None:
    directory = unpack(built[1], tmp_path)
    there = {str(file.relative_to(directory)) for file in directory.rglob("*") if not file.is_dir()}
    assert there - MADE_BY_THE_BUILD == set(kept_by_git())
    assert os.access(directory / "systemd/install", os.X_OK)


def test_the_sdist_makes_the_same_wheel(built: list[Path], tmp_path: Path) -> None:
    directory = unpack(built[1], tmp_path / "unpacked")
    (wheel,) = build(directory, tmp_path / "dist", ["--wheel"])
    assert wheel.read_bytes() == built[0].read_bytes()


def test_the_wheel_has_each_file_of_the_package_and_nothing_beside_it(built: list[Path]) -> None:
    package = {name for name in kept_by_git() if name.startswith("ocr_watcher/")}
    there = {name for name in contents_of(built[0]) if ".dist-info/" not in name}
    assert there == package


def test_the_tools_of_the_package_index_find_no_fault(built: list[Path]) -> None:
    assert "OK" in run(sys.executable, "-m", "check_wheel_contents", built[0])
    assert "PASSED" in run(sys.executable, "-m", "twine", "check", "--strict", *built)
