"""What some tests need of the machine; where it is not there, they are skipped and say so.

In a bare chroot, for one, user namespaces are refused (user_namespaces(7)), the root is no mount,
and nothing is mounted at ``/sys`` and ``/dev/pts``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ledger.process import may_mount

needs_namespaces = pytest.mark.skipif(
    not may_mount(), reason="this machine lets its users make no mount namespaces"
)
needs_sysfs = pytest.mark.skipif(
    not Path("/sys/kernel").is_dir(), reason="nothing is mounted at /sys"
)


def open_terminal() -> tuple[int, int]:
    """Open a terminal, and return both its sides."""
    try:
        return os.openpty()
    except OSError as error:
        pytest.skip(f"this machine has no terminals: {error.strerror}")


def as_nobody() -> tuple[str, ...]:
    """Return what stands before a command so that a user without any rights runs it.

    A Python in another user's home, such as pyenv's, cannot be run or cannot load its library.
    """
    if os.geteuid():
        pytest.skip("only root becomes another user")
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv is not installed")
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    done = subprocess.run(
        [*nobody, sys.executable, "-c", ""], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"another user cannot run this Python: {done.stderr.strip()}")
    return nobody


def type_of_mount(path: Path) -> str:
    """Return the type of the file system of a path, as findmnt(8) tells it."""
    told = subprocess.run(
        ["findmnt", "-n", "-o", "FSTYPE", "-T", path], capture_output=True, text=True, check=False
    )
    if told.returncode:
        pytest.skip("the root of this process is no mount that findmnt knows")
    return told.stdout.split()[0]
