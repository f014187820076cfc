"""Ways to run the program: as a process, or faster within the process of the test."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import yaml
from click.testing import CliRunner
from tqdm import tqdm

from ocr_watcher.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.simulator.server import Simulator

_OURS = ("OCR_WATCHER_", "XDG_", "CREDENTIALS_", "STATE_DIRECTORY", "REQUESTS_CA_BUNDLE")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

# The thread that tqdm keeps to look after its bars would outlive the test that has it started.
tqdm.monitor_interval = 0

MODULE = ("-m", "ocr_watcher")


def environment(home: Path, **variables: str) -> dict[str, str]:
    """This process's environment without what the program reads, in a home of its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_OURS) and name.lower() not in _PROXIES
    }
    return kept | {"HOME": str(home), "XDG_CONFIG_HOME": str(home)} | variables


def keys_of(simulator: Simulator) -> dict[str, str]:
    """The variables that hold the right keys."""
    return {
        "OCR_WATCHER_BAIDU_API_KEY": simulator.api_key,
        "OCR_WATCHER_BAIDU_SECRET_KEY": simulator.secret_key,
    }


def write_settings(path: Path, **settings: object) -> Path:
    """Writes a settings file."""
    path.write_text(yaml.safe_dump(settings), "utf-8")
    return path


def command(*arguments: str | Path, program: Sequence[str] = MODULE) -> list[str]:
    """The command line of a process."""
    return [sys.executable, *program, *map(str, arguments)]


def ocr_watcher(
    *arguments: str | Path, variables: Mapping[str, str], program: Sequence[str] = MODULE
) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end."""
    return subprocess.run(
        command(*arguments, program=program),
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_this_process(
    *arguments: str | Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Does the same without a process: to start one takes far longer than what most commands do."""
    unset = dict.fromkeys(os.environ.keys() - variables.keys())
    words = [*map(str, arguments)]
    ended = CliRunner(catch_exceptions=False).invoke(
        main, words, env={**unset, **variables}, prog_name="ocr-watcher"
    )
    return subprocess.CompletedProcess(words, ended.exit_code, ended.stdout, ended.stderr)


def read_to_the_end(descriptor: int) -> bytes:
    """Reads the output of a process from a pipe or a terminal, and closes it."""
    content = b""
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        try:
            while block := stream.read(1 << 16):
                content += block
        except OSError:  # so ends a terminal whose other side is closed (pty(7))
            pass
    return content
