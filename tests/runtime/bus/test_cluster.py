"""A nation's bus is a cluster of three servers: any one may be killed, and nothing that was confirmed is lost."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.errors import BusAway, BusError
from sargas.runtime.bus.server import find_program
from sargas.runtime.bus.server_config import ClusterMember, write_server_config
from sargas.runtime.network.folder import NetworkFolder
from sargas.runtime.network.identity import NetworkError
from tests.runtime.bus.conftest import until
from tests.runtime.network.nations import free_port, join_nations

SERVERS = ("one", "two", "three")
SERVING_S = 30.0


class Cluster:
    """Three servers of one nation on loopback; each dials the partner, the first is the one that partners dial."""

    def __init__(self, network: NetworkFolder, root: Path) -> None:
        clients = {name: free_port() for name in SERVERS}
        routes = {name: f"127.0.0.1:{free_port()}" for name in SERVERS}
        self.url = ",".join(f"nats://127.0.0.1:{port}" for port in clients.values())
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        for name in SERVERS:
            others = tuple(address for other, address in routes.items() if other != name)
            member = ClusterMember(name, routes[name], others)
            config = write_server_config(network, root / name, f"127.0.0.1:{clients[name]}", member)
            if name != SERVERS[0]:  # on hosts of their own all listen at the port that partners know
                own = f':{network.own.leaf_port}"'
                config.write_text(
                    config.read_text().replace(f'listen: "127.0.0.1{own}', f'listen: "127.0.0.1:{free_port()}"')
                )
            self.children[name] = subprocess.Popen([find_program(), "--config", config], stderr=subprocess.DEVNULL)

    def end(self) -> None:
        for child in self.children.values():
            child.kill()
            child.wait()


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, NetworkFolder]:
    return join_nations(tmp_path, ("LTU", "LVA"), now_ns=time.time_ns())


@pytest.fixture
def cluster(folders: dict[str, NetworkFolder], tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(folders["LTU"], tmp_path / "cluster")
    yield made
    made.end()


async def entered(bus: Bus) -> Bus:
    """Enter a bus once the servers have found each other."""
    end_s = time.monotonic() + SERVING_S
    while True:
        try:
            return await bus.__aenter__()
        except BusError:
            if time.monotonic() > end_s:
                raise
            await asyncio.sleep(0.3)


@pytest.mark.parametrize("killed", SERVERS[1:])
def test_any_server_but_the_link_s_may_be_killed_and_nothing_is_lost(
    folders: dict[str, NetworkFolder], cluster: Cluster, killed: str
) -> None:
    async def scene() -> list[bytes]:
        ltu = await entered(Bus(folders["LTU"], nats_url=cluster.url, replicas=3))
        async with Bus(folders["LVA"]) as lva:
            stream, came = lva.messages("LTU", "log"), list[bytes]()
            for number in range(60):
                if number == 20:
                    cluster.children[killed].kill()
                await publish_until_kept(ltu, number)
            while b"59" not in came:
                data, ack = await asyncio.wait_for(anext(stream), SERVING_S)
                await ack()
                came.append(data)
            await until(lambda: _is_connected(ltu))
            await stream.aclose()
        await ltu.__aexit__()
        return came

    assert list(dict.fromkeys(asyncio.run(scene()))) == [b"%d" % number for number in range(60)]


async def _is_connected(bus: Bus) -> bool:
    return all(link.connected for link in await bus.look())


async def publish_until_kept(bus: Bus, number: int) -> None:
    """Publish as the node does: with its id, again until it is known to be kept."""
    end_s = time.monotonic() + SERVING_S
    while time.monotonic() < end_s:
        with suppress(BusAway):
            await bus.publish("LVA", "release.LTU.log.alert", b"%d" % number, f"cluster-{number}")
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"release {number} was not kept within {SERVING_S} s")


def test_a_server_s_name_and_addresses_are_checked(folders: dict[str, NetworkFolder], tmp_path: Path) -> None:
    for member in (
        ClusterMember('one" }', "127.0.0.1:6222", ()),
        ClusterMember("one", "127.0.0.1", ()),
        ClusterMember("one", "127.0.0.1:6222", ("two:6222 }",)),
    ):
        with pytest.raises(NetworkError, match="expected"):
            write_server_config(folders["LTU"], tmp_path / "out", "127.0.0.1:4222", member)
