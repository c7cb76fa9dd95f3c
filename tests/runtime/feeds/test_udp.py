"""UDP feeds on real sockets: every datagram with its time, losses counted, groups joined, floods kept apart."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time

import pytest

from sargas.runtime.clock import ManualClock
from sargas.runtime.feeds.udp import UdpFeed, open_udp_socket
from sargas.runtime.feeds.url import UdpUrl, parse_url
from tests.runtime.feeds.wires import Bench, free_port, until


def sender(family: int = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_DGRAM)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_datagrams_arrive_in_order_with_the_time_of_their_arrival(host: str) -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port(host=host)
        feed = bench.add(f"udp://{f'[{host}]' if ':' in host else host}:{port}", "radar")
        async with bench.running():
            await until(lambda: feed.counters.state == "running")
            before_ns = time.time_ns()
            with sender(socket.AF_INET6 if ":" in host else socket.AF_INET) as wire:
                for i in range(100):
                    wire.sendto(bytes([i]) * (i + 1), (host, port))
            sent_ns = time.time_ns()
            time.sleep(0.05)  # The feed cannot run meanwhile: only the kernel knows when they came.
            found = await bench.receive(100)
        assert [a.data for a in found] == [bytes([i]) * (i + 1) for i in range(100)]
        times_ns = [a.receive_time_ns for a in found]
        assert times_ns == sorted(times_ns)
        assert before_ns - 1_000_000 <= times_ns[0] <= times_ns[-1] <= sent_ns + 1_000_000
        counters = feed.read_counters()
        assert (counters.received, counters.bytes, counters.lost) == (100, 5050, 0)
        assert counters.state == "stopped"

    asyncio.run(scenario())


def test_a_feed_goes_on_with_a_socket_that_held_its_port_and_begins_with_what_comes_now() -> None:
    async def scenario() -> None:
        held = open_udp_socket(UdpUrl("127.0.0.1", 0, None, None, None, 1 << 16))
        port, bench = held.getsockname()[1], Bench()
        feed = bench.add(f"udp://127.0.0.1:{port}", "radar")
        assert isinstance(feed, UdpFeed)
        feed.take_over(held)
        with sender() as wire:
            wire.sendto(b"before it listened", ("127.0.0.1", port))
            async with bench.running():
                await until(lambda: feed.counters.state == "running")
                wire.sendto(b"now", ("127.0.0.1", port))
                assert [one.data for one in await bench.receive(1)] == [b"now"]
        assert held.fileno() == -1

    asyncio.run(scenario())


class SteppedBack(ManualClock):
    """A clock that works off a step back: its stamps come nearer to the kernel's with each."""

    def stamp_ns(self, kernel_time_ns: int | None) -> int:
        self.advance(100)
        return 10**18 - self.now_ns()


def test_the_times_of_a_feed_never_run_back() -> None:
    async def scenario() -> None:
        bench, port = Bench(SteppedBack()), free_port()
        feed = bench.add(f"udp://127.0.0.1:{port}", "radar")
        async with bench.running():
            await until(lambda: feed.counters.state == "running")
            with sender() as wire:
                for i in range(20):
                    wire.sendto(bytes([i]), ("127.0.0.1", port))
            assert {a.receive_time_ns for a in await bench.receive(20)} == {10**18 - 100}

    asyncio.run(scenario())


def test_an_empty_datagram_is_a_datagram() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port()
        feed = bench.add(f"udp://127.0.0.1:{port}", "radar")
        async with bench.running():
            await until(lambda: feed.counters.state == "running")
            with sender() as wire:
                wire.sendto(b"", ("127.0.0.1", port))
            assert [a.data for a in await bench.receive(1)] == [b""]

    asyncio.run(scenario())


def test_a_multicast_group_is_joined_on_the_interface_named_and_other_groups_stay_out() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port()
        ours = bench.add(f"udp://239.255.42.1@127.0.0.1:{port}", "ours")
        other = bench.add(f"udp://239.255.42.2@127.0.0.1:{port}", "other")
        async with bench.running():
            await until(lambda: ours.counters.state == other.counters.state == "running")
            with sender() as wire:
                wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
                for group, data in (("239.255.42.1", b"1"), ("239.255.42.2", b"2"), ("239.255.42.1", b"3")):
                    wire.sendto(data, (group, port))
            found = await bench.receive(3)
        assert sorted((a.source, a.data) for a in found) == [("other", b"2"), ("ours", b"1"), ("ours", b"3")]

    asyncio.run(scenario())


def test_a_source_specific_group_lets_only_its_sender_in() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port()
        feed = bench.add(f"udp://232.42.42.1@127.0.0.1:{port}?sender=127.0.0.2", "radar")
        async with bench.running():
            await until(lambda: feed.counters.state == "running")
            for own in ("127.0.0.1", "127.0.0.2"):
                with sender() as wire:
                    wire.bind((own, 0))
                    wire.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
                    wire.sendto(own.encode(), ("232.42.42.1", port))
            assert [a.data for a in await bench.receive(1)] == [b"127.0.0.2"]
            assert bench.intake.waiting() == 0

    asyncio.run(scenario())


def test_an_ipv6_group_is_bound_and_joined() -> None:
    url = parse_url(f"udp://[ff01::4242]@[::]:{free_port(host='::1')}?interface=lo")
    assert isinstance(url, UdpUrl)
    with open_udp_socket(url) as receiver:
        assert receiver.getsockname()[0] == "ff01::4242"
        with open("/proc/net/igmp6", encoding="ascii") as joined:
            assert any(line.split()[1:3] == ["lo", "ff010000000000000000000000004242"] for line in joined)


def test_what_the_kernel_drops_is_counted() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port()
        feed = bench.add(f"udp://127.0.0.1:{port}?buffer=4096", "radar")
        async with bench.running():
            await until(lambda: feed.counters.state == "running")
            with sender() as wire:
                for _ in range(500):
                    wire.sendto(bytes(500), ("127.0.0.1", port))
            await until(
                lambda: feed.counters.received > 0 and feed.counters.received + feed.counters.lost_socket == 500
            )
        assert feed.counters.lost_socket > 100
        assert feed.counters.lost_queue == 0

    asyncio.run(scenario())


def test_a_port_in_use_elsewhere_is_named_and_tried_again_until_it_is_free() -> None:
    async def scenario() -> None:
        bench, port = Bench(), free_port()
        feed = bench.add(f"udp://127.0.0.1:{port}", "radar")
        blocker = sender()
        blocker.bind(("127.0.0.1", port))
        async with bench.running():
            await until(lambda: feed.counters.restarts >= 2)
            assert f"cannot listen on udp 127.0.0.1 port {port}: Address already in use" in feed.counters.last_error
            blocker.close()
            await until(lambda: feed.counters.state == "running")

    asyncio.run(scenario())


FLOOD = """
import socket, sys
wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
wire.connect(("127.0.0.1", int(sys.argv[1])))
garbage = bytes(range(256)) * 4
print("go", flush=True)
for _ in range(int(sys.argv[2])):
    try:
        wire.send(garbage)
    except ConnectionRefusedError:
        pass
"""
FLOOD_DATAGRAMS = 50_000


def test_a_flood_of_fifty_thousand_datagrams_costs_the_calm_feed_nothing() -> None:
    async def scenario() -> None:
        bench, flood_port, calm_port = Bench(), free_port(), free_port()
        flooded = bench.add(f"udp://127.0.0.1:{flood_port}", "flooded", queue_datagrams=500)
        calm = bench.add(f"udp://127.0.0.1:{calm_port}", "calm")
        latencies_s: list[float] = []
        found: list[bytes] = []

        async def consume() -> None:
            while True:
                for arrival in await bench.intake.next_batch(200, 0.1):
                    if arrival.source == "calm":
                        latencies_s.append((time.time_ns() - arrival.receive_time_ns) / 1e9)
                        found.append(arrival.data)
                await asyncio.sleep(0.002)  # The work that is done with a batch.

        async with bench.running():
            await until(lambda: flooded.counters.state == calm.counters.state == "running")
            consumer = asyncio.create_task(consume())
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", FLOOD, str(flood_port), str(FLOOD_DATAGRAMS), stdout=subprocess.PIPE
            )
            assert process.stdout
            await process.stdout.readline()
            sent = 0
            with sender() as wire:
                while process.returncode is None or sent < 100:
                    wire.sendto(sent.to_bytes(4, "big"), ("127.0.0.1", calm_port))
                    sent += 1
                    await asyncio.sleep(0.002)
            await until(lambda: len(found) == sent)
            seen = flooded.counters.received + flooded.counters.lost_socket
            consumer.cancel()
        assert seen > FLOOD_DATAGRAMS // 2, "the flood did not come through: the test showed nothing"
        assert flooded.counters.lost > 1000, "the flood never filled its queue: the test showed nothing"
        assert found == [i.to_bytes(4, "big") for i in range(sent)]
        assert calm.counters.lost == 0
        assert sorted(latencies_s)[int(0.95 * len(latencies_s))] < 0.25

    asyncio.run(scenario())


def test_an_address_is_of_one_feed_alone_and_a_group_of_many() -> None:
    alone, group = f"udp://127.0.0.1:{free_port()}", f"udp://239.1.2.3@127.0.0.1:{free_port()}"
    for url in (alone, group):
        place = parse_url(url)
        assert isinstance(place, UdpUrl)
        with open_udp_socket(place):
            if place.group:
                open_udp_socket(place).close()
            else:
                with pytest.raises(OSError, match=r"cannot listen on udp 127\.0\.0\.1 port"):
                    open_udp_socket(place)
