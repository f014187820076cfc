"""The validity of the certificates of this machine.

After a certificate has run out, open connections stay open, and new ones cannot be made.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from ocr_watcher.errors import OutageError
from ocr_watcher.storage.named_file import read_named_file

if TYPE_CHECKING:
    from distributed.security import Security

_REMEDY = (
    "delete its two files where the certificates were made, make them anew with: "
    "ocr-watcher cluster certificates DIR HOST, and copy them here; if the authority has run out, "
    "do so with ca.pem and the certificates of all machines"
)
SOON = timedelta(days=30)
"""The time before the end of a certificate from which people are warned."""

_MOST_BYTES = 1_000_000
_UNREADABLE = (OSError, ValueError, UnsupportedAlgorithm)


@dataclass(frozen=True, slots=True)
class Validity:
    """The time at which the first of the certificates of this machine runs out.

    Attributes:
        setting: The setting with the file of that certificate.
        end: The time at which it runs out.
    """

    setting: str
    end: datetime

    def __str__(self) -> str:
        verb = "has run out" if self.is_over else "runs out"
        return f"the certificate in {self.setting} {verb} on {self.end:%Y-%m-%d %H:%M} UTC"

    @property
    def advice(self) -> str:
        """What a person can do about it."""
        return _REMEDY

    @property
    def is_over(self) -> bool:
        """Whether it has run out."""
        return self.end <= datetime.now(UTC)

    @property
    def ends_soon(self) -> bool:
        """Whether it has run out, or will within `SOON`."""
        return self.end <= datetime.now(UTC) + SOON


def validity_of(security: Security) -> Validity | None:
    """Return the validity of the certificate of this machine that runs out first.

    Args:
        security: The certificates of this machine. Their files are read again.

    Returns:
        The validity; None if there are no certificates, or if they cannot be read. Dask then
        reports the fault.
    """
    files = {
        "cluster.cert_file": security.tls_client_cert,
        "cluster.ca_file": security.tls_ca_file,
    }
    found = []
    for setting, file in files.items():
        if file is None:
            continue
        with suppress(*_UNREADABLE):
            content = read_named_file(Path(file), _MOST_BYTES)
            (certificate, *_) = x509.load_pem_x509_certificates(content)
            found.append(Validity(setting, certificate.not_valid_after_utc))
    return min(found, key=lambda each: each.end, default=None)


def require_valid(security: Security) -> None:
    """Raise an error if a certificate of this machine has run out.

    Args:
        security: The certificates of this machine. Their files are read again.

    Raises:
        OutageError: One has run out; no member can connect.
    """
    validity = validity_of(security)
    if validity is not None and validity.is_over:
        raise OutageError("certificate-expired", str(validity), advice=validity.advice)
