"""The sockets that the service manager hands over, by the protocol of sd_listen_fds(3)."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import stat
from typing import TYPE_CHECKING

from ocr_watcher.logs.fields import fields

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping

_log = logging.getLogger(__name__)

FIRST = 3
"""``SD_LISTEN_FDS_START``"""
_MOST = 16
_FAMILIES = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)


def handed_over(
    environment: MutableMapping[str, str], first: int = FIRST
) -> tuple[socket.socket, ...]:
    """Take the sockets and their variables, so that no child process has them.

    Args:
        environment: ``$LISTEN_PID``, ``$LISTEN_FDS`` and ``$LISTEN_FDNAMES`` are taken out of it.
        first: The first file descriptor.

    Returns:
        The sockets that listen for connections. Others are logged and not used.
    """
    process = environment.pop("LISTEN_PID", "")
    number = environment.pop("LISTEN_FDS", "")
    environment.pop("LISTEN_FDNAMES", None)
    if process != str(os.getpid()) or not number.isdecimal():
        return ()
    return tuple(_sockets(range(first, first + min(int(number[:9]), _MOST))))


def _sockets(descriptors: range) -> Iterator[socket.socket]:
    for descriptor in descriptors:
        with contextlib.suppress(OSError):
            os.set_inheritable(descriptor, False)
        if found := _listening(descriptor):
            yield found
        else:
            _log.warning(
                "what the service manager handed over is no listening stream socket, and is not "
                "used",
                extra=fields(descriptor=descriptor),
            )


def _listening(descriptor: int) -> socket.socket | None:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        found = socket.socket(fileno=descriptor)
        listens = found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        return None
    if found.family in _FAMILIES and found.type == socket.SOCK_STREAM and listens:
        return found
    found.detach()
    return None
