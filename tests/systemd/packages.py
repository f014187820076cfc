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


_ERRORS = ("lintian", "--allow-root", "--fail-on=error", "--tag-display-limit=0")


@dataclass(frozen=True, slots=True)
class Built:
    """A package that was built.

    Attributes:
        directory: Where it lies.
        path: Its path in the checkout of a machine, as the build printed it.
    """

    directory: Path
    path: str


def build(release: Release, pip_settings: Path, directory: Path) -> Built:
    """Types the commands that build the package."""
    tree = debian.builder(release)
    package = directory / "dist"
    package.mkdir()
    provided = {
        "/usr/src/wheels": debian.wheels(release, "all,docs"),
        "/etc/pip.conf": pip_settings,
    }
    with _machine(release, tree, provided, {f"{_SOURCE}/dist": package}, directory) as machine:
        needed, making = commands_under("deb: build")
        type_in(machine, needed)
        return Built(package, type_in(machine, making).strip())


def complaints(release: Release, built: Built, directory: Path) -> str:
    """What lintian says about a package where it finds errors; else nothing."""
    tree = debian.builder(release)
    provided = {f"{_SOURCE}/dist": built.directory}
    with _machine(release, tree, provided, {}, directory) as machine:
        lint = machine.attempt(*_ERRORS, built.path, within=1500)
    return lint.stdout if lint.returncode else ""


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
