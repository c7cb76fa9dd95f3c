"""Tracks and alerts as the guard releases them, over two real servers and a link of 9.6 kbit/s each way."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.bench_release import GROUPS, OPEN, SEED, alert, fleet, fly_on, make_guard
from benchmarks.federation.nations import start_nations
from benchmarks.federation.slow import LINK_BPS
from sargas.formats.release.envelope import unseal, verify_key_of
from sargas.runtime.bus.bus import Bus
from sargas.runtime.federation.partner_outbox import PartnerOutbox, Sealed
from sargas.sharing.agreement import Agreement
from sargas.sharing.envelope import seal
from sargas.sharing.policy.words import KINDS
from sargas.sharing.track_wire import unpack_tracks

ALERT_EVERY_S = 10


@dataclass
class Guarded:
    """When each track's states arrived, how old they were, and how long alerts took (s)."""

    tracks: int
    seconds: float
    arrived_s: dict[int, list[float]] = field(default_factory=dict)
    ages_s: list[float] = field(default_factory=list)
    alerts_s: list[float] = field(default_factory=list)
    alerts_sent: int = 0

    def gaps_s(self) -> list[float]:
        """Return the times between two states of a track, of all tracks."""
        return [gap for times in self.arrived_s.values() for gap in np.diff(times).tolist()]


async def run_guarded(root: Path, tracks: int, seconds: float, seed: int) -> Guarded:
    """Offer so many tracks to the guard each second, an alert every ten; read what comes at the other end."""
    async with AsyncExitStack() as stack:
        nations = await start_nations(root, stack, ("LTU", "LVA"), link_bps=LINK_BPS, rate_bps=float(LINK_BPS))
        await asyncio.sleep(5.0)
        return await _run(nations.buses["LTU"], nations.buses["LVA"], Guarded(tracks, seconds), seed)


async def _run(ltu: Bus, lva: Bus, run: Guarded, seed: int) -> Guarded:
    guard = make_guard(Agreement(nation="LVA", kinds=KINDS, groups=GROUPS, link_bps=LINK_BPS))
    outbox, key = PartnerOutbox("LVA", lambda reason: None), verify_key_of(SEED)
    raised: dict[str, float] = {}

    async def release() -> None:
        state, random, turns = fleet(run.tracks, seed), np.random.default_rng(seed), np.zeros(run.tracks)
        for second in range(int(run.seconds)):
            now_ns = time.time_ns()
            if second == 0:
                state = fly_on(state, turns, int(state.time_ns[0]))
                shift_ns = now_ns - int(state.time_ns[0])
            turns = np.where(random.random(run.tracks) < 0.03, random.normal(0, 0.04, run.tracks), turns)
            state = fly_on(state, turns, now_ns - shift_ns)
            records = []
            if second % ALERT_EVERY_S == 5:
                records = [alert(int(random.choice(state.track_id)), now_ns - shift_ns, f"a{second}")]
                run.alerts_sent += 1
            for draft in guard.offer(now_ns - shift_ns, [state], records).drafts:
                one = draft.release
                if one.traffic == "log":
                    raised[one.message_id] = time.monotonic()
                sent_s[one.message_id] = time.monotonic()
                outbox.put(Sealed(one.subject, one.message_id, seal(one, SEED), one.traffic))
            await asyncio.sleep(1.0)

    sent_s: dict[str, float] = {}

    async def read_states() -> None:
        async for data, ack in lva.messages("LTU", "state"):
            await ack()
            told = unseal(data, key)
            now_s = time.monotonic()
            run.ages_s.append(now_s - sent_s.get(told.message_id, now_s))
            for number in unpack_tracks(told.body, "LTU", OPEN)[0].tracks.track_id.tolist():
                run.arrived_s.setdefault(number, []).append(now_s)

    async def read_log() -> None:
        async for data, ack in lva.messages("LTU", "log"):
            await ack()
            run.alerts_s.append(time.monotonic() - raised[unseal(data, key).message_id])

    works = [outbox.run(ltu), read_states(), read_log()]
    tasks = [asyncio.create_task(work) for work in works]
    await release()
    give_up_s = time.monotonic() + 30.0
    while len(run.alerts_s) < len(raised) and time.monotonic() < give_up_s:
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    return run
