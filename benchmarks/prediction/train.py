"""Train the blend and calibrate its cones: writes blend.npz and cones.json of sargas.assessment.prediction.

Run: python -m benchmarks.prediction.train (25 CPU minutes, 8 GB), from the repository, with shared/data beside
it; with --further the network of the package is trained on from where it stands, with --cones it stays and only the
cones are made again, with --routes only those of who follows a route (minutes). Seeded: equal data and equal starts
give equal files.

Split, by name alone: airliners of parts 7 to 9 are held out and looked at by bench_prediction alone. All other recorded
flights are in one of three folds, whole aircraft together. Three networks are trained, each without one fold and each
with the simulated flights: what they do on the fold they never saw tells how good the blend is on flights that are
new, and calibrates its cones (cross-conformal prediction, Vovk 2015). The network of the package is trained on all
three. Simulated flights calibrate and are tested with seeds that trained nothing.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.prediction.calibrate import calibrate_cones, calibrate_routes
from benchmarks.prediction.collect import Rows, collect_rows
from benchmarks.prediction.flights import Flight, recorded_flights, shared_data, simulated_flight
from benchmarks.prediction.folds import AIRLINERS, EVERY_FOLD, FOLDS, HELD_OUT, fold_of
from benchmarks.prediction.motions import TRAINED_WANDERING, TRAINING_KINDS
from benchmarks.prediction.network import Examples, Network, networks_of, stacked, train_network
from benchmarks.prediction.observe import observe, random_view
from sargas.assessment.prediction.blend import read_blend
from sargas.assessment.prediction.cones import read_cones, write_cones
from sargas.assessment.prediction.models import MODELS
from sargas.assessment.prediction.outcomes import HORIZONS_S

TARGET = Path(__file__).resolve().parents[2] / "src" / "sargas" / "assessment" / "prediction"
SEED = 1
SIMULATED = 450
PROCESSES = 2
EPOCHS, FURTHER_EPOCHS, FOLD_EPOCHS = 30, 16, 5
"""For the package, from nothing and further, and for the networks that a fold is left out of: these begin from nothing,
for the package has seen their fold, and end at a higher loss."""
ROUTES_NOTE = " Those of routes were made anew by class (train.py --routes), from 240 flights of each."
SHARES = {"airliner": 0.4, "other": 0.15, "simulated": 0.45}
"""Of the training weight."""


@dataclass(frozen=True)
class Look:
    """A flight as it will be seen once: which, how many rows of it, its fold, the name of its group, its scale."""

    flight: Flight | None
    """None: one is simulated, of the kind that ``group`` names."""
    count: int
    fold: int
    group: str
    scale: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True)
class Table:
    """All rows: features (n, h, f), truth (n, h, 2), unit and age (n,), fold (n,), group (n,) and the group's names."""

    features: np.ndarray
    truth: np.ndarray
    unit_m: np.ndarray
    age_s: np.ndarray
    fold: np.ndarray
    group: np.ndarray
    names: np.ndarray


def looks(flights: list[Flight]) -> Iterator[Look]:
    """Yield what is seen; flights held out never are."""
    for flight in flights:
        fold = fold_of(flight)
        if fold == HELD_OUT:
            continue
        if flight.source in AIRLINERS:
            yield from (Look(flight, 22, fold, "airliner") for _ in range(7))
            yield from (Look(flight, 12, fold, "airliner", (0.05, 1.0)) for _ in range(2))
        elif flight.period_s <= 35.0:
            views = {"readsb": 2, "glider_franconia": 4, "firefighting_calfire": 3}.get(flight.source, 12)
            yield from (Look(flight, 50, fold, flight.source) for _ in range(views))
            yield from (Look(flight, 30, fold, "scaled", (0.5, 1.6)) for _ in range(views // 2))
    for kind in TRAINING_KINDS:
        yield from (Look(None, 30, EVERY_FOLD, kind) for _ in range(SIMULATED))


def see(numbered: tuple[int, Look]) -> Rows | None:
    """Collect the rows of one look; its number seeds it."""
    number, look = numbered
    generator = np.random.default_rng([SEED, number])
    flight = look.flight or simulated_flight(
        look.group, int(generator.integers(300, 1900)), generator, TRAINED_WANDERING
    )
    if look.scale != (1.0, 1.0):
        flight = flight.scaled(float(np.exp(generator.uniform(*np.log(look.scale)))))
    return collect_rows(observe(flight, random_view(flight, generator), generator), look.count, generator)


def build_table() -> Table:
    """See all flights and collect their rows."""
    folder = shared_data()
    if folder is None:
        raise SystemExit("expected shared/data beside the repository (or SARGAS_SHARED), was none")
    parts, fold, group, names = list[Rows](), list[np.ndarray](), list[np.ndarray](), list[str]()
    planned = list(looks(recorded_flights(folder)))
    with get_context("fork").Pool(PROCESSES) as pool:
        for look, rows in zip(planned, pool.imap(see, enumerate(planned), chunksize=16), strict=True):
            if rows is not None:
                parts.append(rows)
                fold.append(np.full(len(rows.age_s), look.fold))
                group.append(np.full(len(rows.age_s), len(names)))
                names.append(look.group)
    return Table(
        np.concatenate([rows.features for rows in parts]), np.concatenate([rows.truth for rows in parts]),
        np.concatenate([rows.unit_m for rows in parts]), np.concatenate([rows.age_s for rows in parts]),
        np.concatenate(fold), np.concatenate(group), np.array(names),
    )  # fmt: skip


def examples_of(table: Table, h: int, rows: np.ndarray) -> Examples:
    """Take rows at a horizon; kinds of flights weigh by ``SHARES``, not by their numbers."""
    rows = rows[np.isfinite(table.truth[rows, h, 0])]
    name = table.names[table.group[rows]]
    simulated = np.isin(name, TRAINING_KINDS)
    sort = np.where(simulated, "simulated", np.where(name == "airliner", "airliner", "other"))
    weight = np.ones(len(rows))
    for kind, share in SHARES.items():
        for part in TRAINING_KINDS if kind == "simulated" else [None]:
            chosen = (sort == kind) if part is None else name == part
            weight[chosen] = share / (len(TRAINING_KINDS) if part is not None else 1) / max(chosen.sum(), 1)
    weight *= len(rows) / weight.sum()
    return Examples(
        np.ascontiguousarray(table.features[:, h][rows]), table.truth[rows, h], table.unit_m[rows],
        weight.astype(np.float32),
    )  # fmt: skip


def report(table: Table, h: int, network: Network, fold: int) -> None:
    """Print the medians on the fold that was left out, against the baselines."""
    rows = np.flatnonzero((table.fold == fold) & np.isfinite(table.truth[:, h, 0]) & (table.age_s >= 60.0))
    left = examples_of(table, h, rows)
    blended, _ = network.predict(left)
    miss = np.hypot(*(blended - left.truth).T)
    others = np.hypot(*(left.places() - left.truth[:, None]).transpose(2, 0, 1))
    name = table.names[table.group[rows]]
    for source in np.unique(name):
        chosen = name == source
        base = {k: float(np.median(others[chosen, MODELS.index(k)])) for k in ("mean-5", "mean-60", "turn-20")}
        print(
            f"fold {fold} {HORIZONS_S[h]:4.0f} s {source:24s} n {chosen.sum():5d} median {np.median(miss[chosen]):7.0f}"
            f" m, {100 * (1 - np.median(miss[chosen]) / min(base.values())):3.0f} % under the best of"
            f" {', '.join(f'{k} {v:.0f}' for k, v in base.items())}", flush=True,
        )  # fmt: skip


_TABLE: Table | None = None
_START: list[Network] = []
"""For the processes that train: they see both as they were when they began."""


def train_one(task: tuple[int, int]) -> tuple[tuple[int, int], Network]:
    """Train one network: without a fold (``FOLDS``: with all of them), at a horizon."""
    fold, h = task
    assert _TABLE is not None
    examples = examples_of(_TABLE, h, np.flatnonzero(_TABLE.fold != fold))
    start = _START[h] if fold == FOLDS and _START else None
    epochs = FOLD_EPOCHS if fold < FOLDS else FURTHER_EPOCHS if start else EPOCHS
    network = train_network(examples, HORIZONS_S[h], SEED + h, epochs, start)
    if fold < FOLDS:
        report(_TABLE, h, network, fold)
    return task, network


def remake_routes() -> None:
    """Write the cones that come with the package, those of routes made anew."""
    text = (TARGET / "cones.json").read_text(encoding="utf-8")
    package = read_blend((TARGET / "blend.npz").read_bytes())
    cones = calibrate_routes(package, read_cones(text))
    note = str(json.loads(text)["note"]).partition(ROUTES_NOTE)[0]
    (TARGET / "cones.json").write_text(write_cones(cones, note + ROUTES_NOTE), encoding="utf-8")


def main() -> None:
    """Train, and write what comes with the package."""
    global _TABLE
    if "--routes" in sys.argv:
        remake_routes()
        return
    started = time.monotonic()
    _TABLE = build_table()
    if "--further" in sys.argv:
        _START[:] = networks_of(read_blend((TARGET / "blend.npz").read_bytes()))
    print(f"{len(_TABLE.fold)} rows after {time.monotonic() - started:.0f} s", flush=True)
    trained = range(FOLDS) if "--cones" in sys.argv else (FOLDS, *range(FOLDS))
    tasks = [(fold, h) for fold in trained for h in range(len(HORIZONS_S))]
    with get_context("fork").Pool(PROCESSES, maxtasksperchild=1) as pool:
        networks = dict(pool.imap_unordered(train_one, tasks, chunksize=1))
    print(f"trained after {time.monotonic() - started:.0f} s", flush=True)
    blends = {}
    for fold in trained:
        packed = BytesIO()
        arrays = stacked([networks[fold, h] for h in range(len(HORIZONS_S))])
        np.savez_compressed(packed, **arrays)  # type: ignore[arg-type]
        blends[fold] = read_blend(packed.getvalue())
        if fold == FOLDS:
            (TARGET / "blend.npz").write_bytes(packed.getvalue())
    package = read_blend((TARGET / "blend.npz").read_bytes())
    cones, note = calibrate_cones([blends[fold] for fold in range(FOLDS)], package)
    (TARGET / "cones.json").write_text(write_cones(cones, note), encoding="utf-8")


if __name__ == "__main__":
    main()
