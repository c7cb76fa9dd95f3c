"""Certificates: each nation is its own authority and signs the certificate that its node shows to partners.

X.509 v3 (RFC 5280), ECDSA P-256: a chain of under 1 kB, so that a handshake passes a 9.6 kbit/s link in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from sargas.runtime.network.identity import NetworkError

AUTHORITY_DAYS = 3650
LEAF_DAYS = 90
BACKDATED_DAYS = 1
"""A partner's clock may be behind ours by this much and still takes a new certificate."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


def make_authority(nation: str, node: str, now_ns: int) -> KeyPair:
    """Make a nation's own certificate authority, valid from a day before ``now_ns`` (UTC ns) for ten years."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(nation, f"Sargas {nation} {node} authority")
    usage = _key_usage(signs_certificates=True)
    builder = _builder(name, name, key.public_key(), now_ns, AUTHORITY_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(usage, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_leaf(authority: KeyPair, nation: str, node: str, hosts: Sequence[str], now_ns: int) -> KeyPair:
    """Make the certificate of a node for its links, as server and as client, for these names and addresses: 90 days."""
    signer = load_pem_private_key(authority.key, None)
    if not isinstance(signer, ec.EllipticCurvePrivateKey):
        raise NetworkError("authority.key: expected an EC key, was another: restore a backup")
    issuer = x509.load_pem_x509_certificate(authority.certificate)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(nation, f"{node}.{nation}"), issuer.subject, key.public_key(), now_ns, LEAF_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    names = x509.SubjectAlternativeName([_general_name(host) for host in dict.fromkeys(hosts)])
    builder = builder.add_extension(names, critical=False)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return _pair(builder.add_extension(own, critical=False).sign(signer, hashes.SHA256()), key)


def check_authority(pem: str, now_ns: int) -> bytes:
    """Return a partner's authority certificate as canonical PEM.

    Raises NetworkError unless it is one certificate, of an authority, signed by itself, and valid at ``now_ns``.
    """
    try:
        found = x509.load_pem_x509_certificates(pem.encode("ascii"))
    except ValueError:
        found = []
    if len(found) != 1:
        raise NetworkError(f"authority: expected one certificate in PEM, was {len(found) or 'none'}")
    [certificate] = found
    try:
        certificate.verify_directly_issued_by(certificate)
        is_authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except Exception:  # cryptography raises five kinds for what is not a sound self-signed certificate
        is_authority = False
    if not is_authority:
        raise NetworkError("authority: expected the certificate of an authority signed by itself, was another")
    if not certificate.not_valid_before_utc <= _moment(now_ns) <= certificate.not_valid_after_utc:
        times = f"{certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}"
        raise NetworkError(f"authority: expected a certificate that is valid now, was {times}: compare the clocks")
    return certificate.public_bytes(Encoding.PEM)


def public_key_of(pem: bytes) -> bytes:
    """Return the public key of a certificate, DER."""
    public = x509.load_pem_x509_certificate(pem).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def ends_ns(pem: bytes) -> int:
    """Return until when a certificate is valid, UTC ns."""
    return int(x509.load_pem_x509_certificate(pem).not_valid_after_utc.timestamp()) * 1_000_000_000


def hosts_of(pem: bytes) -> tuple[str, ...]:
    """Return the names and addresses that a certificate stands for."""
    names = x509.load_pem_x509_certificate(pem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    found = [*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress))]
    return tuple(found)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now_ns: int, days: int
) -> x509.CertificateBuilder:
    begins = _moment(now_ns) - timedelta(days=BACKDATED_DAYS)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(begins).not_valid_after(_moment(now_ns) + timedelta(days=days))


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> KeyPair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(certificate.public_bytes(Encoding.PEM), private)


def _name(nation: str, common: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, nation), x509.NameAttribute(NameOID.COMMON_NAME, common[:64])]
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _moment(time_ns: int) -> datetime:
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC)
