"""Configuration of a nation's NATS server: one account out and one in per partner, and nothing else on a link.

The receiver dials, the releaser accepts: who owns data enforces on the own server what of it is read. A user of a
link may read three streams by one consumer each, and nothing more. Form: NATS server configuration,
server 2.14 or newer. Everything that goes into it has passed a pattern without quotes, spaces or braces.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from sargas.runtime.bus.names import (
    GUARD_INBOX,
    TRAFFIC,
    deliver_subject,
    in_account,
    out_account,
    outbox_subject,
    reader_inbox,
    stream_of,
)
from sargas.runtime.network.folder import LinkedPartner, NetworkFolder
from sargas.runtime.network.identity import NetworkError
from sargas.runtime.network.secret_files import make_folder, write_public, write_secret

CONFIG_FILE = "server.conf"
BUNDLE_FILE = "partners.pem"
PING_S = 5
"""With two that are not answered a black hole is noticed within 15 s; the server's own 2 min would be minutes."""
SLOW_PING_S = 20
"""On a link of 9.6 kbit/s that is full an answer takes longer than 10 s: such a link was given up (measured)."""
WRITE_DEADLINE_S = 10
SLOW_WRITE_DEADLINE_S = 45
UNFIT_IN_PATHS = set('"\\\n\r$')
HANDSHAKE_S = 30
"""TLS and log-in pass a link of 9.6 kbit/s in about 8 s."""


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """One server of a nation's cluster: its name, where it listens for the others (host:port), and where they are."""

    server: str
    listen: str
    routes: tuple[str, ...]

    def check(self) -> None:
        """Raise NetworkError for what cannot stand in a configuration."""
        if not re.fullmatch(r"[\w.-]{1,64}", self.server):
            raise NetworkError(f"expected a server's name of letters, digits, '.', '_' and '-', was {self.server!r}")
        for address in (self.listen, *self.routes):
            _check_address(address, "the cluster's servers")


def write_server_config(
    network: NetworkFolder, out: Path, client_listen: str, member: ClusterMember | None = None
) -> Path:
    """Write the server's configuration and the partners' authorities into a folder and return its path.

    Raises NetworkError for an address or a folder that cannot stand in it, OSError.
    """
    out = out.absolute()
    _check_address(client_listen, "clients")
    if member is not None:
        member.check()
    for path in (out, network.path.absolute()):
        if set(str(path)) & UNFIT_IN_PATHS:
            raise NetworkError(f"{path}: expected a folder without quotes, backslashes and line ends in its name")
    make_folder(out)
    for partner in network.partners:
        write_public(_authority_path(out, partner), partner.invitation.authority.encode())
    own = (network.path / "authority.pem").read_text(encoding="ascii")
    # Without partners our own authority stands alone: an empty bundle would let the server take the system's.
    bundle = "".join(partner.invitation.authority for partner in network.partners) or own
    write_public(out / BUNDLE_FILE, bundle.encode())
    write_secret(out / CONFIG_FILE, render_server_config(network, out, client_listen, member).encode())
    return out / CONFIG_FILE


def _check_address(address: str, whose: str) -> None:
    if not re.fullmatch(r"[\w.:\[\]-]+:\d{1,5}", address):
        raise NetworkError(f"expected an address and port such as 127.0.0.1:4222 for {whose}, was {address!r}")


def render_server_config(
    network: NetworkFolder, out: Path, client_listen: str, member: ClusterMember | None = None
) -> str:
    """Render the configuration; ``out`` is the absolute folder it and its state will be in."""
    own = network.own
    slow = any(partner.is_slow for partner in network.partners)
    accounts = [f"  SYS {{ users: [ {{ nkey: {network.system.public} }} ] }}", _national_account(network)]
    for partner in network.partners:
        accounts += [_out_account(own.nation, partner), _in_account(partner)]
    return "\n".join(
        [
            f'server_name: "{member.server if member else f"{own.nation}.{own.node}"}"',
            f'listen: "{client_listen}"',
            f'ping_interval: "{SLOW_PING_S if slow else PING_S}s"',
            "ping_max: 2",
            f'write_deadline: "{SLOW_WRITE_DEADLINE_S if slow else WRITE_DEADLINE_S}s"',
            "max_payload: 1MB",
            "max_connections: 256",
            f'log_file: "{out / "server.log"}"',
            "logfile_size_limit: 16MB",
            "logfile_max_num: 4",
            "jetstream {",
            f'  store_dir: "{out}", domain: {own.nation}, sync_interval: always',
            f"  max_mem: 64MB, max_file: {1 + len(network.partners)}GB",
            "}",
            *([] if member is None else [_cluster(network, member)]),
            _leafnodes(network, out),
            "accounts {",
            *accounts,
            "}",
            "system_account: SYS",
            "",
        ]
    )


def _cluster(network: NetworkFolder, member: ClusterMember) -> str:
    """Join the nation's servers; only who has its network folder knows the password of a route."""
    password = hashlib.sha256(b"route " + network.system.seed.encode()).hexdigest()
    routes = ", ".join(f'"nats-route://route:{password}@{address}"' for address in member.routes)
    return "\n".join(
        [
            f'cluster {{ name: {network.own.nation}, listen: "{member.listen}", no_advertise: true',
            f'  authorization {{ user: route, password: "{password}", timeout: 5 }}',
            f"  routes: [{routes}] }}",
        ]
    )


def _leafnodes(network: NetworkFolder, out: Path) -> str:
    own, path = network.own, network.path.absolute()
    files = f'cert_file: "{path / "leaf.pem"}", key_file: "{path / "leaf.key"}"'
    remotes = [_remote(own.nation, partner, files, out) for partner in network.partners]
    return "\n".join(
        [
            "leafnodes {",
            f'  listen: "{_bracketed(own.leaf_listen)}:{own.leaf_port}"',
            f'  compression: s2_auto, reconnect: "1s", no_advertise: true, authorization {{ timeout: {HANDSHAKE_S} }}',
            f'  tls {{ {files}, ca_file: "{out / BUNDLE_FILE}", verify: true, timeout: {HANDSHAKE_S} }}',
            "  remotes: [",
            *remotes,
            "  ]",
            "}",
        ]
    )


def _remote(nation: str, partner: LinkedPartner, files: str, out: Path) -> str:
    """Dial a partner for what it releases to us; a hostile one reaches our account for it and nothing of JetStream."""
    invitation = partner.invitation
    denied = ", ".join(f'"{subject}"' for subject in (f"$JS.{nation}.API.>", "$JS.API.>", f"release.{nation}.>"))
    return "\n".join(
        [
            f'    {{ url: "tls://{_bracketed(invitation.leaf_host)}:{invitation.leaf_port}"',
            f'      account: {in_account(partner.nation)}, nkey: "{partner.link.seed}"',
            "      ignore_discovered_servers: true",
            f"      deny_imports: [{denied}]",
            f'      tls {{ {files}, ca_file: "{_authority_path(out, partner)}", timeout: {HANDSHAKE_S} }} }}',
        ]
    )


def _national_account(network: NetworkFolder) -> str:
    """Return the account of everything national: only the guard may publish to an outbox."""
    own = network.own.nation
    imports = [
        f'    {{ service: {{ account: {out_account(one.nation)}, subject: "release.{own}.>" }}, '
        f'to: "{outbox_subject(one.nation, f"release.{own}.>")}" }}'
        for one in network.partners
    ]
    guard = f'publish: {{ allow: ["outbox.>"] }}, subscribe: {{ allow: ["{GUARD_INBOX}.>"] }}'
    return "\n".join(
        [
            "  NAT { users: [",
            f'    {{ nkey: {network.app.public}, permissions: {{ publish: {{ deny: ["outbox.>"] }} }} }}',
            f"    {{ nkey: {network.guard.public}, permissions: {{ {guard} }} }}",
            "  ]",
            "  imports: [",
            *imports,
            "  ] }",
        ]
    )


def _out_account(nation: str, partner: LinkedPartner) -> str:
    links = [_link_user(nation, partner.nation, key) for key in partner.invitation.link_keys]
    return "\n".join(
        [
            f"  {out_account(partner.nation)} {{ jetstream: enabled",
            f'    exports: [ {{ service: "release.{nation}.>", accounts: [NAT] }} ]',
            f"    users: [ {{ nkey: {partner.out_admin.public} }}",
            *links,
            "    ] }",
        ]
    )


def _link_user(nation: str, partner: str, key: str) -> str:
    streams = [stream_of(traffic) for traffic in TRAFFIC]
    may_publish = [
        subject
        for stream in streams
        for subject in (
            f"$JS.{nation}.API.CONSUMER.RESET.{stream}.{partner}",
            f"$JS.{nation}.API.CONSUMER.INFO.{stream}.{partner}",
            f"$JS.{nation}.API.STREAM.INFO.{stream}",
            f"$JS.ACK.{stream}.{partner}.>",
        )
    ]
    may_read = [*(deliver_subject(nation, partner, traffic) for traffic in TRAFFIC), f"{reader_inbox(partner)}.>"]
    lists = [", ".join(f'"{subject}"' for subject in subjects) for subjects in (may_publish, may_read)]
    return "\n".join(
        [
            f'      {{ nkey: {key}, allowed_connection_types: ["LEAFNODE"], permissions: {{',
            f"        publish: {{ allow: [{lists[0]}] }}",
            f"        subscribe: {{ allow: [{lists[1]}] }} }} }}",
        ]
    )


def _in_account(partner: LinkedPartner) -> str:
    return f"  {in_account(partner.nation)} {{ users: [ {{ nkey: {partner.ingest.public} }} ] }}"


def _authority_path(out: Path, partner: LinkedPartner) -> Path:
    return out / f"authority-{partner.nation}.pem"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
