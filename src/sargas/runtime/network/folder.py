"""The network folder as the node reads it: own identity and seeds, and the partners that were added.

```
network.json                      who we are
authority.pem  authority.key      our certificate authority
leaf.pem  leaf.key                certificate of our node
signing.key  (signing.next.key)   seed of our signatures
users/{system,app,guard}.nk       users of our NATS server
partners/LVA/invitation.json      what LVA gave us; absent: invited, not yet added
             partner.json         what we know of the link
             link.nk (link.next.nk)  with which we dial LVA
             out.nk  in.nk        users of the accounts OUT_LVA and IN_LVA
             agreement.json       what was agreed to release to LVA: docs/policy.md
state/                            server.conf, authorities, JetStream store, log: made by the node
```
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, ValidationError

from sargas.model.record_base import Ring, Value
from sargas.model.sharing_records import Partner
from sargas.runtime.network.identity import NetworkError, OwnIdentity
from sargas.runtime.network.invitation import Invitation, load_invitation
from sargas.runtime.network.keys import UserSeed, read_signing_seed, read_user_seed, verify_key_of

IDENTITY_FILE = "network.json"
SLOW_LINK_BPS = 64_000
"""At or below this the node keeps little under way on a link, so that what is urgent never waits long."""


class LinkSettings(Value):
    """``partner.json``: what the operators know of the link to a partner."""

    link_bps: int | None = Field(default=None, ge=1200, description="Bits per second of the link; none: fast")


@dataclass(frozen=True, slots=True)
class LinkedPartner:
    """A partner that was added: its invitation, the link, and our users for it."""

    invitation: Invitation
    folder: Path
    link_bps: int | None
    link: UserSeed
    out_admin: UserSeed
    ingest: UserSeed

    @property
    def nation(self) -> str:
        """ISO 3166-1 alpha-3 code."""
        return self.invitation.nation

    @property
    def node(self) -> str:
        """Name of its node."""
        return self.invitation.node

    @property
    def verify_key(self) -> str:
        """Key of its signatures in use, hexadecimal."""
        return self.invitation.verify_keys[0]

    @property
    def verify_keys(self) -> tuple[str, ...]:
        """Keys that its releases may be signed with: while it rotates there are two."""
        return self.invitation.verify_keys

    @property
    def area(self) -> Ring:
        """Ring of lon, lat that it answers for."""
        return self.invitation.area

    @property
    def is_slow(self) -> bool:
        """Whether little is kept under way on its link."""
        return self.link_bps is not None and self.link_bps <= SLOW_LINK_BPS

    @property
    def agreement_file(self) -> Path:
        """Where the agreement with it stands; the file may be absent."""
        return self.folder / "agreement.json"

    def to_record(self) -> Partner:
        """Return what the picture is told of it."""
        following = self.verify_keys[1] if len(self.verify_keys) > 1 else ""
        return Partner(
            nation=self.nation, node=self.node, verify_key=self.verify_key, next_verify_key=following, area=self.area
        )


@dataclass(frozen=True, slots=True)
class NetworkFolder:
    """All that the node takes from the network folder."""

    path: Path
    own: OwnIdentity
    signing_seed: bytes = field(repr=False)
    system: UserSeed
    app: UserSeed
    guard: UserSeed
    partners: tuple[LinkedPartner, ...]

    @property
    def state(self) -> Path:
        """Folder of what the node makes itself: configuration, store and log of the server."""
        return self.path / "state"

    @property
    def verify_key(self) -> str:
        """Key of our signatures in use, hexadecimal."""
        return verify_key_of(self.signing_seed)

    def partner(self, nation: str) -> LinkedPartner:
        """Return a partner by its code. Raises NetworkError when it was not added."""
        for partner in self.partners:
            if partner.nation == nation:
                return partner
        known = ", ".join(partner.nation for partner in self.partners) or "none"
        raise NetworkError(f"{self.path}: expected a partner out of {known}, was {nation}")


def read_network(path: Path) -> NetworkFolder:
    """Read a network folder. Raises OSError, and NetworkError that names the file and how to mend it."""
    own = read_identity(path)
    users = path / "users"
    return NetworkFolder(
        path=path,
        own=own,
        signing_seed=read_signing_seed(path / "signing.key"),
        system=read_user_seed(users / "system.nk"),
        app=read_user_seed(users / "app.nk"),
        guard=read_user_seed(users / "guard.nk"),
        partners=tuple(_read_partner(folder) for folder in partner_folders(path)),
    )


def read_own_network(path: Path, nation: str, node: str) -> NetworkFolder:
    """Read the network folder of a node. Raises as ``read_network``, and ValueError when it is another's."""
    folder = read_network(path)
    own = folder.own
    if own.nation != nation or own.node != node:
        raise ValueError(
            f"{path}: expected the network folder of {nation} {node}, was of {own.nation} {own.node}: "
            "name another, or mend [node]"
        )
    return folder


def read_identity(path: Path) -> OwnIdentity:
    """Read ``network.json`` of a folder. Raises NetworkError when there is none or it is wrong."""
    file = path / IDENTITY_FILE
    if not file.is_file():
        raise NetworkError(f"{path}: expected a network folder, was none: make one with sargas network init")
    try:
        return OwnIdentity.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise NetworkError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def partner_folders(path: Path) -> list[Path]:
    """List the folders of the partners that were added, by code."""
    return sorted(file.parent for file in (path / "partners").glob("*/invitation.json"))


def read_link_settings(folder: Path) -> LinkSettings:
    """Read ``partner.json`` of a partner's folder; without it the link is fast. Raises NetworkError."""
    file = folder / "partner.json"
    if not file.is_file():
        return LinkSettings()
    try:
        return LinkSettings.model_validate_json(file.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        raise NetworkError(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _read_partner(folder: Path) -> LinkedPartner:
    return LinkedPartner(
        invitation=load_invitation(folder / "invitation.json"),
        folder=folder,
        link_bps=read_link_settings(folder).link_bps,
        link=read_user_seed(folder / "link.nk"),
        out_admin=read_user_seed(folder / "out.nk"),
        ingest=read_user_seed(folder / "in.nk"),
    )
