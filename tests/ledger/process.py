"""A second process that has a ledger of its own, also where disks are full or read-only."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]

BEGIN = """
import logging, os, signal, sqlite3, sys, threading
from pathlib import Path
from ocr_watcher.values.reading import Line, Reading
from ocr_watcher.values.image import Image, Stamp
from ocr_watcher.ledger.ledger import Ledger
from tests.ledger.paying import count_call, remember
logging.basicConfig(format="%(levelname)s %(message)s")
directory = Path(sys.argv[1])
def say(text): print(text, flush=True)
"""

OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")


def start(script: str, directory: Path) -> subprocess.Popen[str]:
    """Starts a script; what it says and logs comes on its standard output."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + script, str(directory)],
        cwd=ROOT,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def lines_of(script: str, directory: Path) -> list[str]:
    """Runs a script to its end, which must be a good one, and returns the lines it said."""
    process = start(script, directory)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said.splitlines()


def lines_after_mount(mount: str, script: str, directory: Path) -> list[str]:
    """The same with a mount that only this process sees.

    Args:
        mount: The command, in which ``$1`` is the directory.
        script: What Python then runs.
        directory: The directory where it is mounted.
    """
    in_shell = [*OWN_MOUNTS, "sh", "-ec", f'{mount}; exec "$2" -c "$3" "$1"', "sh"]
    ended = subprocess.run(
        [*in_shell, str(directory), sys.executable, BEGIN + script],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout.splitlines()


def may_mount() -> bool:
    """Whether this user is let to have mounts of its own (user_namespaces(7))."""
    mount = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
    with tempfile.TemporaryDirectory() as directory:
        tried = [*OWN_MOUNTS, "sh", "-c", mount, "sh", directory]
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0
