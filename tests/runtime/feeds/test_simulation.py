"""A simulated night speaks for many sources, directly or over the real UDP feeds, in its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from sargas.runtime.feeds.simulation import SimulationFeed
from sargas.runtime.feeds.supervisor import Supervisor
from sargas.runtime.feeds.url import SimulationUrl, UdpUrl, parse_url
from tests.runtime.feeds.wires import Bench, free_port, until

MS = 1_000_000


@dataclass(frozen=True)
class Datagram:
    offset_ns: int
    source: str
    data: bytes


@dataclass(frozen=True)
class ShortNight:
    """Two radars in turn and one ADS-B site every tenth time."""

    count: int
    gap_ms: int

    def datagrams(self) -> Iterator[Datagram]:
        if self.count > 199:
            yield Datagram(0, "radar-0", bytes(70_000))
        for i in range(self.count):
            yield Datagram(i * self.gap_ms * MS, f"radar-{i % 2}", b"plot %d" % i)
            if i % 10 == 0:
                yield Datagram(i * self.gap_ms * MS, "ads-b", b"aircraft %d" % i)


def open_short_night(scenario: str, *, start_time_ns: int, count: str, gap_ms: str = "1") -> ShortNight:
    if scenario != "short-night":
        raise ValueError(f"expected short-night, was {scenario!r}")
    assert start_time_ns > 0
    return ShortNight(int(count), int(gap_ms))


def simulate(bench: Bench, url: str, listeners: dict[str, UdpUrl] | None = None, queue: int = 10_000) -> SimulationFeed:
    parsed = parse_url(url)
    assert isinstance(parsed, SimulationUrl)
    feed = SimulationFeed(
        parsed, "night", bench.intake.open_queue(queue), bench.clock, listeners=listeners or {},
        open_night=open_short_night,
    )  # fmt: skip
    bench.feeds.append(feed)
    return feed


def test_datagrams_come_under_their_sensors_names_with_the_nights_times() -> None:
    async def scenario() -> None:
        bench = Bench()
        feed = simulate(bench, "sim:short-night?count=100&speed=1000", queue=7)
        before_ns = bench.clock.now_ns()
        async with bench.running() as task:
            found = await bench.receive(110)
            await asyncio.wait_for(task, 5)
        assert [a.data for a in found if a.source == "radar-1"] == [b"plot %d" % i for i in range(1, 100, 2)]
        assert sum(a.source == "ads-b" for a in found) == 10
        start_ns = found[0].receive_time_ns
        assert 0 <= start_ns - before_ns < 5_000 * MS
        assert [a.receive_time_ns - start_ns for a in found if a.source != "ads-b"] == [i * MS for i in range(100)]
        assert (feed.counters.state, feed.counters.received, feed.counters.lost) == ("finished", 110, 0)

    asyncio.run(scenario())


def test_a_night_takes_as_long_as_its_speed_says() -> None:
    async def scenario() -> None:
        bench, loop = Bench(), asyncio.get_running_loop()
        simulate(bench, "sim:short-night?count=10&gap_ms=100&speed=3")
        started_s = loop.time()
        async with bench.running() as task:
            await asyncio.wait_for(task, 5)
        assert 0.29 <= loop.time() - started_s < 2

    asyncio.run(scenario())


def test_with_udp_the_radars_are_received_by_the_real_udp_feeds() -> None:
    async def scenario() -> None:
        bench = Bench()
        urls = {
            "radar-0": f"udp://0.0.0.0:{free_port()}",
            "radar-1": f"udp://239.255.42.9@127.0.0.1:{free_port()}",
        }
        radars = [bench.add(url, name) for name, url in urls.items()]
        listeners = {name: parsed for name, url in urls.items() if isinstance(parsed := parse_url(url), UdpUrl)}
        async with bench.running():
            await until(lambda: all(radar.counters.state == "running" for radar in radars))
            night = simulate(bench, "sim:short-night?count=200&udp=1&speed=2", listeners)
            player = asyncio.create_task(Supervisor([night]).run())
            found = await bench.receive(221)
            await asyncio.wait_for(player, 5)
        assert [r.counters.received for r in radars] == [100, 100]
        assert [a.data for a in found if a.source == "radar-1"] == [b"plot %d" % i for i in range(1, 200, 2)]
        assert night.counters.received == 20 + 1, "what is too large for UDP goes directly"
        assert sum(a.source == "ads-b" for a in found) == 20

    asyncio.run(scenario())


def test_an_unknown_scenario_is_named() -> None:
    async def scenario() -> None:
        bench = Bench()
        feed = simulate(bench, "sim:calm-day?count=1")
        async with bench.running():
            await until(lambda: feed.counters.restarts >= 1)
        assert feed.counters.last_error == "ValueError: expected short-night, was 'calm-day'"

    asyncio.run(scenario())
