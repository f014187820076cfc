"""Whether processes may have memory that is both writable and executable."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ALLOWS = (
    "from ocr_watcher.processes.code_memory import allows_code_memory as allows; print(allows())"
)


def said(script: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.split()


def forbidding(*, in_children: bool) -> list[str]:
    """Whether a process may have such memory, then whether one may that it starts."""
    return said(f"""
import subprocess, sys
from ocr_watcher.processes.code_memory import allows_code_memory, forbid_code_memory
forbid_code_memory(in_children={in_children})
print(allows_code_memory(), flush=True)
subprocess.run([sys.executable, "-c", {ALLOWS!r}])
""")


def skip_without_kernel(*, in_children: bool) -> None:
    """Skip a test where the kernel cannot forbid a process such memory."""
    if said(ALLOWS) == ["False"]:
        pytest.skip("this machine forbids such memory to every process")
    if forbidding(in_children=in_children)[0] == "True":
        oldest = "6.3" if in_children else "6.6"
        pytest.skip(f"the kernel cannot forbid a process such memory: it is older than {oldest}")
