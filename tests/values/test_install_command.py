"""What is missing is installed into the environment that the program runs in."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from ocr_watcher.values import install_command as module
from ocr_watcher.values.install_command import install_command, install_extra

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    import pytest


def test_pip_is_that_of_the_running_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pip.py").write_text("import sys; print(sys.argv[1:])")
    monkeypatch.syspath_prepend(tmp_path)
    done = subprocess.run(
        ["sh", "-c", install_extra("pdf")],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "['install', 'ocr-watcher[pdf]']\n"


def test_without_pip_uv_is_told_the_running_python(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(module, "find_spec", nothing)
    words = shlex.split(install_command("--no-deps", "a-package"))
    assert words == ["uv", "pip", "install", "--python", sys.executable, "--no-deps", "a-package"]
