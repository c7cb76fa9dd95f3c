"""Make a network folder, invite a partner, add one, and leave one out again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from sargas.model.record_base import Ring
from sargas.runtime.network.certificates import KeyPair, hosts_of, make_authority, make_leaf, public_key_of
from sargas.runtime.network.folder import IDENTITY_FILE, LinkSettings, partner_folders, read_identity
from sargas.runtime.network.identity import NetworkError, OwnIdentity
from sargas.runtime.network.invitation import (
    Invitation,
    claimed_nation,
    load_invitation,
    read_invitation,
    seal_invitation,
)
from sargas.runtime.network.keys import (
    UserSeed,
    make_signing_seed,
    make_user_seed,
    read_signing_seed,
    read_user_seed,
    verify_key_of,
    write_signing_seed,
    write_user_seed,
)
from sargas.runtime.network.secret_files import make_folder, write_public, write_secret

OWN_USERS = ("system", "app", "guard")


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding a partner: its invitation, and whether it was known before."""

    invitation: Invitation
    is_update: bool


def make_network(path: Path, own: OwnIdentity) -> None:
    """Make the folder of a nation with all its keys. Raises NetworkError when there is one already."""
    if path.exists() and any(path.iterdir()):
        raise NetworkError(f"{path}: expected an empty or new folder, was one with files: name another")
    make_folder(path)
    path.chmod(0o700)
    authority = make_authority(own.nation, own.node, own.made_ns)
    write_public(path / "authority.pem", authority.certificate)
    write_secret(path / "authority.key", authority.key)
    renew_leaf(path, own, own.made_ns)
    write_signing_seed(path / "signing.key", make_signing_seed())
    make_folder(path / "users")
    for name in OWN_USERS:
        write_user_seed(path / "users" / f"{name}.nk", make_user_seed())
    write_public(path / IDENTITY_FILE, own.model_dump_json(indent=1).encode() + b"\n")


def default_listen(leaf_host: str) -> str:
    """Return the address to open the port on: the host itself where it is this machine's loopback, else all."""
    try:
        return leaf_host if ip_address(leaf_host).is_loopback else "0.0.0.0"
    except ValueError:
        return "0.0.0.0"


def renew_leaf(path: Path, own: OwnIdentity, now_ns: int) -> None:
    """Make the certificate of the node anew, valid from now for 90 days; the authority stays."""
    authority = KeyPair((path / "authority.pem").read_bytes(), (path / "authority.key").read_bytes())
    leaf = make_leaf(authority, own.nation, own.node, (own.leaf_host, *own.other_hosts), now_ns)
    write_secret(path / "leaf.key", leaf.key)
    write_public(path / "leaf.pem", leaf.certificate)


def invite(path: Path, guest: str, now_ns: int, host: str | None = None, port: int | None = None) -> Invitation:
    """Make the invitation of a nation, and the key with which we shall dial it where there is none yet.

    ``host`` and ``port``: where the guest reaches us, when that is not what ``network.json`` says. Raises NetworkError.
    """
    own = read_identity(path)
    if guest == own.nation:
        raise NetworkError(f"{path}: expected another nation to invite, was {guest} itself")
    if host is not None and host not in hosts_of((path / "leaf.pem").read_bytes()):
        raise NetworkError(f"{path}: expected a host that our certificate names, was {host}: see other_hosts of init")
    make_folder(path / "partners")
    folder = path / "partners" / guest
    make_folder(folder)
    if not (folder / "link.nk").exists():
        write_user_seed(folder / "link.nk", make_user_seed())
    seeds = [read_signing_seed(file) for file in _with_next(path / "signing.key")]
    return Invitation(
        nation=own.nation,
        guest=guest,
        node=own.node,
        leaf_host=host or own.leaf_host,
        leaf_port=port or own.leaf_port,
        authority=(path / "authority.pem").read_text(encoding="ascii"),
        verify_keys=tuple(verify_key_of(seed) for seed in seeds),
        link_keys=tuple(read_user_seed(file).public for file in _with_next(folder / "link.nk")),
        area=own.area,
        made_ns=now_ns,
    )


def sealed_invitation(path: Path, invitation: Invitation) -> bytes:
    """Sign an invitation of ours with the key in use and return the file's bytes."""
    return seal_invitation(invitation, read_signing_seed(path / "signing.key"))


def add_partner(
    path: Path,
    file: Path,
    now_ns: int,
    *,
    link_bps: int | None = None,
    fingerprint: str | None = None,
    is_replaced: bool = False,
) -> Added:
    """Add the partner whose invitation is in ``file``, or take over a new invitation of a known one.

    A known partner's new invitation must be signed by a key that it named before, unless ``is_replaced``. With
    ``fingerprint`` only that very file is taken. Raises OSError, NetworkError.
    """
    own = read_identity(path)
    folder = path / "partners" / claimed_nation(file)
    known = load_invitation(folder / "invitation.json") if (folder / "invitation.json").exists() else None
    trusted = known.verify_keys if known is not None and not is_replaced else ()
    invitation = read_invitation(file, now_ns, trusted)
    _check_fits(path, file, own, invitation)
    if known is not None and not is_replaced and invitation.made_ns < known.made_ns:
        raise NetworkError(f"{file}: expected an invitation newer than the one that is known, was an older one")
    if fingerprint is not None and fingerprint.upper() != invitation.fingerprint:
        raise NetworkError(f"{file}: expected the fingerprint {fingerprint.upper()}, was {invitation.fingerprint}")
    make_folder(path / "partners")
    make_folder(folder)
    for name in ("link", "out", "in"):
        if not (folder / f"{name}.nk").exists():
            write_user_seed(folder / f"{name}.nk", make_user_seed())
    if link_bps is not None or not (folder / "partner.json").exists():
        settings = LinkSettings(link_bps=link_bps)
        write_public(folder / "partner.json", settings.model_dump_json(indent=1).encode() + b"\n")
    write_public(folder / "invitation.json", file.read_bytes())
    return Added(invitation, known is not None)


def remove_partner(path: Path, nation: str) -> None:
    """Forget a partner and the keys for it: after the next start its node is refused. Raises NetworkError."""
    folder = path / "partners" / nation
    if not folder.is_dir():
        known = ", ".join(one.name for one in partner_folders(path)) or "none"
        raise NetworkError(f"{path}: expected a partner out of {known}, was {nation}")
    shutil.rmtree(folder)


def link_users(folder: Path) -> tuple[UserSeed, ...]:
    """Return the keys with which we dial a partner: the one in use, then the next one where we rotate."""
    return tuple(read_user_seed(file) for file in _with_next(folder / "link.nk"))


def _check_fits(path: Path, file: Path, own: OwnIdentity, invitation: Invitation) -> None:
    if invitation.guest != own.nation:
        raise NetworkError(
            f"{file}: expected an invitation for {own.nation}, was one for {invitation.guest}: "
            f"ask for sargas network invite DIR {own.nation}"
        )
    if invitation.nation == own.nation:
        raise NetworkError(f"{file}: expected another nation's invitation, was our own")
    others = [load_invitation(one / "invitation.json") for one in partner_folders(path)]
    others = [other for other in others if other.nation != invitation.nation]
    own_keys = {verify_key_of(read_signing_seed(one)) for one in _with_next(path / "signing.key")}
    taken = own_keys.union(*(other.verify_keys for other in others), *(other.link_keys for other in others))
    if taken.intersection((*invitation.verify_keys, *invitation.link_keys)):
        raise NetworkError(f"{file}: expected keys of its own, was a key of ours or of another partner")
    authorities = [(path / "authority.pem").read_bytes(), *(other.authority.encode() for other in others)]
    if public_key_of(invitation.authority.encode()) in map(public_key_of, authorities):
        raise NetworkError(f"{file}: expected an authority of its own, was ours or another partner's")


def _with_next(file: Path) -> list[Path]:
    following = next_of(file)
    return [file, following] if following.exists() else [file]


def next_of(file: Path) -> Path:
    """Return where the key stands that will follow this one."""
    return file.with_name(f"{file.stem}.next{file.suffix}")


def ring_of_geojson(document: object) -> Ring:
    """Return the outer ring of the one Polygon in a GeoJSON document (RFC 7946). Raises ValueError."""
    found = document
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        found = features[0] if isinstance(features, list) and len(features) == 1 else None
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = found.get("geometry")
    if not isinstance(found, dict) or found.get("type") != "Polygon":
        raise ValueError("expected GeoJSON of one Polygon, was another")
    rings = found.get("coordinates")
    if not isinstance(rings, list) or len(rings) != 1 or not isinstance(rings[0], list) or len(rings[0]) < 4:
        raise ValueError("expected a Polygon of one ring of three or more points, was another")
    try:
        points = tuple((float(point[0]), float(point[1])) for point in rings[0])
    except (TypeError, ValueError, IndexError):
        raise ValueError("expected points [lon, lat], was another") from None
    return points[:-1] if points[0] == points[-1] else points
