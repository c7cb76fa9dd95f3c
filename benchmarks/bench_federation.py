"""Measure the network of three nations under faults: releases lost, applied twice, leaked; how soon it is back.

``python benchmarks/bench_federation.py``; ``--releases``, ``--minutes``, ``--seeds`` and ``--only``. Real servers on
loopback, sync always, links through proxies; a fault every half minute (cut 20 s, black hole 20 s, kill -9 of the
releaser's or receiver's server, 200 kbit/s, packets of all links late by chance), two of three nations with clocks 20 h
wrong. As long as the disk needs: half an hour for a million releases where it confirms 500 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import structlog

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.federation.chaos import KINDS, Run, run_chaos
from benchmarks.federation.guarded import run_guarded
from benchmarks.federation.slow import LINK_BPS, run_slow

COMMAND = "python benchmarks/bench_federation.py"
ASKED = 1_000_000
STATE_LIMIT_S = 5.0
LOG_LIMIT_S = 15.0
PACES_HZ = (0.0, 0.25, 0.5, 0.75, 1.0)
PACE_S = 30.0
ALERT_LIMIT_S = 5.0
GUARDED_TRACKS, GUARDED_S, GUARDED_SEED, GUARDED_LIMIT_S = 70, 120.0, 1, 5.0


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=ASKED, help="releases of all seeds together")
    parser.add_argument("--minutes", type=float, default=90.0, help="longest time, of all seeds together")
    parser.add_argument("--seeds", default="1", help="seeds of the faults, parted by commas")
    parser.add_argument("--only", choices=("chaos", "slow"), help="one part alone")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    seeds = [int(seed) for seed in chosen.seeds.split(",")]
    if chosen.only != "slow":
        runs = []
        for seed in seeds:
            with tempfile.TemporaryDirectory(prefix="sargas-federation-") as folder:
                share = chosen.releases // len(seeds), chosen.minutes / len(seeds)
                runs.append(asyncio.run(run_chaos(Path(folder), seed, *share)))
        tell_chaos(runs, seeds, chosen.releases)
    if chosen.only != "chaos":
        measure_slow()
        measure_guarded()


def tell_chaos(runs: list[Run], seeds: list[int], asked: int) -> None:
    """Print what the runs under faults gave."""
    ledgers = [ledger for run in runs for ledger in run.ledgers.values()]
    faults = [fault for run in runs for fault in run.faults]
    releases, seconds = sum(run.releases for run in runs), sum(run.seconds for run in runs)
    counts = ", ".join(f"{sum(fault.kind == kind for fault in faults)} {kind}" for kind in KINDS)
    note = (
        f"seeds {seeds}, {seconds / 60:.1f} min, {sum(one.confirmed for one in ledgers)} log, the rest states; {counts}"
    )
    tell("releases between three nations under faults", releases, "", f">= {asked:,}", releases >= asked, note)
    tell("releases a second, sync always", releases / seconds, "1/s", None, None, f"load {os.getloadavg()[0]:.1f}")
    lost = sum(one.lag + one.holes for one in ledgers)
    lost += sum(one.latest_held.get(key) != value for one in ledgers for key, value in one.latest_sent.items())
    by_link = ", ".join(f"{one.origin}-{one.destination} {one.applied}" for one in ledgers[:6])
    tell("releases lost", lost, "", "<= 0", lost == 0, f"log releases applied by link: {by_link}")
    twice = sum(run.stored_twice for run in runs) + sum(one.states_backwards for one in ledgers)
    again = sum(one.came_again for one in ledgers)
    note = f"stored twice, or a state older than the one held; {again} were handed to the node again and dropped by id"
    tell("releases applied twice", twice, "", "<= 0", twice == 0, note)
    leaked = sum(run.canaries_abroad for run in runs) + sum(one.leaked + one.misdirected for one in ledgers)
    home = sum(run.canaries_at_home for run in runs)
    sent = sum(run.canaries_sent for run in runs)
    note = f"of {sent} canaries, {home} of them heard at home as they must; releases astray count as well"
    tell("national canaries in a partner's account", leaked, "", "<= 0", leaked == 0 and home > 0, note)
    none = sum(not fault.is_shown for fault in faults)
    tell(
        "faults that were none", none, "", "<= 0", none == 0, f"of {len(faults)}; servers started {starts(runs)} times"
    )
    for kind in KINDS:
        tell_fault(kind, [fault for fault in faults if fault.kind == kind])
    publish = sorted(value for one in ledgers for value in one.publish_ms)
    arrival = sorted(value for one in ledgers for value in one.arrival_ms)
    note = f"p99 {at(publish, 0.99):.0f} ms; {sum(one.refused for one in ledgers)} not taken at once, under faults"
    tell("publish until confirmed on disk, median", at(publish, 0.5), "ms", None, None, note)
    note = f"p95 {at(arrival, 0.95):.0f} ms; over the whole run with all its faults"
    tell("publish until at the partner's node, median", at(arrival, 0.5), "ms", None, None, note)


def tell_fault(kind: str, faults: list[Any]) -> None:
    """Print how soon the first state and the whole log were there after a kind of fault."""
    if not faults:
        return
    states, logs = sorted(fault.state_s for fault in faults), sorted(fault.log_s for fault in faults)
    note = f"median {at(states, 0.5):.1f} s of {len(faults)}; from its end, of a kill from the kill"
    tell(
        f"state resumes after {kind}, worst",
        states[-1],
        "s",
        f"<= {STATE_LIMIT_S:.0f} s",
        states[-1] <= STATE_LIMIT_S,
        note,
    )
    note = f"median {at(logs, 0.5):.1f} s of {len(faults)}; all that was released until its end"
    tell(f"log resumes after {kind}, worst", logs[-1], "s", f"<= {LOG_LIMIT_S:.0f} s", logs[-1] <= LOG_LIMIT_S, note)


def measure_slow() -> None:
    """Print what passes a link of 9.6 kbit/s."""
    with tempfile.TemporaryDirectory(prefix="sargas-slow-") as folder:
        found = asyncio.run(run_slow(Path(folder), PACES_HZ, PACE_S))
    link = f"{LINK_BPS / 1000:.1f} kbit/s each way"
    tell(
        f"link of {link} is up", found.up_s, "s", None, None, "TLS and log-in, both ways, from the start of both nodes"
    )
    tell(f"link of {link}, idle", 100 * found.idle_share, "%", None, None, "heartbeats of three consumers, pings")
    for run in found.runs:
        logs, ages = sorted(run.log_delays_s), sorted(run.state_ages_s)
        note = (
            f"of {run.states_hz:g}/s offered, median age {at(ages, 0.5):.1f} s, {run.buckets_seen} of 8 buckets seen"
            if ages
            else ""
        )
        name = f"{run.states_hz:g} states/s of 1 kB"
        if run.states_hz:
            tell(f"{link}, {name}: pass", run.passed_hz, "1/s", None, None, note)
        worst = logs[-1] if logs and not run.log_lost else None
        is_fit = run.states_hz * 8000 <= 0.5 * LINK_BPS
        kept = worst is not None and worst <= ALERT_LIMIT_S if is_fit else None
        note = (
            f"median {at(logs, 0.5):.1f} s of {len(logs)}, {run.log_lost} lost; link {100 * run.link_share:.0f} % used"
        )
        limit = f"<= {ALERT_LIMIT_S:.0f} s" if is_fit else None
        tell(f"{link}, {name}: an alert takes at worst", worst, "s", limit, kept, note)


def measure_guarded() -> None:
    """Print how often tracks come that the guard releases over the slow link, and how long alerts take among them."""
    with tempfile.TemporaryDirectory(prefix="sargas-guarded-") as folder:
        run = asyncio.run(run_guarded(Path(folder), GUARDED_TRACKS, GUARDED_S, GUARDED_SEED))
    gaps, ages, alerts = sorted(run.gaps_s()), sorted(run.ages_s), sorted(run.alerts_s)
    name = f"{GUARDED_TRACKS} tracks of the guard on {LINK_BPS / 1000:.1f} kbit/s"
    seen = f"seed {GUARDED_SEED}, {GUARDED_S:.0f} s, {len(run.arrived_s)} seen"
    note = f"{seen}; 95 % {at(gaps, 0.95):.1f} s, longest {gaps[-1]:.1f} s"
    is_fit = len(run.arrived_s) == GUARDED_TRACKS and sum(gaps) / len(gaps) <= GUARDED_LIMIT_S
    tell(f"{name}: each again after, mean", sum(gaps) / len(gaps), "s", f"<= {GUARDED_LIMIT_S:.0f} s", is_fit, note)
    tell(f"{name}: age of a state on arrival, median", at(ages, 0.5), "s", None, None, f"95 % {at(ages, 0.95):.1f} s")
    kept = len(alerts) == run.alerts_sent and alerts[-1] <= ALERT_LIMIT_S
    note = f"median {at(alerts, 0.5):.1f} s of {len(alerts)}, {run.alerts_sent - len(alerts)} lost"
    tell(f"{name}: an alert takes at worst", alerts[-1], "s", f"<= {ALERT_LIMIT_S:.0f} s", kept, note)


def starts(runs: list[Run]) -> int:
    """Return how often a server was started."""
    return sum(run.server_starts for run in runs)


def at(ordered: list[float], share: float) -> float:
    """Return a quantile of ordered values, 0 for none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def tell(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    row = {"figure": figure, "value": value, "unit": unit, "limit": limit, "ok": ok, "command": COMMAND, "note": note}
    print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
