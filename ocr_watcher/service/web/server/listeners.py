"""The sockets that the page listens on."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import secrets
import socket
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ocr_watcher.settings.web import TcpAddress, UnixAddress

if TYPE_CHECKING:
    from ocr_watcher.settings.web import Address

_BACKLOG = 128
_MODE = 0o660
"""The mode of a socket: members of its group may open the page, see unix(7)."""
_ASK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Listener:
    """A listening socket.

    Attributes:
        socket: The socket.
        name: Its address, for people.
        own: The path, device and inode of its file, if this process created it.
    """

    socket: socket.socket
    name: str
    own: tuple[str, int, int] | None = None

    def close(self) -> None:
        """Close it and remove its file, unless another program has replaced the file."""
        self.socket.close()
        if self.own is None:
            return
        path, *identity = self.own
        with contextlib.suppress(OSError):
            found = os.lstat(path)
            if [found.st_dev, found.st_ino] == identity:
                os.unlink(path)  # noqa: PTH108  one call of the kernel


def open_listener(address: Address) -> Listener:
    """Listen on an address.

    Raises:
        OSError: The address cannot be used: ``EADDRINUSE`` if another program listens there,
            ``EEXIST`` if the path belongs to a file of another kind.
    """
    match address:
        case TcpAddress(host, port):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            made = socket.create_server((host, port), family=family, backlog=_BACKLOG)
            made.setblocking(False)
            return Listener(made, str(address))
        case UnixAddress(path):
            return _unix_listener(path, str(address))


def handed_over_listener(given: socket.socket) -> Listener:
    """Return the listener of a socket that the service manager handed over, which stays open."""
    copy = given.dup()
    copy.setblocking(False)
    return Listener(copy, name_of(given))


def is_open_to_others(given: socket.socket) -> bool:
    """Return whether other machines can reach a listening socket."""
    if given.family == socket.AF_UNIX:
        return False
    host = given.getsockname()[0].partition("%")[0]
    return not ipaddress.ip_address(host).is_loopback


def name_of(listening: socket.socket) -> str:
    """Return the address of a socket, for people."""
    address = listening.getsockname()
    if listening.family == socket.AF_UNIX:
        return str(UnixAddress(os.fsdecode(address)))
    return str(TcpAddress(address[0], address[1]))


def is_listened_on(path: str) -> bool:
    """Return whether a program listens on a Unix socket.

    Raises:
        OSError: This cannot be found out.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(_ASK_SECONDS)
        try:
            asking.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except (BlockingIOError, TimeoutError):  # its queue is full
            return True
    return True


def _unix_listener(path: str, name: str) -> Listener:
    _raise_if_taken(path)
    # It has another name until it listens and has its mode; then it is renamed in one step.
    new = f"{path}.{secrets.token_hex(4)}"
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        made.bind(new)
        try:
            os.chmod(new, _MODE)  # noqa: PTH101  one call of the kernel
            made.listen(_BACKLOG)
            made.setblocking(False)
            found = os.lstat(new)
            os.rename(new, path)  # noqa: PTH104  one call of the kernel
        except OSError:
            os.unlink(new)  # noqa: PTH108
            raise
    except OSError:
        made.close()
        raise
    return Listener(made, name, (path, found.st_dev, found.st_ino))


def _raise_if_taken(path: str) -> None:
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "is there, and is no socket", path)
    if is_listened_on(path):
        raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE), path)
