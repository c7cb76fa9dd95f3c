"""Network folders of several nations that know each other, in a temporary folder, as the command line makes them."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path

from sargas.runtime.network.folder import NetworkFolder, read_network
from sargas.runtime.network.identity import OwnIdentity
from sargas.runtime.network.making import add_partner, invite, make_network, sealed_invitation

NOW_NS = 1_795_700_000_000_000_000
HOST = "127.0.0.1"


def free_port() -> int:
    """Return a free TCP port on loopback."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def make_nation(root: Path, nation: str, now_ns: int = NOW_NS) -> Path:
    """Make the folder of one nation, on a free port of loopback."""
    own = OwnIdentity(
        nation=nation, node=nation.lower(), leaf_host=HOST, leaf_port=free_port(), leaf_listen=HOST, made_ns=now_ns
    )
    make_network(root / nation, own)
    return root / nation


def give_invitation(origin: Path, guest: str, now_ns: int = NOW_NS, port: int | None = None) -> Path:
    """Write an invitation of one nation for another beside its folder and return the file."""
    invitation = invite(origin, guest, now_ns, port=port)
    file = origin.parent / f"{invitation.nation}-for-{guest}.json"
    file.write_bytes(sealed_invitation(origin, invitation))
    return file


def join_nations(
    root: Path,
    nations: tuple[str, ...],
    ports: Mapping[tuple[str, str], int] | None = None,
    now_ns: int = NOW_NS,
    link_bps: int | None = None,
) -> dict[str, NetworkFolder]:
    """Make nations that all know each other; ``ports[dialler, origin]``: where the dialler reaches the origin."""
    for nation in nations:
        if not (root / nation).exists():
            make_nation(root, nation, now_ns)
    for origin in nations:
        for guest in nations:
            if guest != origin:
                port = (ports or {}).get((guest, origin))
                file = give_invitation(root / origin, guest, now_ns, port)
                add_partner(root / guest, file, now_ns, link_bps=link_bps)
    return {nation: read_network(root / nation) for nation in nations}
