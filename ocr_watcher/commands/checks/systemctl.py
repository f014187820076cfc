"""The properties of units, as systemctl(1) shows them."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PATIENCE = 5.0  # seconds; the service manager itself may hang


def properties_of(
    unit: str, names: Iterable[str], environment: Mapping[str, str]
) -> dict[str, str]:
    """Return properties of a unit; none where there is no service manager.

    Args:
        unit: The name of the unit.
        names: The names of the properties.
        environment: The environment variables, with the ``PATH`` to systemctl(1).
    """
    program = shutil.which("systemctl", path=environment.get("PATH"))
    if program is None:
        return {}
    wanted = [f"--property={name}" for name in names]
    try:
        # Without our environment, which may hold the keys.
        shown = subprocess.run(  # noqa: S603  arguments of our own
            [program, "show", unit, *wanted],
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    lines = os.fsdecode(shown.stdout).splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}
