"""Measure releases: decisions, a tick of the guard, octets a track, and a link of 9,600 bits a second.

The slow link is reckoned, not a socket: messages leave in the guard's order, each takes its sealed octets and 150 more
(``pacing.TRANSPORT_OCTETS``: subject, headers, TCP, TLS, IP) at the link's rate, and arrives when it is through.
A third of the tracks turn, at up to some degrees a second; alerts come at random moments between ticks. Prints one
JSON line a figure. ``--seed 1``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Alert
from sargas.model.tracks import CLASSES, Tracks
from sargas.sharing.agreement import Agreement
from sargas.sharing.drafts import Draft
from sargas.sharing.envelope import seal
from sargas.sharing.guard import Guard
from sargas.sharing.pacing import TRANSPORT_OCTETS
from sargas.sharing.policy.policy import example_policy
from sargas.sharing.policy.words import KINDS, Owner, Recipient
from sargas.sharing.track_wire import unpack_tracks

COMMAND = "python benchmarks/bench_release.py"
T0_NS = 1_760_000_000_000_000_000
SEED = bytes(range(32))
OPEN = Label(releasable_to=("LVA", "POL"), originator="LTU")
GROUPS = ("NATO", "BALTNET", "neighbours")
SECONDS, BPS = 300, 9600


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    measure_decisions()
    measure_ticks(seed)
    for count in (70, 200):
        measure_link(count, seed)


def measure_decisions() -> None:
    """Time decisions from memory and by Cedar."""
    policy, owner = example_policy("LTU"), Owner("LTU")
    partner = Recipient("LVA", groups=GROUPS)
    labels = [Label(releasable_to=("LVA",), originator="LTU", caveats=(f"{k}",)) for k in range(300)]
    rate = rate_of(lambda: [policy.decide(owner, partner, OPEN, "track") for _ in range(10_000)], 10_000)
    tell("release decisions from memory", rate, "decisions/s", ">= 500,000 decisions/s", rate >= 500_000, "one label")
    rate = rate_of(lambda: [policy.ask(owner, partner, label, "track") for label in labels], len(labels))
    tell("release decisions by Cedar", rate, "decisions/s", None, None, "each with its five field grants; once a label")


def measure_ticks(seed: int) -> None:
    """Time a tick of 2,000 tracks to two partners, and the packing by itself."""
    batch = fleet(2000, seed)
    agreements = [Agreement(nation=n, kinds=KINDS, groups=GROUPS, link_bps=100_000_000) for n in ("LVA", "POL")]
    guard = make_guard(*agreements)
    guard.offer(T0_NS, [batch])
    times, drafts = [], 0
    for second in range(1, 21):
        began = time.process_time()
        drafts = len(guard.offer(T0_NS + second * NS_PER_S, [fly(batch, second)]).drafts)
        times.append(time.process_time() - began)
    ms = float(np.median(times)) * 1000
    note = f"{drafts} messages to two partners; CPU time, median of 20; {4_000_000 / ms:,.0f} tracks/s"
    tell("release guard, a tick of 2,000 tracks", ms, "ms", "<= 100 ms", ms <= 100, note)
    offered = guard.offer(T0_NS + 30 * NS_PER_S, [fly(batch, 30)]).drafts
    rate = rate_of(lambda: [seal(draft.release, SEED) for draft in offered], len(offered))
    words = "octets a track, with envelope, ages of identities, error ellipses"
    tell("releases sealed", rate, "messages/s", None, None, f"{octets_of(list(offered)):,.1f} {words}")


def measure_link(count: int, seed: int) -> None:
    """Play some minutes on a link of 9,600 bits a second."""
    guard = make_guard(Agreement(nation="LVA", kinds=KINDS, groups=GROUPS, link_bps=BPS))
    random, batch = np.random.default_rng(seed), fleet(count, seed)
    free_s, arrived, late, errors, octets = 0.0, dict[int, list[float]](), list[float](), list[float](), 0
    told: dict[int, tuple[float, ...]] = {}
    under_way: list[tuple[float, Draft]] = []
    turns = np.zeros(count)
    dangerous = set(batch.track_id[:5].tolist())
    alerts = {
        int(s): float(random.uniform(0.05, 0.95)) for s in random.choice(np.arange(10, SECONDS), 40, replace=False)
    }
    state = batch
    for second in range(SECONDS):
        now = T0_NS + second * NS_PER_S
        changes = random.random(count) < 0.03
        turns = np.where(changes, np.where(random.random(count) < 0.35, random.normal(0, 0.04, count), 0.0), turns)
        state = fly_on(state, turns, now)
        while under_way and under_way[0][0] <= second:
            note_arrivals(*under_way.pop(0), arrived, told)
        standing = [alert(n, now, "standing") for n in dangerous] if second == 5 else []
        sent = [(float(second), d) for d in guard.offer(now, [state], standing).drafts]
        if second in alerts:
            at_s = second + alerts[second]
            number = int(random.choice(batch.track_id))
            record = alert(number, T0_NS + int(at_s * NS_PER_S), f"a{second}")
            sent += [(at_s, d) for d in guard.offer(T0_NS + int(at_s * NS_PER_S), None, [record]).drafts]
        for at_s, draft in sent:
            size = len(seal(draft.release, SEED)) + TRANSPORT_OCTETS
            octets += size
            free_s = max(free_s, at_s) + size * 8 / BPS
            if draft.release.traffic == "log" and second in alerts and at_s > second:
                late.append(free_s - at_s)
            if draft.release.traffic == "state":
                under_way.append((free_s, draft))
        if second > 20:
            errors += dead_reckoned_m(state, told)
    report_link(count, arrived, dangerous, late, errors, octets)


def note_arrivals(
    at_s: float, draft: Draft, arrived: dict[int, list[float]], told: dict[int, tuple[float, ...]]
) -> None:
    """Note what the partner has of each track from now on."""
    found, _, _ = unpack_tracks(draft.release.body, "LTU", OPEN)
    t = found.tracks
    columns = (
        t.track_id.tolist(),
        t.time_ns,
        t.latitude_deg,
        t.longitude_deg,
        t.velocity_east_mps,
        t.velocity_north_mps,
    )
    for number, *values in zip(*columns, strict=True):
        arrived.setdefault(number, []).append(at_s)
        told[number] = tuple(float(v) for v in values)


def dead_reckoned_m(state: Tracks, told: dict[int, tuple[float, ...]]) -> list[float]:
    """Return how far off the partner is of each track that it was told, flying on what it was told."""
    errors = []
    columns = (state.track_id.tolist(), state.time_ns, state.latitude_deg, state.longitude_deg)
    for number, now_ns, latitude, longitude in zip(*columns, strict=True):
        if number in told:
            then_ns, a, b, east, north = told[number]
            s = (float(now_ns) - then_ns) / NS_PER_S
            across = 111_195 * np.cos(np.radians(latitude))
            errors.append(float(np.hypot((latitude - a) * 111_195 - north * s, (longitude - b) * across - east * s)))
    return errors


def report_link(
    count: int,
    arrived: dict[int, list[float]],
    dangerous: set[int],
    late: list[float],
    errors: list[float],
    octets: int,
) -> None:
    """Print the figures of a link."""
    gaps = np.concatenate([np.diff(times) for times in arrived.values()])
    near = np.concatenate([np.diff(arrived[number]) for number in dangerous])
    where = f"{count} tracks on 9600 bit/s, {SECONDS} s"
    use = octets * 8 / BPS / SECONDS * 100
    every = float(np.mean(gaps))
    p95, longest = np.percentile(gaps, 95), gaps.max()
    note = f"p95 {p95:.1f} s, longest {longest:.1f} s; {len(arrived)} tracks told; link {use:.0f} % used"
    limit, is_kept = ("<= 5 s", every <= 5) if count == 70 else (None, None)
    tell(f"{where}: each track again after (mean)", every, "s", limit, is_kept, note)
    tell(f"{where}: tracks in a critical alert again after (mean)", float(near.mean()), "s", None, None, "5 tracks")
    note = f"median {np.median(late):.2f} s of {len(late)}; from the record to its last octet at the partner"
    worst = float(np.max(late))
    tell(f"{where}: alert through (longest)", worst, "s", "<= 3 s", worst <= 3, note)
    p95 = float(np.percentile(errors, 95))
    tell(
        f"{where}: partner's place off by (p95)",
        p95,
        "m",
        None,
        None,
        f"median {np.median(errors):.0f} m, dead reckoned",
    )


def fleet(count: int, seed: int) -> Tracks:
    """Make tracks over Lithuania."""
    random = np.random.default_rng(seed)
    covariance = np.zeros((count, 21))
    covariance[:, [0, 6, 11]] = random.uniform(20, 300, (count, 3)) ** 2
    covariance[:, [15, 18, 20]] = random.uniform(0.5, 8, (count, 3)) ** 2
    speed, course = random.uniform(20, 250, count), random.uniform(0, 2 * np.pi, count)
    return Tracks.of(
        time_ns=np.full(count, T0_NS),
        track_id=1000 + np.cumsum(random.integers(1, 8, count)),
        latitude_deg=random.uniform(53.9, 56.5, count),
        longitude_deg=random.uniform(21, 26.8, count),
        altitude_m=random.uniform(50, 11_000, count),
        velocity_east_mps=speed * np.sin(course),
        velocity_north_mps=speed * np.cos(course),
        velocity_up_mps=random.uniform(-10, 10, count),
        covariance=covariance,
        status=np.ones(count, np.uint8),
        update_time_ns=T0_NS - random.integers(0, 10_000, count) * 1_000_000,
        class_probabilities=random.dirichlet(np.ones(len(CLASSES)), count).astype(np.float32),
        network_since_ns=T0_NS - random.integers(0, 1800, count) * NS_PER_S,
        label=OPEN,
    )


def fly(tracks: Tracks, seconds: float) -> Tracks:
    """Fly straight on."""
    across = 111_195 * np.cos(np.radians(tracks.latitude_deg))
    return replace(
        tracks,
        time_ns=tracks.time_ns + int(seconds * NS_PER_S),
        update_time_ns=tracks.update_time_ns + int(seconds * NS_PER_S),
        latitude_deg=tracks.latitude_deg + tracks.velocity_north_mps * seconds / 111_195,
        longitude_deg=tracks.longitude_deg + tracks.velocity_east_mps * seconds / across,
    )


def fly_on(tracks: Tracks, turns: np.ndarray, now_ns: int) -> Tracks:
    """Fly on to a time, turning by so many radians a second."""
    elapsed_s = (now_ns - int(tracks.time_ns[0])) / NS_PER_S
    turn = turns * elapsed_s
    east = tracks.velocity_east_mps * np.cos(turn) + tracks.velocity_north_mps * np.sin(turn)
    north = tracks.velocity_north_mps * np.cos(turn) - tracks.velocity_east_mps * np.sin(turn)
    return fly(replace(tracks, velocity_east_mps=east, velocity_north_mps=north), elapsed_s)


def alert(number: int, time_ns: int, alert_id: str) -> Alert:
    """Make a critical alert about one track."""
    return Alert(
        id=f"{alert_id}/{number}/{time_ns}",
        time_ns=time_ns,
        origin="ltu",
        label=OPEN,
        alert_id=f"{alert_id}/{number}",
        tier="critical",
        state="raised",
        rule="zone_predicted",
        track_ids=(number,),
        zone_id="z",
        zone_name="z",
        raised_ns=time_ns,
        eta_ns=time_ns + 300 * NS_PER_S,
    )


def make_guard(*agreements: Agreement) -> Guard:
    """Make Lithuania's guard."""
    return Guard(Owner("LTU"), example_policy("LTU"), agreements, epoch=T0_NS, pseudonym_key=b"benchmark")


def octets_of(drafts: list[Draft]) -> float:
    """Return sealed octets a track."""
    tracks = sum(len(unpack_tracks(d.release.body, "LTU", OPEN)[0].tracks) for d in drafts)
    return sum(len(seal(d.release, SEED)) for d in drafts) / tracks


def rate_of(work: Callable[[], object], count: int) -> float:
    """Return how many a second of CPU, the best of five."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return count / best


def tell(figure: str, value: float, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    row = {"figure": figure, "value": round(value, 3), "unit": unit, "limit": limit, "ok": ok, "command": COMMAND}
    print(json.dumps({**row, "note": note}))


if __name__ == "__main__":
    main()
