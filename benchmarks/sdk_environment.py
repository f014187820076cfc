"""The virtual environment of the official SDK, which is not installed in that of the program."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

# The SDK imports chardet and forgets to ask for it; watchdog is for the script with it.
_PACKAGES = ("baidu-aip==4.16.13", "chardet>=5", "watchdog>=7.1")


def python() -> Path:
    """Return the interpreter of the environment, which is made on first use (pip, network).

    It is the same build that runs this module, as builds of Python differ in speed by a quarter.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    build = hashlib.sha256(f"{sys.base_prefix} {sys.version}".encode()).hexdigest()[:12]
    directory = cache / "ocr-watcher-benchmarks" / f"sdk-4.16.13-python-{build}"
    interpreter, complete = directory / "bin" / "python", directory / "complete"
    if not complete.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
        command = [str(interpreter), "-m", "pip", "install", "--quiet", *_PACKAGES]
        subprocess.run(command, check=True)
        complete.touch()
    return interpreter
