"""The tests in a bare chroot: tests that need more are skipped, and none fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BARE = """
set -e
mount --make-rprivate /
mount --bind / "$1"                  # without what is mounted below it: /sys, /dev/pts
mount -t proc proc "$1/proc"
mount --bind /dev "$1/dev"
mount --bind "$2" "$1$2"
exec chroot "$1" sh -c 'cd "$0" && exec "$@"' "$2" "$3" -m pytest -n 0 -q -p no:cacheprovider \
    --basetemp="$4" tests/watch/test_supervisor.py tests/storage/test_filesystem.py \
    tests/commands/test_check.py tests/commands/test_run_once.py
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its root directory")
@pytest.mark.timeout(600)
def test_in_a_bare_chroot_what_needs_more_is_skipped_and_nothing_fails(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    places = [str(place) for place in (bare, ROOT, Path(sys.executable), tmp_path / "inside")]
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", BARE, "sh", *places],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if "mount:" in done.stderr or done.stderr.startswith("unshare:"):
        pytest.skip(f"nothing can be mounted: {done.stderr.strip()}")
    assert done.returncode == 0, done.stdout
    assert " skipped" in done.stdout
