"""A private authority for the certificates of a cluster (X.509, RFC 5280)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 3650
_CLOCK_SKEW = timedelta(days=1)
_LONGEST_NAME = 64  # of a common name: RFC 5280, ub-common-name
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, each as PEM (RFC 7468)."""

    certificate: bytes
    key: bytes


class Authority:
    """Signs the certificates of machines."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def new(cls) -> Self:
        """Make an authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("ocr-watcher cluster")
        end = datetime.now(UTC) + timedelta(days=_DAYS)
        builder = _builder(name, name, key, end).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        builder = builder.add_extension(_usage(signs=True), critical=True)
        return cls(builder.sign(key, hashes.SHA256()), key)

    @classmethod
    def of(cls, pair: Pair) -> Self:
        """Return the authority of a certificate and key.

        Raises:
            ValueError: They are not an authority that this program made.
        """
        certificate = x509.load_pem_x509_certificate(pair.certificate)
        key = load_pem_private_key(pair.key, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("its key is of another kind")  # noqa: TRY004  a wrong file, no fault
        if certificate.public_key() != key.public_key():
            raise ValueError("its key is that of another certificate")
        if not _signs(certificate):
            raise ValueError("it is that of a machine, and signs no others")
        if certificate.not_valid_after_utc <= datetime.now(UTC):
            raise ValueError(
                "it has run out; delete it and its key, and make the certificates of all machines "
                "anew"
            )
        return cls(certificate, key)

    @property
    def pair(self) -> Pair:
        """Its own certificate and key."""
        return _pair(self._certificate, self._key)

    @property
    def _end(self) -> datetime:
        # A certificate that outlives its authority would be refused before its own end.
        return min(datetime.now(UTC) + timedelta(days=_DAYS), self._certificate.not_valid_after_utc)

    def certificate_for(self, host: str) -> Pair:
        """Return a certificate and key for a machine.

        Args:
            host: Its name or address.

        Raises:
            ValueError: That is neither a name nor an address.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(_name(host), self._certificate.subject, key, self._end)
            .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(
                # Each member of a cluster connects to others, and others connect to it.
                x509.ExtendedKeyUsage(
                    [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
                ),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
        )
        return _pair(builder.sign(self._key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - _CLOCK_SKEW)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    if len(host) > _LONGEST_NAME or not _HOST.fullmatch(host):
        raise ValueError(
            f"is no name of a machine with at most {_LONGEST_NAME} characters, and no address"
        )
    return x509.DNSName(host)


def _signs(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(certificate.public_bytes(Encoding.PEM), private)
