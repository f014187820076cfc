"""Builds of the documentation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def built(builder: str, out: Path) -> Path:
    """Builds the documentation, where a warning is a failure, and returns where it is."""
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_parser")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", builder]
    command += ["-d", str(out.with_suffix(".doctrees")), str(DOCS), str(out)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    return out


def manuals(out: Path, **variables: str) -> Path:
    """Has the script for packages write its files, and returns where they are."""
    pytest.importorskip("sphinx")
    pytest.importorskip("myst_parser")
    script = ROOT / "packaging/make-manuals"
    environment = os.environ | {"PYTHON": sys.executable} | variables
    subprocess.run([script, out], env=environment, capture_output=True, check=True)
    return out
