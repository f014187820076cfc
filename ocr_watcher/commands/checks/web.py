"""The check of the page: who can open it, and whether its address is free."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from ocr_watcher.errors import SettingsError
from ocr_watcher.escapes import printable
from ocr_watcher.service.web.server.listeners import is_listened_on, open_listener
from ocr_watcher.service.web.server.password import password_hash
from ocr_watcher.settings.web import UnixAddress
from ocr_watcher.storage.advice import storage_advice
from ocr_watcher.threads.patience import answered
from ocr_watcher.values.check_result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ocr_watcher.settings.web import Address, TcpAddress, WebSettings

_TAKEN = "another program has it, or a daemon of another user; choose another port or path"
_OWN = "it is in use, as this user's daemon runs"
_NO_TLS = (
    "the password and what the page shows are sent unencrypted; put a proxy with TLS before it, "
    "and listen on loopback"
)


def check_web(web: WebSettings, *, daemon_runs: bool) -> Iterator[Result]:
    """Test the page; yield nothing where the settings have none.

    Args:
        web: The settings of the page.
        daemon_runs: Whether a daemon of this user runs, which may have the address.
    """
    address = web.address
    if address is None:
        return
    subject = f"page {printable(str(address))}"
    yield _open_to(address, subject, has_password=web.password_file is not None)
    yield _address(address, subject, daemon_runs=daemon_runs)
    if web.password_file is not None:
        yield _password(web.password_file)


def _open_to(address: Address, subject: str, *, has_password: bool) -> Result:
    who = _who(address)
    if has_password:
        who = f"{who} with the password"
    if address.is_loopback:
        return Result("ok", subject, f"is open to {who}")
    return Result("warn", subject, f"is open to {who}: {_NO_TLS}")


def _who(address: Address) -> str:
    if isinstance(address, UnixAddress):
        return "the user and the group that the daemon runs as (mode 0660)"
    return "every user of this machine" if address.is_loopback else "every machine that reaches it"


def _address(address: Address, subject: str, *, daemon_runs: bool) -> Result:
    try:
        is_taken = answered(lambda: _is_taken(address))
    except OSError as error:
        advice = ""
        if isinstance(address, UnixAddress):
            advice = storage_advice(error, os.path.dirname(address.path)) or ""  # noqa: PTH120
        return Result("fail", subject, "; ".join(filter(None, [str(error.strerror), advice])))
    if not is_taken:
        return Result("ok", subject, "its address is free")
    return Result("ok", subject, _OWN) if daemon_runs else Result("warn", subject, _TAKEN)


def _is_taken(address: Address) -> bool:
    """Return whether a program listens on an address.

    Raises:
        OSError: The daemon could not listen on it either.
    """
    if isinstance(address, UnixAddress):
        return _is_path_taken(address.path)
    return _is_port_taken(address)


def _is_port_taken(address: TcpAddress) -> bool:
    try:
        open_listener(address).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        raise
    return False


def _is_path_taken(path: str) -> bool:
    directory = os.path.dirname(path)  # noqa: PTH120
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        os.lstat(directory)
        if not os.access(directory, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), directory) from None
        return False
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "there is a file of this name that is no socket")
    return is_listened_on(path)


def _password(file: Path) -> Result:
    subject = f"password {printable(str(file))}"
    try:
        password_hash(file)
        mode = answered(file.stat, of=str(file.parent)).st_mode
    except SettingsError as error:
        return Result("fail", subject, error.problems[0])
    except OSError as error:
        return Result("fail", subject, str(error.strerror))
    if mode & stat.S_IROTH:
        finding = f"every user of this machine can read it; run: chmod o-r {printable(str(file))}"
        return Result("warn", subject, finding)
    return Result("ok", subject, "can be read, and not by every user")
