"""Machines with names and a network between them, as network namespaces of this one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.commands.program import environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ETC = Path("/etc/netns")  # ip-netns(8): its files stand in for those of /etc
_NETWORK = "198.51.100"


@dataclass(frozen=True, slots=True)
class Host:
    """A machine of a network.

    Attributes:
        name: Its name, by which the others find it.
        home: Its home directory, where its commands are typed.
        namespace: Its network namespace.
    """

    name: str
    home: Path
    namespace: str

    @property
    def log(self) -> str:
        """What its commands have said."""
        file = self.home / "log"
        return file.read_text("utf-8") if file.exists() else ""

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        """Types a command, and waits for its end."""
        return subprocess.run(
            self._shell(line),
            cwd=self.home,
            env=self._variables,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    @contextlib.contextmanager
    def running(self, line: str) -> Iterator[subprocess.Popen[bytes]]:
        """Types a command that runs until the end of the context."""
        with (self.home / "log").open("ab") as log:
            process = subprocess.Popen(
                self._shell(f"exec {line}"),
                cwd=self.home,
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(60)

    @property
    def _variables(self) -> dict[str, str]:
        own = str(Path(sys.executable).parent)
        return environment(self.home, PATH=f"{own}:{os.environ['PATH']}")

    def _shell(self, line: str) -> list[str]:
        return ["ip", "netns", "exec", self.namespace, "bash", "-euc", line]


@contextlib.contextmanager
def network(directory: Path, names: Sequence[str]) -> Iterator[list[Host]]:
    """Gives machines that reach each other by their names; skips where that is not permitted."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip("only root may make network namespaces, with the command ip")
    prefix = f"ocrw{os.getpid()}"
    bridge = f"{prefix}b"
    hosts = [Host(name, directory / name, f"{prefix}-{name}") for name in names]
    with contextlib.ExitStack() as stack:
        if _ip("link", "add", "name", bridge, "type", "bridge", check=False):
            pytest.skip("this machine makes no bridges")
        stack.callback(_ip, "link", "delete", bridge)
        _ip("link", "set", bridge, "up")
        for number, host in enumerate(hosts, start=1):
            host.home.mkdir()
            _ip("netns", "add", host.namespace)
            stack.callback(_ip, "netns", "delete", host.namespace)
            _name(host, names, stack)
            _connect(host, f"{prefix}v{number}", bridge, f"{_NETWORK}.{number}/24")
        yield hosts


def _name(host: Host, names: Sequence[str], stack: contextlib.ExitStack) -> None:
    directory = _ETC / host.namespace
    directory.mkdir(parents=True)
    stack.callback(shutil.rmtree, directory)
    lines = [f"{_NETWORK}.{number} {name}\n" for number, name in enumerate(names, start=1)]
    (directory / "hosts").write_text("127.0.0.1 localhost\n" + "".join(lines), "utf-8")


def _connect(host: Host, cable: str, bridge: str, address: str) -> None:
    other_end = ("peer", "name", "eth0", "netns", host.namespace)
    _ip("link", "add", "name", cable, "type", "veth", *other_end)
    _ip("link", "set", cable, "master", bridge, "up")
    for link in ("lo", "eth0"):
        _ip("-n", host.namespace, "link", "set", link, "up")
    _ip("-n", host.namespace, "address", "add", address, "dev", "eth0")


def _ip(*words: str, check: bool = True) -> int:
    ended = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    assert not (check and ended.returncode), (words, ended.stderr)
    return ended.returncode
