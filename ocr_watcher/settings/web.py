"""The section ``web`` of the settings."""

import ipaddress
import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, ValidationInfo, field_validator

from ocr_watcher.values.install_command import install_extra
from ocr_watcher.values.section import Location, Section
from ocr_watcher.values.written import IPV4, IPV6, LOOPBACK, PORT, written_as

_UNIX = "unix:"
_LONGEST_UNIX_PATH = 90
"""The most bytes of the path of a socket, below the 107 bytes of unix(7), as a new socket has a
longer name until it is renamed."""
_MOST_PORT = 65_535
_TCP = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9.]+|localhost)):(?P<port>[0-9]+)")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_MODULES = ("jinja2", "starlette", "uvicorn")


@dataclass(frozen=True, slots=True)
class TcpAddress:
    """An address of IP.

    Attributes:
        host: The numeric address.
        port: The port.
    """

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class UnixAddress:
    """The path of a Unix socket."""

    path: str
    is_loopback = True

    def __str__(self) -> str:
        return _UNIX + self.path


Address = TcpAddress | UnixAddress


def address_of(listen: str) -> Address:
    """Return the address in a value of ``web.listen``.

    Raises:
        ValueError: It is no valid address.
    """
    if listen.startswith(_UNIX):
        return UnixAddress(_socket_path(listen.removeprefix(_UNIX)))
    found = _TCP.fullmatch(listen)
    if found is None:
        raise ValueError(
            "must be an address and a port, such as 127.0.0.1:8321 or [::1]:8321, or unix:/path"
        )
    host = _number(found["six"] or found["four"].replace("localhost", "127.0.0.1"))
    port = int(found["port"][:9])
    if not host:
        raise ValueError("must be a numeric address, or localhost")
    if not 0 < port <= _MOST_PORT:
        raise ValueError(f"must have a port from 1 to {_MOST_PORT}")
    return TcpAddress(host, port)


def _number(host: str) -> str:
    """Return a numeric address in its usual notation; empty if it is none."""
    try:
        return ipaddress.ip_address(host).compressed
    except ValueError:
        return ""


def _socket_path(path: str) -> str:
    try:
        length = len(os.fsencode(path))
    except UnicodeEncodeError:
        length = 0
    if not path.startswith("/") or path.endswith("/") or "\0" in path or not length:
        raise ValueError("must name the absolute path of a socket after unix:")
    if length > _LONGEST_UNIX_PATH:
        raise ValueError(f"must be a path of at most {_LONGEST_UNIX_PATH} bytes")
    return os.path.normpath(path)


def missing_extra() -> str:
    """Return how to install the packages that the page needs; empty if none is missing."""
    if all(map(find_spec, _MODULES)):
        return ""
    return f"the packages for the page are not installed; run: {install_extra('web')}"


def _host(name: str) -> str:
    if number := _number(name.removeprefix("[").removesuffix("]")):
        return number
    if not _HOST.fullmatch(name):
        raise ValueError("must be the name of a host, without http:// and without a port")
    return name.lower()


_PATH = rf"/[^\x00]{{0,{_LONGEST_UNIX_PATH - 2}}}[^/\x00]"
_ADDRESS = rf"unix:{_PATH}|(\[{IPV6}\]|{IPV4}|localhost):{PORT}"
_HOSTS = written_as(rf"\[{IPV6}\]|{IPV6}|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_IS_LOOPBACK: dict[str, JsonValue] = {"pattern": rf"^(unix:|{LOOPBACK}:)"}
_PASSWORD_FOR_OTHERS: dict[str, JsonValue] = {
    "if": {
        "required": ["listen"],
        "properties": {"listen": {"type": "string", "not": _IS_LOOPBACK}},
    },
    "then": {"required": ["password_file"], "properties": {"password_file": {"type": "string"}}},
}


class WebSettings(Section):
    """The page for a browser. There is no page unless `listen` is set."""

    model_config = ConfigDict(json_schema_extra=_PASSWORD_FOR_OTHERS)

    password_file: Location | None = Field(default=None, examples=["/etc/ocr-watcher/web-password"])
    """A file with the password that the page asks for, whatever the user name: one line of at least
    8 characters. It is sent unencrypted unless a proxy before the page uses TLS."""

    hosts: Annotated[
        tuple[Annotated[str, AfterValidator(_host), _HOSTS], ...], Field(strict=False)
    ] = ()
    """Further host names that the page answers to, such as `[scans.example.org]` for a reverse
    proxy. It always answers to names of loopback and to its own address. Requests to other names
    are refused."""

    # It stands last, as it is checked against the others.
    listen: Annotated[str, written_as(_ADDRESS)] | None = Field(
        default=None, examples=["127.0.0.1:8321"]
    )
    """Where the page for a browser is served, with `/metrics` and `/health`: an address and a port,
    or a Unix socket (`unix:/run/ocr-watcher/web.sock`), which the daemon's user and group can open.
    An address that other machines can reach needs `password_file`. Unless set, there is no page.
    The page needs the extra `web`."""

    @field_validator("listen")
    @classmethod
    def _can_be_served(cls, listen: str | None, info: ValidationInfo) -> str | None:
        if listen is None:
            return None
        address = address_of(listen)
        if not address.is_loopback and info.data.get("password_file", Path()) is None:
            raise ValueError(
                "can be reached by other machines, which needs web.password_file; set it, or listen"
                " on 127.0.0.1, [::1] or unix:/path"
            )
        if missing := missing_extra():
            raise ValueError(missing)
        return listen

    @property
    def address(self) -> Address | None:
        """The address of the page; None if it has none."""
        return None if self.listen is None else address_of(self.listen)
