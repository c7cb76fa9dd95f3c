"""What ``sargas network status`` shows of a network folder: partners, fingerprints, dates."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sargas.runtime.network.certificates import ends_ns
from sargas.runtime.network.folder import NetworkFolder, read_network
from sargas.runtime.network.making import next_of

DAY_NS = 86_400 * 1_000_000_000
WARN_DAYS = 21
"""A certificate that ends sooner is told as a thing to do."""


@dataclass(frozen=True, slots=True)
class PartnerOverview:
    """One partner as its invitation tells it."""

    nation: str
    node: str
    address: str
    fingerprint: str
    verify_key: str
    link_bps: int | None
    is_rotating: bool
    authority_days: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What stands in a network folder; days are full days that a certificate is still valid."""

    nation: str
    node: str
    address: str
    listens_on: str
    verify_key: str
    is_rotating: bool
    certificate_days: int
    partners: tuple[PartnerOverview, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    def to_lines(self) -> list[str]:
        """Return it as text, one line a thing, what there is to do last."""
        lines = [
            f"{self.nation} {self.node}: reached at {self.address}, listens on {self.listens_on}",
            f"  verify key {self.verify_key}, certificate valid for {self.certificate_days} days",
        ]
        for partner in self.partners:
            link = "fast link" if partner.link_bps is None else f"link of {partner.link_bps} bit/s"
            lines.append(f"{partner.nation} {partner.node}: dialled at {partner.address}, {link}")
            lines.append(f"  fingerprint {partner.fingerprint}, verify key {partner.verify_key}")
        return [*lines, *self.to_do()]

    def to_do(self) -> list[str]:
        """Name what somebody should do soon."""
        found = [] if self.partners else ["to do: invite a partner and add its invitation"]
        if self.certificate_days < WARN_DAYS:
            found.append(f"to do: sargas network rotate, the certificate ends in {self.certificate_days} days")
        if self.is_rotating:
            found.append("to do: give partners the new invitation, then sargas network rotate --switch")
        for partner in self.partners:
            if partner.authority_days < WARN_DAYS:
                found.append(f"to do: the authority of {partner.nation} ends in {partner.authority_days} days")
        return found


def overview(path: Path, now_ns: int) -> Overview:
    """Read a network folder and sum it up. Raises OSError, NetworkError."""
    folder = read_network(path)
    own = folder.own
    return Overview(
        nation=own.nation,
        node=own.node,
        address=f"{own.leaf_host}:{own.leaf_port}",
        listens_on=f"{own.leaf_listen}:{own.leaf_port}",
        verify_key=folder.verify_key,
        is_rotating=next_of(path / "signing.key").exists(),
        certificate_days=(ends_ns((path / "leaf.pem").read_bytes()) - now_ns) // DAY_NS,
        partners=_partners(folder, now_ns),
    )


def _partners(folder: NetworkFolder, now_ns: int) -> tuple[PartnerOverview, ...]:
    return tuple(
        PartnerOverview(
            nation=partner.nation,
            node=partner.node,
            address=f"{partner.invitation.leaf_host}:{partner.invitation.leaf_port}",
            fingerprint=partner.invitation.fingerprint,
            verify_key=partner.verify_key,
            link_bps=partner.link_bps,
            is_rotating=len(partner.verify_keys) > 1,
            authority_days=(ends_ns(partner.invitation.authority.encode()) - now_ns) // DAY_NS,
        )
        for partner in folder.partners
    )
