"""What no partner gets, whatever keys it holds: nothing but its own inbox, and no way into another's."""

import asyncio
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.server import find_program, free_port
from sargas.runtime.network.folder import NetworkFolder
from sargas.runtime.network.keys import UserSeed, make_user_seed
from tests.runtime.bus.conftest import Nations, until
from tests.runtime.network.nations import make_nation

CANARY = b"national canary"


async def _pass_over(_: Exception) -> None:
    pass


async def connect(bus: Bus, user: UserSeed) -> Client:
    """Connect to a nation's own server as one of its users."""
    return await nats.connect(bus.url, nkeys_seed_str=user.seed, error_cb=_pass_over, allow_reconnect=False)


async def stored(nations: Nations, at: str, to: str) -> int:
    """Count all releases that a nation holds for a partner."""
    connection = nations.buses[at]._out[to]
    total = 0
    for stream in ("STATE", "LOG", "PLOTS"):
        reply = await connection.client.request(f"$JS.API.STREAM.INFO.{stream}", timeout=5)
        total += json.loads(reply.data)["state"]["messages"]
    return total


def test_only_the_guard_reaches_an_outbox(nations: Nations) -> None:
    async def scene() -> None:
        bus, folder = nations.buses["LTU"], nations.folders["LTU"]
        lva = folder.partner("LVA")
        before = await stored(nations, "LTU", "LVA")
        for user in (folder.app, folder.system, lva.ingest):
            client = await connect(bus, user)
            with pytest.raises((Error, asyncio.TimeoutError)):
                await client.request("outbox.LVA.release.LTU.log.alert", CANARY, timeout=0.5)
            await client.close()
        assert await stored(nations, "LTU", "LVA") == before
        guard = await nats.connect(bus.url, nkeys_seed_str=folder.guard.seed, inbox_prefix="_INBOX_guard")
        reply = await guard.request("outbox.LVA.release.LTU.log.alert", b"the guard may", timeout=5)
        assert json.loads(reply.data)["stream"] == "LOG"
        assert await stored(nations, "LTU", "LVA") == before + 1
        await guard.close()

    nations.run(scene())


def test_the_guard_reads_nothing(nations: Nations) -> None:
    async def scene() -> list[bytes]:
        bus, folder = nations.buses["LTU"], nations.folders["LTU"]
        errors: list[str] = []

        async def note(error: Exception) -> None:
            errors.append(str(error))

        guard = await nats.connect(bus.url, nkeys_seed_str=folder.guard.seed, error_cb=note)
        heard = await listen(guard, ">")
        app = await connect(bus, folder.app)
        await app.publish("national.track", CANARY)
        await app.flush()
        await asyncio.sleep(0.3)
        assert any("permissions violation" in error.lower() for error in errors)
        await guard.close()
        await app.close()
        return heard

    assert nations.run(scene()) == []


async def listen(client: Client, subject: str) -> list[bytes]:
    heard: list[bytes] = []

    async def take(message: Msg) -> None:
        heard.append(message.data)

    await client.subscribe(subject, cb=take)
    await client.flush()
    return heard


def test_what_is_national_and_what_a_partner_gave_goes_to_nobody(nations: Nations) -> None:
    async def scene() -> None:
        heard, clients = {}, []
        for at in nations.folders:
            for partner in nations.folders[at].partners:
                for user in (partner.ingest, partner.out_admin):
                    clients.append(await connect(nations.buses[at], user))
                    heard[at, partner.nation, user.public] = await listen(clients[-1], ">")
        app = await connect(nations.buses["LTU"], nations.folders["LTU"].app)
        national = await listen(app, "national.>")
        for _ in range(20):
            await app.publish("national.track", CANARY)
        await nations.release("POL", "LTU", "log", "alert", b"from POL for LTU alone")
        assert await nations.take("LTU", "POL", "log", 1) == [b"from POL for LTU alone"]
        await asyncio.sleep(0.5)
        assert national == [CANARY] * 20, "the canaries were there to be heard"
        assert not [where for where, found in heard.items() if CANARY in found]
        knows = {where[:2] for where, found in heard.items() if b"from POL for LTU alone" in found}
        assert knows == {("LTU", "POL"), ("POL", "LTU")}  # not LVA: nothing passes through a third nation
        for client in (*clients, app):
            await client.close()

    nations.run(scene())


class Rogue:
    """A server that holds LVA's certificate and a key, and dials LTU as LVA would: a stolen or hostile node."""

    def __init__(self, folder: Path, thief: NetworkFolder, leaf: Path, seed: str, target_port: int, ca: Path) -> None:
        folder.mkdir()
        self.user = make_user_seed()
        self.port = free_port()
        config = folder / "rogue.conf"
        config.write_text(
            f'server_name: ROGUE\nlisten: "127.0.0.1:{self.port}"\nlog_file: "{folder / "log"}"\n'
            f'jetstream {{ store_dir: "{folder}", domain: ROGUE }}\n'
            f'leafnodes {{ remotes: [ {{ url: "tls://127.0.0.1:{target_port}", account: A, nkey: "{seed}"\n'
            f'  tls {{ cert_file: "{leaf / "leaf.pem"}", key_file: "{leaf / "leaf.key"}", ca_file: "{ca}" }} }} ] }}\n'
            f"accounts {{ A {{ jetstream: enabled, users: [ {{ nkey: {self.user.public} }} ] }} }}\n"
        )
        self.log = folder / "log"
        self.child = subprocess.Popen([find_program(), "--config", config], stderr=subprocess.DEVNULL)

    async def client(self) -> Client:
        """Connect to it, with answers on the one subject for answers that its key may read at LTU."""
        for _ in range(100):
            with suppress(Error, OSError):
                return await nats.connect(
                    f"nats://127.0.0.1:{self.port}",
                    nkeys_seed_str=self.user.seed,
                    allow_reconnect=False,
                    inbox_prefix="_INBOX_LVA",
                    error_cb=_pass_over,
                )
            await asyncio.sleep(0.1)
        raise AssertionError("the rogue did not start")

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def stop(self) -> None:
        self.child.kill()
        self.child.wait()


@pytest.fixture
def make_rogue(nations: Nations, tmp_path: Path) -> Iterator[Callable[..., Rogue]]:
    made: list[Rogue] = []

    def make(leaf: Path | None = None, seed: str | None = None) -> Rogue:
        lva, ltu = nations.folders["LVA"], nations.folders["LTU"]
        rogue = Rogue(
            tmp_path / "rogue",
            lva,
            leaf or lva.path,
            seed or lva.partner("LTU").link.seed,
            ltu.own.leaf_port,
            ltu.path / "authority.pem",
        )
        made.append(rogue)
        return rogue

    yield make
    for rogue in made:
        rogue.stop()


FORBIDDEN = [
    "$JS.LTU.API.STREAM.DELETE.LOG",
    "$JS.LTU.API.STREAM.PURGE.LOG",
    "$JS.LTU.API.STREAM.NAMES",
    "$JS.LTU.API.STREAM.LIST",
    "$JS.LTU.API.STREAM.MSG.GET.LOG",
    "$JS.LTU.API.DIRECT.GET.LOG",
    "$JS.LTU.API.STREAM.CREATE.MINE",
    "$JS.LTU.API.STREAM.UPDATE.LOG",
    "$JS.LTU.API.CONSUMER.CREATE.LOG",
    "$JS.LTU.API.CONSUMER.CREATE.LOG.MINE",
    "$JS.LTU.API.CONSUMER.DELETE.LOG.LVA",
    "$JS.LTU.API.CONSUMER.MSG.NEXT.LOG.LVA",
    "$JS.LTU.API.CONSUMER.RESET.LOG.POL",
    "$JS.LTU.API.CONSUMER.INFO.LOG.POL",
    "$JS.LTU.API.CONSUMER.PAUSE.LOG.LVA",
    "$JS.LTU.API.INFO",
    "$JS.API.STREAM.NAMES",
    "outbox.LVA.release.LTU.log.alert",
    "outbox.POL.release.LTU.log.alert",
    "release.LTU.log.alert",
    "release.POL.log.alert",
    "$SYS.REQ.SERVER.PING.VARZ",
    "$SYS.REQ.USER.INFO",
    "national.track",
]
"""What a partner's node may try with valid keys. ``$JS.API`` without a domain the rogue's own server answers."""


def test_a_hostile_partner_with_valid_keys_gets_nothing_but_its_inbox(
    nations: Nations, make_rogue: Callable[..., Rogue]
) -> None:
    rogue = make_rogue()

    async def scene() -> None:
        ltu, folder = nations.buses["LTU"], nations.folders["LTU"]
        client = await rogue.client()

        async def is_linked() -> bool:
            return "Leafnode connection created" in rogue.said()

        await until(is_linked)
        heard = await listen(client, ">")
        app = await connect(ltu, folder.app)
        before = {to: await stored(nations, "LTU", to) for to in ("LVA", "POL")}
        answers = await asyncio.gather(*(_ask(client, subject) for subject in FORBIDDEN))
        answered = {subject: answer for subject, answer in zip(FORBIDDEN, answers, strict=True) if answer}
        for subject in list(answered):
            if subject.startswith(("$JS.API", "$SYS")):  # its own server, of its own account
                assert b"LTU" not in answered.pop(subject)
        assert answered == {}
        for _ in range(10):
            await app.publish("national.track", CANARY)
        await nations.release("LTU", "POL", "log", "alert", b"for POL alone")
        assert await nations.take("POL", "LTU", "log", 1) == [b"for POL alone"]
        assert {to: await stored(nations, "LTU", to) for to in ("LVA", "POL")} == before | {"POL": before["POL"] + 1}
        assert not {CANARY, b"for POL alone"}.intersection(heard)
        info = await _ask(client, "$JS.LTU.API.STREAM.INFO.LOG")
        assert info is not None, "where answers can come, this one comes: the others were refused"
        assert json.loads(info)["config"]["subjects"] == ["release.LTU.log.>"]  # its own inbox's, as it must
        await client.close()
        await app.close()

    nations.run(scene(), 60.0)
    server = nations.buses["LTU"].server
    assert server is not None
    assert server.starts == 1, "it took the server down"


async def _ask(client: Client, subject: str) -> bytes | None:
    with suppress(Error, asyncio.TimeoutError):
        return (await client.request(subject, b"forged", timeout=2.0)).data
    return None


def test_a_server_with_a_certificate_of_another_authority_never_gets_in(
    nations: Nations, make_rogue: Callable[..., Rogue], tmp_path: Path
) -> None:
    log = nations.folders["LTU"].state / "server.log"
    before = len(log.read_text())
    make_rogue(leaf=make_nation(tmp_path, "RUS", time.time_ns()))

    async def refused() -> bool:
        return log.read_text()[before:].count("TLS leafnode handshake error") >= 2

    nations.run(until(refused))
    assert "JetStream using domains" not in log.read_text()[before:]  # what a link that is let in begins with


def test_a_key_that_nobody_named_is_refused(nations: Nations, make_rogue: Callable[..., Rogue]) -> None:
    log = nations.folders["LTU"].state / "server.log"
    before = len(log.read_text())
    rogue = make_rogue(seed=make_user_seed().seed)

    async def refused() -> bool:
        return rogue.said().count("Authorization Violation") >= 2

    nations.run(until(refused))
    assert "JetStream using domains" not in log.read_text()[before:]  # what a link that is let in begins with


def test_a_link_s_key_is_of_no_use_to_a_client(nations: Nations) -> None:
    async def scene() -> None:
        bus, client = nations.buses["LTU"], Client()
        seed = nations.folders["LVA"].partner("LTU").link.seed
        with pytest.raises((Error, OSError, asyncio.TimeoutError)):
            await client.connect(bus.url, nkeys_seed_str=seed, error_cb=_pass_over, allow_reconnect=False)
        await client.close()

    nations.run(scene())


@pytest.mark.parametrize("who", ["LVA", "RUS", "nobody"])
def test_the_border_port_speaks_to_partners_certificates_alone(nations: Nations, tmp_path: Path, who: str) -> None:
    ltu = nations.folders["LTU"]
    leaf = {"LVA": nations.folders["LVA"].path, "RUS": tmp_path / "RUS", "nobody": None}[who]
    if who == "RUS":
        make_nation(tmp_path, "RUS", time.time_ns())
    said = answer_behind_tls(ltu.own.leaf_port, ltu.path / "authority.pem", leaf)
    assert (said is not None) == (who == "LVA")


def answer_behind_tls(port: int, authority: Path, leaf: Path | None) -> bytes | None:
    """Return what the port says behind TLS to a wrong log-in; none when it does not get that far."""
    context = ssl.create_default_context(cafile=authority)
    if leaf is not None:
        context.load_cert_chain(leaf / "leaf.pem", leaf / "leaf.key")
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        plain.recv(4096)  # INFO
        try:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as inside:
                inside.sendall(b"CONNECT {}\r\n")
                return inside.recv(4096) or None
        except (ssl.SSLError, ConnectionError):
            return None
