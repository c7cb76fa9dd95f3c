"""``sargas network``: the keys and certificates of a nation, and its partners."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.config import AsJson
from sargas.cli.failure import USAGE, Failure
from sargas.cli.network_take_over import drill, give_back, take_over

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    from sargas.model.record_base import Ring

app = typer.Typer(help="The network of nations.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Argument(file_okay=False, help="Network folder of this node.")]
Nation = Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code of the partner.")]
RESTART = "start the node anew to take it into use"


@app.callback()
def network() -> None:
    """Make the keys of a nation and exchange small signed files with partners; how: docs/network.md."""


@app.command("init")
def init(
    folder: Folder,
    nation: Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 code of this nation.")],
    node: Annotated[str, typer.Option(help="Name of this node.")],
    leaf_host: Annotated[str, typer.Option(help="DNS name or IP address under which partners reach this node.")],
    leaf_port: Annotated[int, typer.Option(help="TCP port that this node opens for partners.")] = 7422,
    leaf_listen: Annotated[
        str | None, typer.Option(help="Address to open the port on; all, or loopback for a loopback host.")
    ] = None,
    other_host: Annotated[
        list[str] | None, typer.Option(help="Further name or address for the certificate; may be repeated.")
    ] = None,
    area: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="GeoJSON Polygon that the nation answers for.")
    ] = None,
) -> None:
    """Make the network folder of this nation: authority, certificate, keys."""
    import time

    from pydantic import ValidationError

    from sargas.runtime.network.identity import OwnIdentity
    from sargas.runtime.network.making import default_listen, make_network

    try:
        own = OwnIdentity(
            nation=nation,
            node=node,
            leaf_host=leaf_host,
            leaf_port=leaf_port,
            leaf_listen=leaf_listen or default_listen(leaf_host),
            other_hosts=tuple(other_host or ()),
            area=_read_area(area),
            made_ns=time.time_ns(),
        )
    except ValidationError as error:
        raise _wrong_option(error, OwnIdentity) from None
    make_network(folder, own)
    typer.echo(f"{folder}: network folder of {nation} {node} made; back it up: it holds keys that nobody can replace")


@app.command("invite")
def invite_partner(
    folder: Folder,
    guest: Nation,
    out: Annotated[Path, typer.Option(dir_okay=False, help="File to write; it holds nothing secret.")],
    leaf_host: Annotated[
        str | None, typer.Option(help="Host under which this partner reaches us; as in init when not given.")
    ] = None,
    leaf_port: Annotated[
        int | None, typer.Option(help="Port under which this partner reaches us; as in init when not given.")
    ] = None,
) -> None:
    """Write the signed file that one partner needs of us, and show its fingerprint."""
    import time

    from pydantic import ValidationError

    from sargas.runtime.network.invitation import Invitation
    from sargas.runtime.network.making import invite, sealed_invitation
    from sargas.runtime.network.secret_files import write_public

    _check_nation(guest)
    try:
        invitation = invite(folder, guest, time.time_ns(), leaf_host, leaf_port)
    except ValidationError as error:
        raise _wrong_option(error, Invitation) from None
    write_public(out, sealed_invitation(folder, invitation))
    typer.echo(f"{out}: invitation of {invitation.nation} for {guest}")
    typer.echo(f"fingerprint {invitation.fingerprint}: read it to them on the phone")


@app.command("add-partner")
def add(
    folder: Folder,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Invitation they gave us.")],
    link_bps: Annotated[
        int | None, typer.Option(help="Bits per second of the link to them, at least 1200; fast when not given.")
    ] = None,
    fingerprint: Annotated[
        str | None, typer.Option(help="Take the file only when it has this fingerprint, as read on the phone.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take new keys of a partner who lost the old ones: compare fingerprints.")
    ] = False,
) -> None:
    """Add a partner by the file it gave us, or take over its new file; a changed file is refused."""
    import time

    from sargas.runtime.network.making import add_partner

    if link_bps is not None and link_bps < 1200:
        raise Failure(f"--link-bps: expected 1200 bit/s or more, was {link_bps}")
    added = add_partner(folder, file, time.time_ns(), link_bps=link_bps, fingerprint=fingerprint, is_replaced=replace)
    nation, node = added.invitation.nation, added.invitation.node
    typer.echo(f"{nation} {node} {'updated' if added.is_update else 'added'}; {RESTART}")
    is_known = added.is_update and not replace
    advice = "signed by a key that was known" if is_known else "compare it with them on the phone before that"
    typer.echo(f"fingerprint {added.invitation.fingerprint}: {'as told' if fingerprint is not None else advice}")


@app.command("remove-partner")
def remove(folder: Folder, nation: Nation) -> None:
    """Forget a partner and the keys for it; its node is refused from the next start on."""
    from sargas.runtime.network.making import remove_partner

    _check_nation(nation)
    remove_partner(folder, nation)
    typer.echo(f"{nation} removed; start the node anew to refuse its node")


@app.command("status")
def status(folder: Folder, as_json: AsJson = False) -> None:
    """Show the partners of the folder, fingerprints, and until when certificates are valid."""
    import time

    from sargas.runtime.network.overview import overview

    found = overview(folder, time.time_ns())
    if as_json:
        typer.echo(json.dumps(found.to_json()))
    else:
        for line in found.to_lines():
            typer.echo(line)


@app.command("rotate")
def rotate(
    folder: Folder,
    switch: Annotated[
        bool, typer.Option("--switch", help="Take the next keys into use, once every partner has the new invitation.")
    ] = False,
) -> None:
    """Renew the certificate and make the next keys; both stay valid until --switch drops the old ones."""
    import time

    from sargas.runtime.network.rotation import prepare_rotation, switch_rotation

    if switch:
        done = switch_rotation(folder)
        typer.echo(
            f"next keys in use; {RESTART}; invite {', '.join(done.partners) or 'partners'} again when convenient"
        )
        return
    done = prepare_rotation(folder, time.time_ns())
    typer.echo(f"certificate renewed; {RESTART}")
    for nation in done.partners:
        typer.echo(f"next: sargas network invite {folder} {nation} --out FILE, and let {nation} add it")
    typer.echo(f"last: sargas network rotate {folder} --switch")


@app.command("server-config")
def server_config(
    folder: Folder,
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder to write the files into; it will hold secrets.")],
    client_listen: Annotated[str, typer.Option(help="Address and port for clients.")] = "127.0.0.1:4222",
    server: Annotated[str | None, typer.Option(help="In a cluster: this server's own name.")] = None,
    cluster_listen: Annotated[str, typer.Option(help="In a cluster: address and port for its other servers.")] = "",
    route: Annotated[list[str] | None, typer.Option(help="In a cluster: host:port of another server.")] = None,
) -> None:
    """Write the configuration for a NATS server that the node shall not start itself (nats_url)."""
    from sargas.runtime.bus.server_config import ClusterMember, write_server_config
    from sargas.runtime.network.folder import read_network

    if server is None and (cluster_listen or route):
        raise Failure("--cluster-listen and --route need --server, the server's own name in the cluster", USAGE)
    member = None if server is None else ClusterMember(server, cluster_listen, tuple(route or ()))
    path = write_server_config(read_network(folder), out, client_listen, member)
    typer.echo(f"{path}: start it with nats-server --config {path}")


app.command("take-over")(take_over)
app.command("give-back")(give_back)
app.command("drill")(drill)


def _check_nation(code: str) -> None:
    if not (len(code) == 3 and code.isascii() and code.isupper() and code.isalpha()):
        raise Failure(f"expected an ISO 3166-1 alpha-3 code such as LVA, was {code!r}")


def _wrong_option(error: ValidationError, model: type[BaseModel]) -> Failure:
    first = error.errors()[0]
    field = str(first["loc"][0])
    meaning = model.model_fields[field].description or field
    return Failure(f"--{field.replace('_', '-')}: expected {meaning}, was {first['input']!r}")


def _read_area(path: Path | None) -> Ring:
    if path is None:
        return ()
    from sargas.runtime.network.making import ring_of_geojson

    try:
        return ring_of_geojson(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise Failure(f"{path}: {error}") from None
