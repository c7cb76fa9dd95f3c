"""Three nations for a run: folders, links through proxies, buses; two of them made their keys with wrong clocks."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import permutations
from pathlib import Path

from benchmarks.federation.link import HOST, Link
from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.server import free_port
from sargas.runtime.network.folder import NetworkFolder, read_network
from sargas.runtime.network.identity import OwnIdentity
from sargas.runtime.network.making import add_partner, invite, make_network, sealed_invitation

NATIONS = ("LTU", "LVA", "POL")
HOUR_NS = 3_600_000_000_000
CLOCK_ERRORS_NS = {"LTU": 0, "LVA": 20 * HOUR_NS, "POL": -20 * HOUR_NS}
"""How wrong the clock of each nation is when it makes keys and stamps releases."""

Pair = tuple[str, str]
"""Origin and destination of releases."""


@dataclass
class Nations:
    """What runs: folders and buses by nation, links by (origin, destination) of what they carry."""

    folders: dict[str, NetworkFolder] = field(default_factory=dict)
    buses: dict[str, Bus] = field(default_factory=dict)
    links: dict[Pair, Link] = field(default_factory=dict)


async def start_nations(
    root: Path,
    stack: AsyncExitStack,
    names: tuple[str, ...] = NATIONS,
    *,
    link_bps: int | None = None,
    rate_bps: float | None = None,
) -> Nations:
    """Make nations that all know each other, start their buses, and wait until every link is up."""
    nations = Nations()
    ports = {name: free_port() for name in names}
    for name in names:
        own = OwnIdentity(
            nation=name, node=name.lower(), leaf_host=HOST, leaf_port=ports[name], leaf_listen=HOST,
            made_ns=wrong_now_ns(name),
        )  # fmt: skip
        make_network(root / name, own)
    for number, (origin, destination) in enumerate(permutations(names, 2)):
        link = nations.links[origin, destination] = Link(ports[origin], rate_bps=rate_bps, seed=number)
        await link.start()
        stack.push_async_callback(link.stop)
        file = root / f"{origin}-for-{destination}.json"
        invitation = invite(root / origin, destination, wrong_now_ns(origin), port=link.port)
        file.write_bytes(sealed_invitation(root / origin, invitation))
        add_partner(root / destination, file, time.time_ns(), link_bps=link_bps)
    nations.folders = {name: read_network(root / name) for name in names}
    nations.buses = {name: Bus(folder) for name, folder in nations.folders.items()}
    await asyncio.gather(*(stack.enter_async_context(bus) for bus in nations.buses.values()))
    give_up_s = time.monotonic() + 120.0
    while not all(status.connected for bus in nations.buses.values() for status in bus.status()):
        if time.monotonic() > give_up_s:
            raise TimeoutError("the links did not come up within 120 s")
        await asyncio.sleep(0.2)
    return nations


def wrong_now_ns(nation: str) -> int:
    """Return UTC ns by a nation's own clock."""
    return time.time_ns() + CLOCK_ERRORS_NS.get(nation, 0)
