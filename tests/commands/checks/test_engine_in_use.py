"""`ocr-watcher check` says where a running daemon reads with another engine than it would."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.daemon.daemon import Daemon

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulator.server import Simulator


@pytest.mark.parametrize("has_keys", [False, True])
def test_keys_that_only_the_daemon_has_are_told(
    simulator: Simulator, tmp_path: Path, *, has_keys: bool
) -> None:
    with Daemon(tmp_path, simulator) as daemon:
        if not has_keys:
            for name in [each for each in daemon.variables if each.startswith("OCR_WATCHER_BAIDU")]:
                del daemon.variables[name]
        lines = daemon.beside("check").stdout.splitlines()
    told = [line for line in lines if "the running daemon reads with" in line]
    if has_keys:
        assert told == []
    else:
        (line,) = told
        assert line.startswith("warn  engine local: the running daemon reads with baidu: ")
