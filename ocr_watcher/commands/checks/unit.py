"""The check that the sandbox of the system's unit lets the daemon write in the watched folders."""

from __future__ import annotations

import os
import shlex
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ocr_watcher.commands.checks.systemctl import properties_of
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_PROPERTIES = ("LoadState", "ProtectSystem", "ReadWritePaths", "BindPaths")


def check_unit(roots: Iterable[str], environment: Mapping[str, str]) -> Result | None:
    """Compare the unit with the folders.

    Args:
        roots: The watched folders.
        environment: The environment variables, with the ``PATH`` to systemctl(1).

    Returns:
        The result; None if there is no service manager, or no unit that makes folders read-only.
    """
    properties = properties_of("ocr-watcher.service", _PROPERTIES, environment)
    if properties.get("LoadState") != "loaded" or properties.get("ProtectSystem") != "strict":
        return None
    closed = closed_folders(
        roots, properties.get("ReadWritePaths", ""), properties.get("BindPaths", "")
    )
    if not closed:
        return Result("ok", "unit", "ocr-watcher.service may write in every folder")
    # A percent sign begins a specifier (systemd.unit(5)).
    paths = " ".join(shlex.quote(path.replace("%", "%%")) for path in closed)
    finding = f"ocr-watcher.service may not write in {', '.join(closed)}"
    remedy = f"run systemctl edit ocr-watcher, add [Service] and ReadWritePaths={paths}, restart it"
    return Result("warn", "unit", f"{finding}; {remedy}")


def closed_folders(roots: Iterable[str], writable: str, bound: str) -> list[str]:
    """Return the folders that a unit with ``ProtectSystem=strict`` keeps read-only.

    Args:
        roots: The watched folders.
        writable: ``ReadWritePaths`` as ``systemctl show`` prints it: quoted as for a shell, each
            perhaps with the prefixes ``-`` and ``+`` of systemd.exec(5).
        bound: ``BindPaths`` likewise: ``source:destination``, perhaps with ``:rbind``, without
            quotes.
    """
    try:
        open_places = {os.path.realpath(path.lstrip("-+")) for path in shlex.split(writable)}
    except ValueError:  # no shell's quotes: no folder is known to be writable
        open_places = set()
    return [root for root in roots if not _is_open(os.path.realpath(root), open_places, bound)]


def _is_open(root: str, open_places: set[str], bound: str) -> bool:
    places = [root, *map(str, PurePosixPath(root).parents)]
    return any(
        place in open_places or f":{place} " in f"{bound} " or f":{place}:" in bound
        for place in places
    )
