"""A newcomer types what the documentation says for pipx and for uv, and reads a scan."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documentation import block_under

ROOT = Path(__file__).parents[2]
WORDS = "Thank you for the two ledgers, which arrived on Monday."

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def cache_of(*command: str) -> str:
    """Where a tool keeps what it fetched: shared, so that a test fetches nothing twice."""
    return subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture
def newcomer(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody with an empty home, who has Python, pipx and uv."""
    tools, home = tmp_path / "tools", tmp_path / "home"
    tools.mkdir()
    home.mkdir()
    for tool in ("pipx", "uv"):
        script = tools / tool
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {tool} "$@"\n', "utf-8")
        script.chmod(0o755)
    own = ("HOME", "XDG_", "PIPX_", "UV_", "VIRTUAL_ENV", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = (home / ".local/bin", tools, Path(sys.base_prefix) / "bin", "/usr/bin", "/bin")
    return {
        **kept,
        "HOME": str(home),
        "PATH": ":".join(map(str, path)),
        "PIP_CACHE_DIR": cache_of("pip", "cache", "dir"),
        "UV_CACHE_DIR": cache_of("uv", "cache", "dir"),
    }


def type_in(command: str, environment: dict[str, str]) -> str:
    """Types a command in the checkout; returns what it prints on standard output."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("tool", ["pipx", "uv"])
def test_what_the_page_says_ends_with_the_text_of_a_sample(
    tool: str, newcomer: dict[str, str]
) -> None:
    type_in(block_under(f"install: {tool}"), newcomer)
    assert WORDS in type_in("ocr-watcher ocr samples/letter.jpg", newcomer)
