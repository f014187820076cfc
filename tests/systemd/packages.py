"""The Debian package: built as the documentation says, on the Debian that it is for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.systemd import debian
from tests.systemd.machine import Machine
from tests.systemd.readme import commands_under, type_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.systemd.debian import Release

_SOURCE = "/usr/src/ocr-watcher"


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was built.

    Attributes:
        directory: Where it lies.
        path: The line that the build printed: its path on the machine that built it.
        complaints: What lintian says about it, the errors among it.
        has_errors: Whether lintian found errors.
    """

    directory: Path
    path: str
    complaints: str
    has_errors: bool


def build(release: Release, pip_settings: Path, directory: Path) -> Built:
    """Types the commands that build the package, and has lintian check it."""
    package = directory / "dist"
    package.mkdir()
    provided = {
        "/usr/src/wheels": debian.wheels(release, "all,docs"),
        "/etc/pip.conf": pip_settings,
    }
    tree = debian.builder(release)
    with _machine(release, tree, provided, {f"{_SOURCE}/dist": package}, directory) as machine:
        for command in commands_under("deb: build"):
            told = type_in(machine, command)
        path = told.strip()
        lint = machine.attempt("lintian", "--allow-root", "--fail-on=error", path, within=900)
    return Built(package, path, lint.stdout, lint.returncode != 0)


@contextmanager
def bare(release: Release, built: Built, directory: Path) -> Iterator[Machine]:
    """A machine with a bare Debian, a person called anna, the checkout, and the package in it."""
    provided = {f"{_SOURCE}/dist": built.directory}
    with _machine(release, debian.root(release), provided, {}, directory) as machine:
        machine.run("useradd", "--create-home", "anna")
        yield machine


def _machine(
    release: Release,
    tree: Path,
    read_only: dict[str, Path],
    writable: dict[str, Path],
    directory: Path,
) -> Machine:
    (debian.CHECKOUT / "dist").mkdir(exist_ok=True)  # what lies there on the machine is mounted
    return Machine(
        tree,
        read_only={_SOURCE: debian.CHECKOUT, **read_only},
        writable=writable,
        log=directory / "console",
        name=f"ocr-watcher-{release.name}",
    )
