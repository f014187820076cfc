"""Finds out whether the program runs in a container, where other commands help."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_USERS = Path("/proc/self/uid_map")  # user_namespaces(7)


def is_in_container(environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the program was started by Docker, Podman or the like, and not by systemd.

    Args:
        environment: The environment variables. ``$container`` names what made the container
            (https://systemd.io/CONTAINER_INTERFACE); the program's own image sets it. A systemd
            in a container keeps the variable to itself.
    """
    return bool(environment.get("container"))


def root_is_a_person() -> bool:
    """Return whether the user 0 of the container is another user of the machine, without rights.

    It is the person who started the container, where Podman or Docker runs without root.
    """
    try:
        inside, outside, _ = _USERS.read_text("ascii").split(maxsplit=2)
    except (OSError, ValueError):
        return False
    return inside == "0" and outside != "0"
