"""Measure cooperative correlation: who is recognised, who is believed, who is not, and which permissions explain whom.

``python benchmarks/bench_cooperation.py [--quick]``. The ``hard`` profile of the shared scenario generator (primary
radars with unknown biases, 40 or 20 false plots a scan, late arrivals; ADS-B of airliners and most light aircraft) and
the exercise night (radars that interrogate, one area of interference) tell the truth; nothing measured reads it. Prints
one JSON object a line: figure, value, unit, limit, ok, command, note. Page: docs/cooperation.md.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.geo.plane import RegionPlane
from sargas.identification.claim_book import MACHINE
from sargas.identification.cooperation import Cooperation
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.envelope import Envelope
from sargas.model.identity_records import Claim, FlightPermission
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Configuration, Sensor, Tick
from sargas.model.tracks import Tracks
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.sensors.site import read_sensors
from sargas.tracking.tracker import Tracker

SHARED = Path(os.environ.get("SARGAS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SCENARIO = SHARED / "bench/scenario.py"
ORIGIN = (56.2, 24.5)
FIRST_ADDRESS = 0x500000
SEEDS = tuple(map(int, sys.argv[sys.argv.index("--seeds") + 1].split(","))) if "--seeds" in sys.argv else (21, 22, 23)
TARGETS, DURATION_S = 400, 120.0
ONSET_S, FLAG_WITHIN_S = 40.0, 60.0
SHIFTED_SHARE = 0.2
NEAR_M = 1000.0
"""A track further than this from the truth is not of that object."""
PRIOR_ODDS = 4.6
METRES_PER_DEGREE = 111_195.0
QUICK = "--quick" in sys.argv


def report(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    command = "python benchmarks/bench_cooperation.py"
    line = {
        "figure": figure,
        "value": value,
        "unit": unit,
        "limit": limit,
        "ok": ok if ok is None else bool(ok),
        "command": command,
        "note": note,
    }
    print(json.dumps(line), flush=True)


@dataclass(frozen=True)
class Scenario:
    """A scenario of the shared generator: plots in order of arrival, and where every object truly is each 4 s."""

    plots: Plots
    sensors: tuple[Sensor, ...]
    times_ns: Int64
    truth: Float64
    """(times, objects, 3) latitude, longitude, altitude."""
    kind: np.ndarray


def make_scenario(seed: int) -> Scenario:
    """Make and read a scenario of the ``hard`` profile."""
    with tempfile.TemporaryDirectory() as folder:
        program = [sys.executable, str(SCENARIO), "--profile", "hard", "--seed", str(seed)]
        program += ["--targets", str(TARGETS), "--duration", str(DURATION_S), folder]
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
        path = Path(folder)
        plots = Plots.from_arrow(pq.read_table(path / "plots.parquet"), Label())
        sensors = read_sensors((path / "sensors.toml").read_text(encoding="utf-8"))
        truth = pq.read_table(path / "truth.parquet")
    columns = [truth.column(name).to_numpy() for name in ("latitude_deg", "longitude_deg", "altitude_m")]
    count = int(truth.column("object_id").to_numpy().max()) + 1
    places = np.stack(columns, axis=1).reshape(-1, count, 3)
    times_ns = truth.column("time_ns").to_numpy().reshape(-1, count)[:, 0]
    return Scenario(plots, sensors, times_ns, places, np.array(truth.column("kind").to_pylist()[:count]))


def shift(plots: Plots, distance_m: float, onset_s: float, rng: np.random.Generator) -> tuple[Plots, Int64]:
    """Shift what a fifth of the aircraft say of their place, each its own way; return the plots and who."""
    addresses = np.unique(plots.icao_address[plots.icao_address >= 0])
    chosen = np.sort(rng.choice(addresses, round(SHIFTED_SHARE * len(addresses)), replace=False))
    latitude, longitude = plots.latitude_deg.copy(), plots.longitude_deg.copy()
    begins_ns = int(plots.receive_time_ns.min()) + round(onset_s * NS_PER_S)
    for address in chosen.tolist():
        rows = (plots.icao_address == address) & (plots.time_ns >= begins_ns)
        course = rng.uniform(0.0, 2.0 * np.pi)
        latitude[rows] += distance_m * np.cos(course) / METRES_PER_DEGREE
        longitude[rows] += distance_m * np.sin(course) / (METRES_PER_DEGREE * np.cos(np.deg2rad(latitude[rows])))
    return replace(plots, latitude_deg=latitude, longitude_deg=longitude), chosen


@dataclass
class Run:
    """What a run over a scenario told, tick by tick."""

    ticks: list[tuple[int, Tracks, tuple[Claim, ...]]] = field(default_factory=list)
    judged: int = 0
    judge_s: float = 0.0
    heard: int = 0
    hear_s: float = 0.0
    probabilities: list[tuple[int, Int64, Float64]] = field(default_factory=list)


def run(scenario: Scenario, plots: Plots, permissions: list[FlightPermission] | None = None) -> Run:
    """Track the plots in datagrams of 50 ms and judge at every second."""
    configuration = Configuration(
        id="c", time_ns=0, origin="bench", label=Label(), node="bench", nation="LTU",
        origin_latitude_deg=ORIGIN[0], origin_longitude_deg=ORIGIN[1], sensors=scenario.sensors,
    )  # fmt: skip
    tracker, told = Tracker(scenario.sensors, ORIGIN), Run()
    cooperation = Cooperation(configuration, RegionPlane(*ORIGIN))
    for permission in permissions or []:
        cooperation.permit(permission)
    arrival, at = plots.receive_time_ns, 0
    start_ns = int(arrival[0])
    for part in range(1, round(DURATION_S * 20) + 1):
        now_ns = start_ns + part * NS_PER_S // 20
        stop = int(np.searchsorted(arrival, now_ns))
        if stop > at:
            batch = plots.take(slice(at, stop))
            tracker.absorb(batch)
            began = time.process_time()
            cooperation.hear(batch, tracker.sites)
            told.hear_s += time.process_time() - began
            told.heard += int((batch.icao_address >= 0).sum())
            at = stop
        if part % 20 == 0:
            tracker.advance(now_ns)
            tracks = tracker.report(now_ns)
            began = time.process_time()
            claims = cooperation.advance(tracks, tracker.support(now_ns), now_ns)
            told.judge_s += time.process_time() - began
            told.judged += len(tracks)
            told.ticks.append((now_ns, tracks, claims))
    return told


def truth_at(scenario: Scenario, time_ns: int) -> Float64:
    """Return where every object is at a time, (n, 3), straight between what the truth tells."""
    k = int(np.clip(np.searchsorted(scenario.times_ns, time_ns) - 1, 0, len(scenario.times_ns) - 2))
    share = (time_ns - scenario.times_ns[k]) / (scenario.times_ns[k + 1] - scenario.times_ns[k])
    return scenario.truth[k] + share * (scenario.truth[k + 1] - scenario.truth[k])


def gaps_m(tracks: Tracks, row: int, places: Float64) -> Float64:
    """Return how far places (n, 3) are from a track on the ground, m."""
    north = (places[:, 0] - tracks.latitude_deg[row]) * METRES_PER_DEGREE
    east = (places[:, 1] - tracks.longitude_deg[row]) * METRES_PER_DEGREE * np.cos(np.deg2rad(tracks.latitude_deg[row]))
    return np.hypot(north, east)


def addressed(claims: tuple[Claim, ...]) -> Iterator[tuple[Claim, int]]:
    """Yield the identity claims that tell an address, and its object."""
    for claim in claims:
        if claim.about == "identity" and claim.value.startswith("icao:"):
            yield claim, int(claim.value[5:11], 16) - FIRST_ADDRESS


def measure_correlation() -> None:
    """Tell how many cooperative tracks are recognised within 5 s of being firm, and how many wrongly."""
    within, known, false, told, judged, judge_s, heard, hear_s, doubted, honest = 0, 0, 0, 0, 0, 0.0, 0, 0.0, 0, 0
    for seed in SEEDS[: 1 if QUICK else None]:
        scenario = make_scenario(seed)
        outcome = run(scenario, scenario.plots)
        first_heard = {}
        rows = np.flatnonzero(scenario.plots.icao_address >= 0)
        for row in rows[::-1].tolist():
            number = int(scenario.plots.icao_address[row]) - FIRST_ADDRESS
            first_heard[number] = int(scenario.plots.receive_time_ns[row])
        firm, recognised, doubtful = dict[int, int](), dict[int, int](), set[int]()
        for now_ns, tracks, claims in outcome.ticks:
            places = truth_at(scenario, now_ns)
            row_of = {number: row for row, number in enumerate(tracks.track_id.tolist())}
            for one in first_heard.keys() - firm.keys():
                north = (tracks.latitude_deg - places[one, 0]) * METRES_PER_DEGREE
                east = (tracks.longitude_deg - places[one, 1]) * METRES_PER_DEGREE * 0.55
                if first_heard[one] <= now_ns and (np.hypot(north, east) < 300.0).any():
                    firm[one] = now_ns
            for claim, one in addressed(claims):
                gap = float(gaps_m(tracks, row_of[claim.track_id], places[one : one + 1])[0])
                told += 1
                false += gap > NEAR_M
                if gap <= NEAR_M:
                    recognised.setdefault(one, now_ns)
            for claim in claims:
                if claim.about == "cooperation" and claim.value == "doubtful":
                    doubtful.add(claim.track_id)
        last_ns = outcome.ticks[-1][0] - 5 * NS_PER_S
        for one, when in firm.items():
            if when <= last_ns:
                known += 1
                within += recognised.get(one, np.inf) - when <= 5 * NS_PER_S
        doubted, honest = doubted + len(doubtful), honest + len(recognised)
        judged, judge_s = judged + outcome.judged, judge_s + outcome.judge_s
        heard, hear_s = heard + outcome.heard, hear_s + outcome.hear_s
    seeds = ", ".join(map(str, SEEDS[: 1 if QUICK else None]))
    note = f"hard, {TARGETS} objects, {DURATION_S:.0f} s, seeds {seeds}"
    share = 100.0 * within / known
    report("cooperative tracks recognised within 5 s of being firm", share, "%", ">= 99 %", share >= 99.0,
           f"{note}: {within} of {known} aircraft")  # fmt: skip
    wrong = 100.0 * false / told
    report("identities told of a track more than 1 km from that aircraft", wrong, "%", "<= 0.1 %", wrong <= 0.1,
           f"{note}: {false} of {told} claims")  # fmt: skip
    report("true aircraft ever called doubtful", 100.0 * doubted / honest, "%", None, None,
           f"{note}: {doubted} of {honest}")  # fmt: skip
    rate = judged / judge_s
    report("cooperation, tracks judged a CPU second", rate, "tracks/s", ">= 1,000", rate >= 1000,
           f"{note}: at ticks, support read from the tracker included")  # fmt: skip
    report(
        "cooperation, reports heard a CPU second", heard / hear_s, "reports/s", None, None, f"{note}: batches of 50 ms"
    )


def measure_shifts() -> None:
    """Tell how many aircraft with a false place are flagged, and after what time."""
    adjusted, right = list[float](), list[bool]()
    for distance_m in (500.0, 2_000.0, 20_000.0):
        for onset_s, when in ((0.0, "from the start"), (ONSET_S, f"after {ONSET_S:.0f} s")):
            flagged, known, waits, false, honest = 0, 0, list[float](), 0, 0
            for seed in SEEDS[: 1 if QUICK else None]:
                scenario = make_scenario(seed)
                rng = np.random.default_rng([seed, int(distance_m), int(onset_s)])
                plots, chosen = shift(scenario.plots, distance_m, onset_s, rng)
                outcome = run(scenario, plots)
                found, doubtful = _first_doubts(outcome)
                for address in np.unique(plots.icao_address[plots.icao_address >= 0]).tolist():
                    times = plots.receive_time_ns[plots.icao_address == address]
                    begins = max(int(times[0]), outcome.ticks[0][0] - NS_PER_S + round(onset_s * NS_PER_S))
                    if address not in chosen:
                        honest, false = honest + 1, false + (address in doubtful)
                    elif times[-1] - begins >= (FLAG_WITHIN_S - 1.0) * NS_PER_S:
                        known += 1
                        after = [(at - begins) / NS_PER_S for at in found.get(address, []) if at >= begins]
                        if after and after[0] <= FLAG_WITHIN_S:
                            flagged += 1
                            waits.append(after[0])
                for address, probability in _last_probabilities(outcome).items():
                    adjusted.append(probability)
                    right.append(address not in chosen)
            share = 100.0 * flagged / known
            seeds = ", ".join(map(str, SEEDS[: 1 if QUICK else None]))
            note = f"hard, seeds {seeds}, {when}: {flagged} of {known} aircraft, median after {np.median(waits):.0f} s"
            note += f"; {false} of {honest} others called doubtful in the same runs"
            report(f"aircraft shifted by {distance_m:,.0f} m {when}, flagged within 60 s", share, "%", ">= 90 %",
                   share >= 90.0, note)  # fmt: skip
    _report_calibration(np.array(adjusted), np.array(right))


def _first_doubts(outcome: Run) -> tuple[dict[int, list[int]], set[int]]:
    """Return when tracks under each address were called doubtful, and which addresses ever were."""
    found = dict[int, list[int]]()
    for now_ns, tracks, claims in outcome.ticks:
        address = dict(zip(tracks.track_id.tolist(), tracks.icao_address.tolist(), strict=True))
        for claim in claims:
            if claim.about == "cooperation" and claim.value == "doubtful" and address[claim.track_id] >= 0:
                found.setdefault(address[claim.track_id], []).append(now_ns)
    return found, set(found)


def _last_probabilities(outcome: Run) -> dict[int, float]:
    """Return the probability last told of each address, the least of its tracks."""
    told = dict[int, tuple[int, float]]()
    for _, tracks, claims in outcome.ticks:
        address = dict(zip(tracks.track_id.tolist(), tracks.icao_address.tolist(), strict=True))
        for claim in claims:
            if claim.about == "identity" and claim.source == MACHINE and claim.probability is not None:
                told[claim.track_id] = (address[claim.track_id], claim.probability)
    alive = set(outcome.ticks[-1][1].track_id.tolist())
    least = dict[int, float]()
    for number, (under, probability) in told.items():
        if number in alive and under >= 0:
            least[under] = min(least.get(under, 1.0), probability)
    return least


def _report_calibration(told: Float64, right: np.ndarray) -> None:
    """Hold the probabilities told, their prior of 1 % false exchanged for the share shifted here, against the truth."""
    share = float(1.0 - right.mean())
    odds = np.log(np.clip(told, 1e-3, 0.999)) - np.log1p(-np.clip(told, 1e-3, 0.999))
    probability = 1.0 / (1.0 + np.exp(-(odds - PRIOR_ODDS + np.log((1.0 - share) / share))))
    edges = np.array([0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0001])
    place = np.digitize(probability, edges) - 1
    bins = [place == k for k in range(len(edges) - 1) if (place == k).any()]
    error = sum(abs(float(probability[b].mean()) - float(right[b].mean())) * b.sum() for b in bins) / len(told)
    note = (
        f"{len(told)} aircraft at the end of the runs above, prior of 1 % false exchanged for their {100 * share:.0f} %"
    )
    report(
        "calibration error of the probability that a place is true", float(error), "", "<= 0.05", error <= 0.05, note
    )
    brier = float(np.mean((probability - right) ** 2))
    report("Brier score of it", brier, "", None, None, f"{note}; always their share: {share * (1 - share):.3f}")


def measure_permissions() -> None:
    """Tell how many objects with a permission by place and time alone are explained by it, and how many strangers."""
    explained, permitted, wrong, told = 0, 0, 0, 0
    for seed in SEEDS[: 1 if QUICK else None]:
        scenario = make_scenario(seed)
        rng = np.random.default_rng([seed, 7])
        slow = np.flatnonzero((scenario.kind == "multirotor") | (scenario.kind == "light_aircraft"))
        chosen = np.sort(rng.choice(slow, 25, replace=False)).tolist()
        permissions = [_permission(scenario, one) for one in chosen]
        outcome = run(scenario, scenario.plots, permissions)
        held, owner = dict[int, str](), dict[int, set[str]]()
        for now_ns, tracks, claims in outcome.ticks:
            for claim in claims:
                if claim.value.startswith("permission:"):
                    held.pop(claim.track_id, None)
                    if claim.state != "withdrawn":
                        held[claim.track_id] = claim.value
            places = truth_at(scenario, now_ns)
            for row, number in enumerate(tracks.track_id.tolist()):
                gap = gaps_m(tracks, row, places[chosen])
                nearest = int(np.argmin(gap))
                if gap[nearest] < 300.0:
                    owner.setdefault(nearest, set()).add(held.get(number, ""))
                if number in held:
                    told += 1
                    wrong += int(gap[chosen.index(int(held[number].partition(":")[2]))] > NEAR_M)
        permitted += len(owner)
        explained += sum(f"permission:{chosen[one]}" in names for one, names in owner.items())
    seeds = ", ".join(map(str, SEEDS[: 1 if QUICK else None]))
    note = f"hard, seeds {seeds}: cylinders of 5 km by place and time alone, {explained} of {permitted} tracked"
    share = 100.0 * explained / permitted
    report("flights explained by their permission", share, "%", ">= 95 %", share >= 95.0, note)
    note = f"of {told} track seconds; a stranger in a permitted place is not to be told apart by place alone"
    report("track seconds explained by another's permission", 100.0 * wrong / told, "%", None, None, note)


def _permission(scenario: Scenario, one: int) -> FlightPermission:
    middle = scenario.truth[len(scenario.truth) // 2, one]
    return FlightPermission(
        id=f"p/{one}", time_ns=0, origin="bench", label=Label(), permission_id=str(one), holder="bench",
        purpose="survey", valid_from_ns=0, valid_until_ns=1 << 62, centre=(middle[1], middle[0]), radius_m=5_000.0,
        floor_m=-100.0, ceiling_m=float(middle[2]) + 500.0,
    )  # fmt: skip


def measure_night() -> None:
    """Run exercise nights through the whole core, their interference and one permission by call sign included."""
    recognised, there, false, told, own = 0, 0, 0, 0, list[bool]()
    seeds = (31, 32) if not QUICK else (31,)
    for seed in seeds:
        night = Night.of(seed, targets=300, duration_s=150.0)
        last = dict[int, str]()
        explained = False
        for now_s, tracks, claims in _play(night):
            truth = night.truth(now_s)
            place_of = {int(a): k for k, a in enumerate(truth.icao_address.tolist()) if a >= 0}
            row_of = {number: row for row, number in enumerate(tracks.track_id.tolist())}
            for claim in claims:
                if claim.about == "identity" and claim.value.startswith("icao:"):
                    address = int(claim.value[5:11], 16)
                    last[claim.track_id] = claim.value[5:11]
                    k = place_of.get(address)
                    told += 1
                    if k is None or claim.track_id not in row_of:
                        continue
                    place = np.array([[truth.latitude_deg[k], truth.longitude_deg[k], 0.0]])
                    far = float(gaps_m(tracks, row_of[claim.track_id], place)[0]) > 2 * NEAR_M
                    false += far and "doubtful" not in claim.evidence[0]
                explained |= claim.value == "permission:guard" and claim.state != "withdrawn"
            if now_s >= 20.0:
                carried = {number: last.get(number) for number in tracks.track_id.tolist()}
                rows = np.flatnonzero(tracks.icao_address >= 0)
                there += len(rows)
                recognised += sum(
                    carried[int(tracks.track_id[row])] == f"{tracks.icao_address[row]:06x}" for row in rows.tolist()
                )
        own.append(explained)
    note = f"exercise night, 300 objects, 150 s, seeds {', '.join(map(str, seeds))}, whole core"
    share = 100.0 * recognised / there
    report("track seconds with an address whose identity has been told", share, "%", ">= 99 %", share >= 99.0, note)
    wrong = 100.0 * false / told
    report("identities told without doubt of a track more than 2 km from that aircraft", wrong, "%", "<= 0.1 %",
           wrong <= 0.1, f"{note}: {false} of {told}")  # fmt: skip
    report(
        "own drone explained by its permission (call sign)", float(np.mean(own)) * 100.0, "%", "= 100 %", all(own), note
    )


def _play(night: Night) -> Iterator[tuple[float, Tracks, tuple[Claim, ...]]]:
    """Step the core through a night; yield each tick's time, all own tracks and the claims told."""
    settings, state, label = night.configuration(), State(), Label(caveats=("EXERCISE",))
    start_ns = DEFAULT_START_NS
    configuration = Configuration(
        id="night", time_ns=start_ns, origin="bench", label=label, node="bench", nation="LTU", exercise=True,
        origin_latitude_deg=settings.origin[0], origin_longitude_deg=settings.origin[1], sources=settings.sources,
        sensors=settings.sensors,
    )  # fmt: skip
    permission = FlightPermission(
        id="guard", time_ns=start_ns, origin="bench", label=label, permission_id="guard", holder="Border guard",
        purpose="own_drone", valid_from_ns=0, valid_until_ns=1 << 62, centre=settings.origin[::-1], radius_m=400e3,
        callsign="GUARD1",
    )  # fmt: skip
    sequence = 0
    for record in (configuration, permission):
        step(state, Envelope(sequence, start_ns, "bench", "record", record.model_dump_json().encode()))
        sequence += 1
    tick_ns = start_ns + NS_PER_S
    for datagram in night.datagrams():
        while start_ns + datagram.offset_ns >= tick_ns:
            tick = Tick(id=str(tick_ns), time_ns=tick_ns, origin="bench", label=label)
            outputs = step(state, Envelope(sequence, tick_ns, "bench", "record", tick.model_dump_json().encode()))
            assert state.picture is not None
            claims = tuple(message for message in outputs.messages if isinstance(message, Claim))
            yield (tick_ns - start_ns) / NS_PER_S, state.picture.tracker.report(tick_ns), claims
            sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
        envelope = Envelope(sequence, start_ns + datagram.offset_ns, datagram.source, "datagram", datagram.data)
        step(state, envelope)
        sequence += 1


def main() -> None:
    """Measure everything."""
    if SCENARIO.is_file():
        measure_correlation()
        measure_shifts()
        measure_permissions()
    else:
        report(
            "cooperation on the scenario", None, "", None, None, "not measured: shared/bench/scenario.py is not there"
        )
    measure_night()


if __name__ == "__main__":
    main()
