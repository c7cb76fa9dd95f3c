"""A run of three nations under faults: releases on six links, canaries, and one fault after another."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks.federation.ledger import CANARY, Ledger
from benchmarks.federation.nations import Nations, Pair, start_nations, wrong_now_ns
from sargas.runtime.bus.errors import BusAway
from sargas.runtime.bus.names import release_subject

FAULT_S = 20.0
BETWEEN_S = 8.0
BUCKETS = 32
AGAIN_SHARE = 0.05
CANARY_HZ = 20
SETTLE_S = 60.0
SLOW_BPS = 200_000.0
LATE_S = 0.05
KINDS = ("cut", "black hole", "kill releaser", "kill receiver", "slow", "late")


@dataclass(frozen=True)
class Fault:
    """One fault: whether it was shown to be one, and how long after its end things were as before (s)."""

    kind: str
    where: str
    is_shown: bool
    state_s: float
    log_s: float


@dataclass
class Run:
    """All that a run gathers."""

    ledgers: dict[Pair, Ledger] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    canaries_sent: int = 0
    canaries_at_home: int = 0
    canaries_abroad: int = 0
    stored_twice: int = 0
    seconds: float = 0.0
    is_settled: bool = False
    server_starts: int = 0

    @property
    def releases(self) -> int:
        """Return how many releases were taken."""
        return sum(one.confirmed + one.states_confirmed for one in self.ledgers.values())


async def run_chaos(root: Path, seed: int, releases: int, minutes: float) -> Run:
    """Release until so many were taken or so many minutes are over, with faults all the time; then let all settle."""
    run, rng = Run(), random.Random(seed)
    async with AsyncExitStack() as stack:
        nations = await start_nations(root, stack)
        run.ledgers = {pair: Ledger(*pair) for pair in nations.links}
        canaries = await _watch_canaries(nations, run, stack)
        readers = [
            asyncio.create_task(work(nations, ledger))
            for ledger in run.ledgers.values()
            for work in (_read_log, _read_state)
        ]
        stop = asyncio.Event()
        writers = [
            asyncio.create_task(work(nations, ledger, random.Random(rng.random()), stop))
            for ledger in run.ledgers.values()
            for work in (_write_log, _write_states)
        ]
        faults = asyncio.create_task(_make_faults(nations, run, rng))
        began_s = time.monotonic()
        while run.releases < releases and time.monotonic() - began_s < minutes * 60 and not faults.done():
            await asyncio.sleep(1.0)
            if int(time.monotonic() - began_s) % 60 == 0:
                _tell(f"{time.monotonic() - began_s:.0f} s: {run.releases} releases, {len(run.faults)} faults")
        await _end(faults)
        for link in nations.links.values():
            link.rate_bps, link.longest_delay_s = None, 0.0
            await link.heal()
        stop.set()
        await asyncio.gather(*writers)
        run.seconds = time.monotonic() - began_s
        run.is_settled = await _settle(run)
        for task in (canaries, *readers):
            await _end(task)
        run.stored_twice = await _count_stored(nations, run)
        run.server_starts = sum(bus.server.starts for bus in nations.buses.values() if bus.server is not None)
    return run


async def _write_log(nations: Nations, ledger: Ledger, rng: random.Random, stop: asyncio.Event) -> None:
    subject = release_subject(ledger.origin, "log", "alert")
    while not stop.is_set():
        number = ledger.confirmed + 1
        data = ledger.write(number, wrong_now_ns(ledger.origin))
        await _publish(nations, ledger, subject, data, f"{ledger.origin}-{ledger.destination}-log-{number}")
        ledger.confirmed = number
        if rng.random() < AGAIN_SHARE:  # as a node does that fell before it had noted the confirmation
            old = max(1, number - rng.randrange(20))
            message_id = f"{ledger.origin}-{ledger.destination}-log-{old}"
            with suppress(BusAway):
                await nations.buses[ledger.origin].publish(ledger.destination, subject, data, message_id)


async def _write_states(nations: Nations, ledger: Ledger, rng: random.Random, stop: asyncio.Event) -> None:
    """Write states of all buckets in turn; what was handed in again late must not undo a newer one."""
    for version in count(1):
        bucket = version % BUCKETS
        data = f"{bucket}|".encode() + ledger.write(version, wrong_now_ns(ledger.origin))
        subject = release_subject(ledger.origin, "state", f"b{bucket:02d}")
        message_id = f"{ledger.origin}-{ledger.destination}-state-{version}"
        await _publish(nations, ledger, subject, data, message_id)
        ledger.states_confirmed += 1
        ledger.latest_sent[bucket] = version
        if stop.is_set():
            return
        if rng.random() < AGAIN_SHARE and version > BUCKETS:
            old = f"{ledger.origin}-{ledger.destination}-state-{version - BUCKETS}"
            stale = f"{bucket}|".encode() + ledger.write(version - BUCKETS, 0)
            with suppress(BusAway):
                await nations.buses[ledger.origin].publish(ledger.destination, subject, stale, old)


async def _publish(nations: Nations, ledger: Ledger, subject: str, data: bytes, message_id: str) -> None:
    bus = nations.buses[ledger.origin]
    while True:
        began_s = time.perf_counter()
        try:
            await bus.publish(ledger.destination, subject, data, message_id)
        except BusAway:
            ledger.refused += 1
            await asyncio.sleep(0.05)  # also when the run ends: what may be kept is handed in until that is known
        else:
            if len(ledger.publish_ms) < 400_000:
                ledger.publish_ms.append((time.perf_counter() - began_s) * 1e3)
            return


async def _read_log(nations: Nations, ledger: Ledger) -> None:
    async for data, ack in nations.buses[ledger.destination].messages(ledger.origin, "log"):
        ledger.take_log(data)
        await ack()


async def _read_state(nations: Nations, ledger: Ledger) -> None:
    async for data, ack in nations.buses[ledger.destination].messages(ledger.origin, "state"):
        ledger.take_state(data)
        await ack()


async def _make_faults(nations: Nations, run: Run, rng: random.Random) -> None:
    while True:
        for kind in rng.sample(KINDS, len(KINDS)):
            await asyncio.sleep(BETWEEN_S)
            pair = rng.choice(sorted(nations.links))
            fault = await _FAULTS[kind](nations, run, kind, pair)
            run.faults.append(fault)
            shown = "" if fault.is_shown else " (WAS NONE)"
            _tell(f"{kind} {fault.where}: state {fault.state_s:.1f} s, log {fault.log_s:.1f} s{shown}")


async def _break_link(nations: Nations, run: Run, kind: str, pair: Pair) -> Fault:
    link, ledger = nations.links[pair], run.ledgers[pair]
    await (link.cut() if kind == "cut" else link.swallow())
    await asyncio.sleep(2.0)
    frozen = ledger.applied, ledger.states_applied
    await asyncio.sleep(FAULT_S - 2.0)
    is_shown = frozen == (ledger.applied, ledger.states_applied) and ledger.lag > 0
    await link.heal()
    state_s, log_s = await _resumed(ledger, ledger.confirmed, time.monotonic())
    return Fault(kind, "-".join(pair), is_shown, state_s, log_s)


async def _kill(nations: Nations, run: Run, kind: str, pair: Pair) -> Fault:
    nation = pair[0] if kind == "kill releaser" else pair[1]
    server = nations.buses[nation].server
    assert server is not None
    starts, pid = server.starts, server.pid
    began_s = time.monotonic()
    if pid is not None:
        os.kill(pid, signal.SIGKILL)
    while server.starts == starts and time.monotonic() - began_s < 60.0:
        await asyncio.sleep(0.02)
    ledger = run.ledgers[pair]
    confirmed = ledger.confirmed
    while ledger.confirmed == confirmed and time.monotonic() - began_s < 60.0:
        await asyncio.sleep(0.02)
    back_s = time.monotonic()  # a state that was under way at the kill says nothing
    state_s, log_s = await _resumed(ledger, ledger.confirmed, back_s)
    state_s, log_s = state_s + back_s - began_s, log_s + back_s - began_s
    return Fault(kind, f"{nation} ({'-'.join(pair)})", server.starts == starts + 1, state_s, log_s)


async def _slow_down(nations: Nations, run: Run, kind: str, pair: Pair) -> Fault:
    link, ledger = nations.links[pair], run.ledgers[pair]
    before, since_s = ledger.applied, time.monotonic()
    link.rate_bps = SLOW_BPS
    await asyncio.sleep(FAULT_S)
    is_shown = ledger.lag > 0 and (ledger.applied - before) * 500 * 8 / (time.monotonic() - since_s) < 2 * SLOW_BPS
    link.rate_bps = None
    state_s, log_s = await _resumed(ledger, ledger.confirmed, time.monotonic())
    return Fault(kind, "-".join(pair), is_shown, state_s, log_s)


async def _delay(nations: Nations, run: Run, kind: str, pair: Pair) -> Fault:
    """Hold every packet of all links up by a random time: releases of different links overtake each other."""
    ledger = run.ledgers[pair]
    for link in nations.links.values():
        link.longest_delay_s = LATE_S
    await asyncio.sleep(1.0)
    first = len(ledger.arrival_ms)
    await asyncio.sleep(FAULT_S - 1.0)
    late_ms = sorted(ledger.arrival_ms[first:])
    is_shown = not late_ms or late_ms[len(late_ms) // 2] > LATE_S * 1e3 / 2
    for link in nations.links.values():
        link.longest_delay_s = 0.0
    state_s, log_s = await _resumed(ledger, ledger.confirmed, time.monotonic())
    return Fault(kind, "all links", is_shown, state_s, log_s)


_FAULTS: dict[str, Callable[[Nations, Run, str, Pair], Awaitable[Fault]]] = {
    "cut": _break_link,
    "black hole": _break_link,
    "kill releaser": _kill,
    "kill receiver": _kill,
    "slow": _slow_down,
    "late": _delay,
}


async def _resumed(ledger: Ledger, target: int, since_s: float, patience_s: float = 120.0) -> tuple[float, float]:
    """Return how long after ``since_s`` the first state, and the log up to ``target``, had come (s)."""
    state_s = log_s = patience_s
    while time.monotonic() - since_s < patience_s and patience_s in (state_s, log_s):
        if state_s == patience_s and ledger.last_state_s > since_s:
            state_s = ledger.last_state_s - since_s
        if log_s == patience_s and ledger.applied >= target:
            log_s = time.monotonic() - since_s
        await asyncio.sleep(0.02)
    return state_s, log_s


async def _watch_canaries(nations: Nations, run: Run, stack: AsyncExitStack) -> asyncio.Task[None]:
    """Publish what is national all the time, and listen for it in every account of a partner, everywhere."""

    async def abroad(_: Msg) -> None:
        run.canaries_abroad += 1

    async def at_home(_: Msg) -> None:
        run.canaries_at_home += 1

    homes = []
    for name, folder in nations.folders.items():
        url = nations.buses[name].url
        for partner in folder.partners:
            for user in (partner.ingest, partner.out_admin):
                client = await _connect(url, user.seed, stack)
                await client.subscribe("national.>", cb=abroad)
        homes.append(await _connect(url, folder.app.seed, stack))
        await homes[-1].subscribe("national.>", cb=at_home)

    async def sing() -> None:
        while True:
            for client in homes:
                with suppress(Exception):  # a server that was just killed
                    await client.publish("national.track", CANARY)
                    run.canaries_sent += 1
            await asyncio.sleep(1 / CANARY_HZ)

    return asyncio.create_task(sing())


async def _connect(url: str, seed: str, stack: AsyncExitStack) -> Client:
    async def pass_over(_: Exception) -> None:
        pass

    client = await nats.connect(
        url, nkeys_seed_str=seed, error_cb=pass_over, max_reconnect_attempts=-1, reconnect_time_wait=1
    )
    stack.push_async_callback(client.close)
    return client


async def _settle(run: Run) -> bool:
    began_s = time.monotonic()
    while time.monotonic() - began_s < SETTLE_S:
        if all(ledger.is_settled for ledger in run.ledgers.values()):
            return True
        await asyncio.sleep(0.1)
    for ledger in run.ledgers.values():
        missing = {key: value for key, value in ledger.latest_sent.items() if ledger.latest_held.get(key) != value}
        _tell(f"not settled: {ledger.origin}-{ledger.destination}: log {ledger.lag}, states {missing}")
    return False


async def _count_stored(nations: Nations, run: Run) -> int:
    """Return how many log releases the origins' streams took more often than once."""
    more = 0
    for (origin, destination), ledger in run.ledgers.items():
        client = nations.buses[origin]._out[destination].client
        found = json.loads((await client.request("$JS.API.STREAM.INFO.LOG", timeout=10)).data)
        more += int(found["state"]["last_seq"]) - ledger.confirmed
    return more


async def _end(task: asyncio.Task[None]) -> None:
    if task.done() and not task.cancelled() and task.exception() is not None:
        raise task.exception()  # type: ignore[misc]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
