"""The command ``cluster certificates``: an authority, and a certificate for each machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ocr_watcher.engine.cluster.description import INSTALL
from ocr_watcher.errors import EngineMissingError, StorageError, UsageError
from ocr_watcher.escapes import printable
from ocr_watcher.storage.named_file import read_named_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ocr_watcher.engine.cluster.authority import Authority, Pair

_CA = "ca"
_MOST_BYTES = 1_000_000
_DIRECTORY_MODE, _KEY_MODE, _CERTIFICATE_MODE = 0o700, 0o600, 0o644


def make_certificates(directory: Path, hosts: Sequence[str]) -> int:
    """Make an authority where there is none, and a certificate and key for each host.

    An authority that is there signs the certificates of further hosts. No file is overwritten.

    Args:
        directory: The folder for the files.
        hosts: Names or addresses of machines.

    Returns:
        The exit status.

    Raises:
        OcrWatcherError: A host has no usable name, or has a certificate; or the files of the
            authority cannot be used, or a file cannot be written.
    """
    try:
        from ocr_watcher.engine.cluster.authority import Authority  # noqa: PLC0415  an extra
    except ImportError as error:
        raise EngineMissingError(
            f"the package that makes certificates is not installed ({error}); {INSTALL}"
        ) from None
    _require_new(directory, hosts)
    try:
        directory.mkdir(mode=_DIRECTORY_MODE, parents=True, exist_ok=True)
        files = _files(directory, _CA)
        ca = _existing(files) if any(file.exists() for file in files) else Authority.new()
        pairs = {host: _signed(ca, host) for host in hosts}  # all names are tried before a file is
        if not files[0].exists():
            _write(ca.pair, *files)
        for host, pair in pairs.items():
            _write(pair, *_files(directory, host))
    except OSError as error:
        named = printable(str(error.filename))
        raise StorageError(f"{named}: cannot be read or written ({error.strerror})") from None
    click.echo(f"{printable(str(directory))}: certificates for {', '.join(hosts) or 'no host yet'}")
    return 0


def _require_new(directory: Path, hosts: Sequence[str]) -> None:
    for host in hosts:
        if host == _CA or hosts.count(host) > 1:
            raise UsageError(f"{host}: is named twice, or has the name of the authority")
        for file in _files(directory, host):
            if file.exists():
                told = printable(str(file))
                raise UsageError(f"{told} exists; delete it to have a new certificate for {host}")


def _files(directory: Path, name: str) -> tuple[Path, Path]:
    if "/" in name or name.startswith("."):
        raise UsageError(f"{printable(name)}: is neither the name nor the address of a machine")
    return directory / f"{name}.pem", directory / f"{name}-key.pem"


def _existing(files: tuple[Path, Path]) -> Authority:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  an extra

    from ocr_watcher.engine.cluster.authority import Authority, Pair  # noqa: PLC0415  an extra

    try:
        return Authority.of(Pair(*(read_named_file(file, _MOST_BYTES) for file in files)))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        told = printable(str(files[0]))
        raise UsageError(f"{told} and its key are no authority of this program: {error}") from None


def _signed(ca: Authority, host: str) -> Pair:
    try:
        return ca.certificate_for(host)
    except ValueError as error:
        raise UsageError(f"{printable(host)}: {error}") from None


def _write(pair: Pair, certificate: Path, key: Path) -> None:
    for file, content, mode in (
        (key, pair.key, _KEY_MODE),
        (certificate, pair.certificate, _CERTIFICATE_MODE),
    ):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as opened:  # noqa: PTH123  a descriptor, not a path
            opened.write(content)
