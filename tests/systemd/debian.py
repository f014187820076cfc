"""Debians as a stranger has them, and the wheels that their pip installs from, all kept.

They lie in ``$TEST_CACHE_OF_OCR_WATCHER``, else in ``ocr-watcher-tests`` of the user's cache. What is
fetched comes from where this machine's own debootstrap and pip fetch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_PACKAGES = ("acl", "dbus", "libpam-systemd", "python3-venv", "sudo", "systemd-sysv")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Debian.

    Attributes:
        name: Its code name.
        python: The version of its Python.
        builders: The packages that build a package there, and check it.
    """

    name: str
    python: str
    builders: tuple[str, ...]


BOOKWORM = Release("bookworm", "3.11", ("debhelper",))
TRIXIE = Release("trixie", "3.13", ("debhelper", "lintian"))


def what_is_missing() -> str:
    """Says why no Debian can be booted here; empty where it can."""
    if os.geteuid():
        return "it takes root"
    missing = [tool for tool in ("debootstrap", "systemd-nspawn") if not shutil.which(tool)]
    return f"not installed: {', '.join(missing)}" if missing else ""


def root(release: Release = BOOKWORM) -> Path:
    """The tree of a bare Debian; made where it is not there yet, which takes a minute or two."""
    tree = _cache() / f"{release.name}-{'-'.join(_PACKAGES)}"
    if not tree.exists():
        unfinished = _unfinished(tree)
        packages = ",".join(_PACKAGES)
        _run("debootstrap", "--variant=minbase", f"--include={packages}", release.name, unfinished)
        unfinished.rename(tree)
    return tree


def builder(release: Release) -> Path:
    """The tree of one that has its `Release.builders`."""
    bare = root(release)
    tree = _cache() / f"{release.name}-{'-'.join(release.builders)}"
    if not tree.exists():
        unfinished = _unfinished(tree)
        _run("cp", "--archive", bare, unfinished)
        inside = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--pipe")
        here = (*inside, "--resolv-conf=copy-host", f"--directory={unfinished}")
        _run(*here, "apt-get", "update")
        _run(*here, "apt-get", "install", "--yes", "--no-install-recommends", *release.builders)
        unfinished.rename(tree)
    return tree


def wheels(release: Release = BOOKWORM, extras: str = "all") -> Path:
    """What pip fetches on it for extras of the checkout, the build's own needs included."""
    directory = _cache() / f"wheels-{release.name}"
    _run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", directory),
        *("--only-binary=:all:", f"--python-version={release.python}"),
        *(f"{CHECKOUT}[{extras}]", "hatchling"),
    )
    return directory


def _unfinished(tree: Path) -> Path:
    unfinished = tree.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    return unfinished


def _cache() -> Path:
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(os.environ.get("TEST_CACHE_OF_OCR_WATCHER") or Path(user) / "ocr-watcher-tests")
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
