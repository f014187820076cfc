"""A Debian 12 as a stranger has it, and the wheels that its pip installs from, both kept.

They lie in ``$OCR_WATCHER_TEST_CACHE``, else in ``ocr-watcher-tests`` of the user's cache. What is
fetched comes from where this machine's own debootstrap and pip fetch.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_PACKAGES = ("acl", "dbus", "libpam-systemd", "python3-venv", "sudo", "systemd-sysv")
_PYTHON = "3.11"


def what_is_missing() -> str:
    """Says why no Debian can be booted here; empty where it can."""
    if os.geteuid():
        return "it takes root"
    missing = [tool for tool in ("debootstrap", "systemd-nspawn") if not shutil.which(tool)]
    return f"not installed: {', '.join(missing)}" if missing else ""


def root() -> Path:
    """The tree of a Debian 12; made where it is not there yet, which takes a minute or two."""
    tree = _cache() / f"bookworm-{'-'.join(_PACKAGES)}"
    if not tree.exists():
        unfinished = tree.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        packages = ",".join(_PACKAGES)
        _run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", unfinished)
        unfinished.rename(tree)
    return tree


def wheels() -> Path:
    """What ``pip install '.[all]'`` fetches on it, the build's own needs included."""
    directory = _cache() / "wheels"
    _run(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", directory),
        *("--only-binary=:all:", f"--python-version={_PYTHON}"),
        *(f"{CHECKOUT}[all]", "hatchling"),
    )
    return directory


def _cache() -> Path:
    user = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(os.environ.get("OCR_WATCHER_TEST_CACHE") or Path(user) / "ocr-watcher-tests")
    cache.mkdir(parents=True, exist_ok=True)
    return cache


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
