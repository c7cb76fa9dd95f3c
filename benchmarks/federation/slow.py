"""Two nations on a link of 9.6 kbit/s each way: what passes, and how long an alert takes behind states."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from benchmarks.federation.nations import start_nations
from sargas.runtime.bus.bus import Bus
from sargas.runtime.bus.names import release_subject

LINK_BPS = 9600
STATE_BYTES = 1000
LOG_BYTES = 400
LOG_EVERY_S = 5.0
BUCKETS = 8


@dataclass
class SlowRun:
    """One pace: states offered and passed per second, age of those that passed and delay of log releases (s)."""

    states_hz: float
    passed_hz: float = 0.0
    link_share: float = 0.0
    state_ages_s: list[float] = field(default_factory=list)
    log_delays_s: list[float] = field(default_factory=list)
    log_lost: int = 0
    buckets_seen: int = 0


@dataclass
class SlowLink:
    """What a slow link gave: until it was up (s), and one run a pace."""

    up_s: float
    idle_share: float
    runs: list[SlowRun]


async def run_slow(root: Path, paces_hz: tuple[float, ...], seconds: float) -> SlowLink:
    """Offer states of 1 kB that do not compress at each pace, an alert of 400 B every 5 s among them."""
    async with AsyncExitStack() as stack:
        began_s = time.monotonic()
        nations = await start_nations(root, stack, ("LTU", "LVA"), link_bps=LINK_BPS, rate_bps=float(LINK_BPS))
        up_s = time.monotonic() - began_s
        link = nations.links["LTU", "LVA"]
        print(f"link up after {up_s:.1f} s", file=sys.stderr, flush=True)
        await asyncio.sleep(5.0)
        passed, since_s = link.passed_bytes["from"], time.monotonic()
        await asyncio.sleep(20.0)
        idle = (link.passed_bytes["from"] - passed) * 8 / LINK_BPS / (time.monotonic() - since_s)
        runs = []
        for pace_hz in paces_hz:
            passed, since_s = link.passed_bytes["from"], time.monotonic()
            run = await _run_pace(nations.buses["LTU"], nations.buses["LVA"], pace_hz, seconds)
            took_s = time.monotonic() - since_s
            run.link_share = (link.passed_bytes["from"] - passed) * 8 / LINK_BPS / took_s
            runs.append(run)
            delays = [round(delay_s, 1) for delay_s in run.log_delays_s]
            print(f"{pace_hz:g} states/s: {run.passed_hz:.2f}/s pass, alerts {delays}", file=sys.stderr, flush=True)
    return SlowLink(up_s, idle, runs)


async def _run_pace(ltu: Bus, lva: Bus, pace_hz: float, seconds: float) -> SlowRun:
    run, mark = SlowRun(pace_hz), str(time.monotonic_ns())
    sent, buckets = count(), set[bytes]()
    awaited: dict[bytes, float] = {}

    async def write_states() -> None:
        for number in count():
            bucket = number % BUCKETS
            head = f"{mark} {bucket} {time.monotonic()} ".encode()
            subject = release_subject("LTU", "state", f"b{bucket:02d}")
            await ltu.publish("LVA", subject, head + os.urandom(STATE_BYTES - len(head)), f"{mark}-state-{number}")
            await asyncio.sleep(1 / pace_hz)

    async def write_log() -> None:
        while True:
            await asyncio.sleep(LOG_EVERY_S)
            name = f"{mark} {next(sent)} ".encode()
            awaited[name] = time.monotonic()
            data = name + b"|" + os.urandom(LOG_BYTES - len(name))
            await ltu.publish("LVA", release_subject("LTU", "log", "alert"), data, f"{mark}-log-{name.decode()}")

    async def read_states() -> None:
        async for data, ack in lva.messages("LTU", "state"):
            found, bucket, created_s, _ = data.split(b" ", 3)
            await ack()
            if found.decode() == mark:
                buckets.add(bucket)
                run.state_ages_s.append(time.monotonic() - float(created_s))

    async def read_log() -> None:
        async for data, ack in lva.messages("LTU", "log"):
            await ack()
            if (began_s := awaited.pop(data.partition(b"|")[0], None)) is not None:
                run.log_delays_s.append(time.monotonic() - began_s)

    works = [write_log(), read_log(), read_states(), *([write_states()] if pace_hz else [])]
    tasks = [asyncio.create_task(work) for work in works]
    await asyncio.sleep(seconds)
    run.passed_hz, run.buckets_seen = len(run.state_ages_s) / seconds, len(buckets)
    for task in (tasks[0], *tasks[3:]):
        task.cancel()
    give_up_s = time.monotonic() + 60.0
    while awaited and time.monotonic() < give_up_s:
        await asyncio.sleep(0.1)
    run.log_lost = len(awaited)
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await asyncio.sleep(15.0)  # the link empties before the next pace
    return run
