"""A certificate for a server that has none: signed by a small authority of this computer's own, which is then trusted.

The authority may only vouch for the names that it was made for (critical name constraints), so that whoever gets hold
of its key cannot pass for anybody else.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

AUTHORITY_LASTS = timedelta(days=3650)
# Apple takes no more than 825 days from an authority that a person added (support.apple.com/en-us/103769).
SERVER_LASTS = timedelta(days=820)
RENEWED_BEFORE = timedelta(days=90)
# Clocks of two computers differ.
BACKDATED = timedelta(days=1)


@dataclass(frozen=True)
class LocalCertificate:
    """What the server needs (a file with key and certificates), what people trust, and until when it holds.

    `is_new` says that the authority was made just now, so that nobody trusts it yet.
    """

    server: Path
    authority: Path
    until: datetime
    is_new: bool


@dataclass(frozen=True)
class _Pair:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        key = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return key + self.certificate.public_bytes(serialization.Encoding.PEM)


def local_certificate(folder: Path, names: Iterable[str], now: datetime) -> LocalCertificate:
    """The certificate in a folder for these host names and addresses, made or renewed there where it must be."""
    wanted = sorted({str(_address(name) or name.casefold()) for name in names})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority_key, authority_file = folder / "authority-key.pem", folder / "apportion-authority.crt"
    server_file = folder / "server.pem"
    authority = _read(authority_key)
    is_new = authority is None or not _holds(authority, now) or not set(wanted) <= _permitted(authority.certificate)
    if authority is None or is_new:
        authority = _new_authority(wanted, now)
        _write(authority_key, authority.pem(), secret=True)
    public = authority.certificate.public_bytes(serialization.Encoding.PEM)
    if is_new or not authority_file.exists() or authority_file.read_bytes() != public:
        _write(authority_file, public, secret=False)
    server = _read(server_file)
    if server is None or not _is_good(server, authority, wanted, now):
        server = _new_server(authority, wanted, now)
        _write(server_file, server.pem() + public, secret=True)
    return LocalCertificate(server_file, authority_file, server.certificate.not_valid_after_utc, is_new)


def _read(file: Path) -> _Pair | None:
    """The key and the certificate in a file; None where they are missing or damaged."""
    with contextlib.suppress(OSError, ValueError, TypeError, UnsupportedAlgorithm):
        content = file.read_bytes()
        key = serialization.load_pem_private_key(content, password=None)
        certificate = x509.load_pem_x509_certificates(content)[0]
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == certificate.public_key():
            return _Pair(key, certificate)
    return None


def _holds(pair: _Pair, now: datetime) -> bool:
    return pair.certificate.not_valid_before_utc <= now < pair.certificate.not_valid_after_utc - RENEWED_BEFORE


def _is_good(server: _Pair, authority: _Pair, wanted: Sequence[str], now: datetime) -> bool:
    certificate = server.certificate
    try:
        certificate.verify_directly_issued_by(authority.certificate)
    except Exception:  # noqa: BLE001 - whatever it is: it is not from this authority, and is made anew
        return False
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _holds(server, now) and {str(each.value) for each in named} >= set(wanted)


def _permitted(certificate: x509.Certificate) -> set[str]:
    with contextlib.suppress(x509.ExtensionNotFound):
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        return {str(each.value).partition("/")[0] for each in constraints.permitted_subtrees or ()}
    return set()


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _new_authority(names: Sequence[str], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    permitted: list[x509.GeneralName] = [
        x509.IPAddress(ipaddress.ip_network(address)) if (address := _address(name)) else x509.DNSName(name)
        for name in names
    ]
    title = f"Apportion on this computer, {now:%Y-%m-%d}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    builder = (
        _builder(subject, subject, key, now, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, excluded_subtrees=None), critical=True)
    )
    return _Pair(key, builder.sign(key, hashes.SHA256()))


def _new_server(authority: _Pair, names: Sequence[str], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    named: list[x509.GeneralName] = [
        x509.IPAddress(address) if (address := _address(name)) else x509.DNSName(name) for name in names
    ]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Apportion")])
    issuer = authority.certificate
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _builder(subject, issuer.subject, key, now, min(SERVER_LASTS, issuer.not_valid_after_utc - now))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(named), critical=False)
        .add_extension(issued_by, critical=False)
    )
    return _Pair(key, builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - BACKDATED)
        .not_valid_after(now.astimezone(UTC) + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, content: bytes, *, secret: bool) -> None:
    """Write a file whole or not at all; a secret one is never readable by others, not even while it is written."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.part")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    partial.replace(file)
