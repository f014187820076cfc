"""The command of the unit's ``ExecReload=``, which fails if the daemon refuses its new settings.

``python -m ocr_watcher.service.reload PID`` sends SIGHUP to the daemon and waits for its answer.
With ``Type=notify``, the daemon cannot report to the service manager whether it accepted the
settings. The exit status of ``ExecReload=`` reports that (systemd.service(5)).
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ocr_watcher.errors import EXIT_FAILED, EXIT_SETTINGS
from ocr_watcher.escapes import printable
from ocr_watcher.service.runs import own_places, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ocr_watcher.service.running import Running

_PATIENCE = 300.0
"""The seconds to wait: more than the 120 that the daemon waits for calls in flight at a reload."""
_LOOK = 0.1


def reload(pid: int, environment: Mapping[str, str], patience: float = _PATIENCE) -> int:
    """Have a daemon read its settings again, and wait for its answer.

    Args:
        pid: The process id of the daemon.
        environment: The environment variables, which name the directories of registered runs.
        patience: The longest time to wait, in seconds.

    Returns:
        The exit status: 78 if the settings were refused.
    """
    before = _run_of(pid, environment)
    os.kill(pid, signal.SIGHUP)
    if before is None:  # the result is unknown here; the log has it
        return 0
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        after = _run_of(pid, environment)
        if after is not None and after.reloads > before.reloads:
            return _reported(after)
        os.kill(pid, 0)
        time.sleep(_LOOK)
    print("ocr-watcher: the daemon has not answered yet", file=sys.stderr)  # noqa: T201
    return EXIT_FAILED


def _reported(run: Running) -> int:
    if run.refusal is None:
        return 0
    problem = f"{run.refusal}; the settings before it stay in force"
    print(f"ocr-watcher: {printable(problem)}", file=sys.stderr)  # noqa: T201
    return EXIT_SETTINGS


def _run_of(pid: int, environment: Mapping[str, str]) -> Running | None:
    state = environment.get("STATE_DIRECTORY", "").partition(":")[0]
    places = [*own_places(environment), *([Path(state) / "running"] if state else [])]
    return next((run for run in runs(places) if run.pid == pid), None)


def main() -> None:
    """Run the reload; the process id of the daemon is the only argument."""
    try:
        sys.exit(reload(int(sys.argv[1]), os.environ))
    except ProcessLookupError:
        print("ocr-watcher: the daemon has ended", file=sys.stderr)  # noqa: T201
        sys.exit(EXIT_FAILED)


if __name__ == "__main__":
    main()
