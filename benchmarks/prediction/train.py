"""Train the blend and calibrate its cones: writes blend.npz and cones.json of sargas.assessment.prediction.

Run: python -m benchmarks.prediction.train (20 minutes, 3 GB), from the repository, with shared/data beside it. Seeded:
equal data give equal files. ``--leave A`` or ``--leave B`` writes nothing: it leaves half of the recorded sources other
than the airliners out of training, and prints what the blend does on them.

Split, by name alone: airliners of parts 0-4 train, 5-6 choose the epoch and calibrate, 7-9 are held out and looked at
by bench_prediction alone. Simulated flights of their own seeds train, calibrate and are held out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.prediction.calibrate import calibrate_cones
from benchmarks.prediction.collect import collect_rows
from benchmarks.prediction.flights import Flight, recorded_flights, regular_flight, shared_data, simulated_flight
from benchmarks.prediction.motions import ALL_KINDS
from benchmarks.prediction.network import Examples, Network, stacked, train_network
from benchmarks.prediction.observe import observe, random_view
from sargas.assessment.prediction.cones import write_cones
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S

TARGET = Path(__file__).resolve().parents[2] / "src" / "sargas" / "assessment" / "prediction"
SEED = 1
SIMULATED = 350
AIRLINERS = ("switzerland", "opensky")
TRAINS, CHECKS, LEFT_OUT = 0, 1, 2
SHARES = {"airliner": 0.45, "other": 0.15, "simulated": 0.4}
"""Of the training weight."""


@dataclass(frozen=True)
class Table:
    """All rows: features (n, h, f), truth (n, h, 2), unit and age (n,), use (n,), group (n,) and the group's names."""

    features: np.ndarray
    truth: np.ndarray
    unit_m: np.ndarray
    age_s: np.ndarray
    use: np.ndarray
    group: np.ndarray
    names: np.ndarray


def fold_of(flight: Flight) -> str:
    """Return which half of the recorded sources a flight belongs to, A or B."""
    whole = {"glider_franconia": "A", "ambulances__samu31": "A", "uav_rot": "B", "ambulances__rega_zh": "B",
             "calibration_bornholm": "B", "readsb": "B"}  # fmt: skip
    if flight.source == "radiosonde":
        return "A" if flight.name.startswith("R") else "B"
    return whole.get(flight.source) or ("A" if flight.part() < 5 else "B")


def plan(flights: list[Flight], leave: str, generator: np.random.Generator) -> Iterator[tuple[Flight, int, int, str]]:
    """Yield what is seen: a flight, how many rows of it, their use, and the name of their group."""
    for flight in flights:
        if flight.source in AIRLINERS:
            if flight.part() < 5:
                yield from ((flight, 22, TRAINS, "airliner") for _ in range(7))
                for _ in range(2):
                    yield flight.scaled(float(np.exp(generator.uniform(np.log(0.05), 0.0)))), 12, TRAINS, "airliner"
            elif flight.part() < 7:
                yield from ((flight, 20, CHECKS, "airliner") for _ in range(2))
        elif flight.period_s <= 35.0:
            use = LEFT_OUT if fold_of(flight) == leave else TRAINS
            views = {"readsb": 2, "glider_franconia": 4, "firefighting_calfire": 3}.get(flight.source, 12)
            yield from ((flight, 50, use, flight.source) for _ in range(views))
            if use == TRAINS:
                for _ in range(views // 2):
                    yield flight.scaled(float(np.exp(generator.uniform(np.log(0.5), np.log(1.6))))), 30, use, "other"
    for kind in ALL_KINDS:
        for number in range(SIMULATED):
            flight = simulated_flight(kind, int(generator.integers(300, 1900)), generator)
            yield flight, 30, TRAINS if number < 0.85 * SIMULATED else CHECKS, f"simulated {kind}"
    for number in range(SIMULATED):
        flight = regular_flight(int(generator.integers(300, 1900)), generator)
        yield flight, 30, TRAINS if number < 0.85 * SIMULATED else CHECKS, flight.source


def build_table(leave: str) -> Table:
    """See all flights and collect their rows."""
    folder = shared_data()
    if folder is None:
        raise SystemExit("expected shared/data beside the repository (or SARGAS_SHARED), was none")
    generator = np.random.default_rng(SEED)
    parts, use, group, names = [], [], [], []
    for flight, count, purpose, name in plan(recorded_flights(folder), leave, generator):
        rows = collect_rows(observe(flight, random_view(flight, generator), generator), count, generator)
        if rows is not None:
            parts.append(rows)
            use.append(np.full(len(rows.age_s), purpose))
            group.append(np.full(len(rows.age_s), len(names)))
            names.append(name)
    columns = [np.concatenate([getattr(p, c) for p in parts]) for c in ("features", "truth", "unit_m", "age_s")]
    return Table(*columns, np.concatenate(use), np.concatenate(group), np.array(names))


def examples_of(table: Table, h: int, use: int) -> Examples:
    """Take the rows of a use at a horizon; kinds of flights weigh by ``SHARES``, not by their numbers."""
    rows = np.flatnonzero((table.use == use) & np.isfinite(table.truth[:, h, 0]))
    name = table.names[table.group[rows]]
    simulated = np.char.startswith(name, "simulated")
    sort = np.where(simulated, "simulated", np.where(name == "airliner", "airliner", "other"))
    weight = np.ones(len(rows))
    for kind, share in SHARES.items():
        for part in np.unique(name[sort == kind]) if kind == "simulated" else [None]:
            chosen = (sort == kind) if part is None else name == part
            weight[chosen] = share / (len(ALL_KINDS) + 1 if part is not None else 1) / max(chosen.sum(), 1)
    weight *= len(rows) / weight.sum()
    return Examples(
        np.ascontiguousarray(table.features[:, h][rows]), table.truth[rows, h], table.unit_m[rows],
        weight.astype(np.float32),
    )  # fmt: skip


def report(table: Table, h: int, network: Network) -> None:
    """Print the medians on what was left out, against the baselines."""
    left = examples_of(table, h, LEFT_OUT)
    rows = np.flatnonzero((table.use == LEFT_OUT) & np.isfinite(table.truth[:, h, 0]))
    blended, spread = network.predict(left)
    miss = np.hypot(*(blended - left.truth).T)
    others = np.hypot(*(left.places() - left.truth[:, None]).transpose(2, 0, 1))
    name = table.names[table.group[rows]]
    for source in np.unique(name):
        chosen = (name == source) & (table.age_s[rows] >= 60.0)
        base = {k: float(np.median(others[chosen, MODELS.index(k)])) for k in ("mean-5", "mean-60", "turn-20")}
        print(
            f"{HORIZONS_S[h]:4.0f} s {source:24s} n {chosen.sum():5d} median {np.median(miss[chosen]):7.0f} m "
            f"baselines {base} within spread {(miss[chosen] < spread[chosen]).mean():.3f}", flush=True,
        )  # fmt: skip


def main(arguments: list[str]) -> None:
    """Train, and write what comes with the package."""
    leave = arguments[1] if arguments[:1] == ["--leave"] else ""
    started = time.monotonic()
    table = build_table(leave)
    print(f"{len(table.use)} rows after {time.monotonic() - started:.0f} s", flush=True)
    networks = []
    for h, horizon_s in enumerate(HORIZONS_S):
        network = train_network(examples_of(table, h, TRAINS), examples_of(table, h, CHECKS), horizon_s, SEED + h)
        networks.append(network)
        print(f"{horizon_s:g} s after {time.monotonic() - started:.0f} s", flush=True)
        if leave:
            report(table, h, network)
    if leave:
        return
    np.savez_compressed(TARGET / "blend.npz", **stacked(networks))
    cones, note = calibrate_cones()
    (TARGET / "cones.json").write_text(write_cones(cones, note), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
