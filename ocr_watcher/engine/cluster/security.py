"""The certificates by which the members of a cluster prove their identity.

Every member trusts whoever has a certificate of the authority: Dask unpickles the data that members
send, which can run their code (https://distributed.dask.org/en/stable/tls.html).
"""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from distributed.security import Security

from ocr_watcher.engine.cluster.address import SchedulerAddress
from ocr_watcher.errors import SettingsError
from ocr_watcher.storage.named_file import read_named_file
from ocr_watcher.threads.patience import NoAnswerError

if TYPE_CHECKING:
    from ocr_watcher.engine.cluster.settings import ClusterSettings

_FILES = ("ca_file", "cert_file", "key_file")


def security_of(cluster: ClusterSettings) -> Security:
    """Return Dask's TLS settings, by which all members must prove their identity.

    Args:
        cluster: The settings, with a scheduler.

    Raises:
        SettingsError: A certificate or key cannot be used; the problem names the setting.
    """
    if not SchedulerAddress.of(str(cluster.scheduler)).is_encrypted:
        return Security(require_encryption=False)
    _try(cluster)
    ca, certificate, key = map(str, (cluster.ca_file, cluster.cert_file, cluster.key_file))
    return Security(
        require_encryption=True,
        tls_ca_file=ca,
        tls_client_cert=certificate,
        tls_client_key=key,
        tls_worker_cert=certificate,
        tls_worker_key=key,
        tls_scheduler_cert=certificate,
        tls_scheduler_key=key,
    )


def _try(cluster: ClusterSettings) -> None:
    """Load the files like Dask, to find the setting that is at fault."""
    for setting in _FILES:
        _require_file(f"cluster.{setting}", getattr(cluster, setting))
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
    loads = {
        "cluster.ca_file": lambda: context.load_verify_locations(str(cluster.ca_file)),
        "cluster.cert_file and cluster.key_file": lambda: context.load_cert_chain(
            str(cluster.cert_file), str(cluster.key_file), password=_no_password
        ),
    }
    for name, load in loads.items():
        try:
            load()  # type: ignore[no-untyped-call]
        except ssl.SSLError as error:
            reason = error.reason or "no certificate, or not that of the key"
            raise SettingsError([f"{name}: cannot be used ({reason})"]) from None
        except (OSError, NoAnswerError) as error:
            told = getattr(error, "strerror", None) or type(error).__name__
            raise SettingsError([f"{name}: cannot be read ({told})"]) from None


def _require_file(setting: str, file: Path | None) -> None:
    """Raise an error if a file cannot be read, or is a pipe, which OpenSSL would wait for.

    Raises:
        SettingsError: The problem names the setting and the file.
    """
    try:
        read_named_file(Path(str(file)), 0)
    except OSError as error:
        told = error.strerror or type(error).__name__
        raise SettingsError([f"{setting}: {file} cannot be read: {told}"]) from None


def _no_password() -> str:
    return ""  # a key with a passphrase is refused, instead of a prompt on the terminal
