"""Measure the fused picture of two nations with a tracker each: half of the radars each, or the same radars.

``python benchmarks/bench_two_nations.py``. Scenarios and their truth come from the shared generator; trackers and
fusion run as ``sargas track`` and ``sargas fuse``, one after the other in fresh processes. The partner's reports come
every 4 s. Limits and rules of the fusion were chosen on seeds 1 to 8 and 21 to 25; the figures are of seeds 26 to 30.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tracking.lab import Lab, Scored, run, scored
from benchmarks.tracking.main import find_bench
from sargas.exercise.scoring.columns import States
from sargas.exercise.scoring.consistency import error_enu, nees
from sargas.tracking.fusion import unpack

Array = np.ndarray[Any, Any]
COMMAND = "python benchmarks/bench_two_nations.py"
SEEDS = (26, 27, 28, 29, 30)
OBJECTS = 100
LOST = 0.1
"""Share of the plots of the same radars that do not reach the partner, so that its tracks are others than ours."""
PICTURES = ("ours", "theirs", "fused", "all plots")


def main() -> None:
    """Print all figures."""
    bench = find_bench()
    if bench is None:
        tell("picture of two nations", None, None, None, "not measured: shared/bench with scenario.py is not there")
        return
    with tempfile.TemporaryDirectory(prefix="sargas-nations-") as folder:
        lab = Lab(bench, Path(folder), None, "no peer does this", is_quick=False)
        measure_halves(lab)
        measure_same(lab, 0.0)
        measure_same(lab, LOST)


def measure_halves(lab: Lab) -> None:
    """Compare the fused picture with those of the two nations and with one tracker that has every plot."""
    reports = [share(lab, seed, is_halved=True) for seed in SEEDS]
    gospa = {name: mean(reports, name, "gospa_per_target") for name in PICTURES}
    worst = max(r["fused"]["gospa_per_target"] / r["ours"]["gospa_per_target"] for r in reports)
    note = f"GOSPA per object, m: {told(gospa)}; worst seed {worst:.3f}; {len(SEEDS)} seeds of {OBJECTS} objects"
    ratio = gospa["fused"] / gospa["ours"]
    tell("GOSPA with a partner over without, each half of the radars", ratio, "<= 1", worst <= 1.0, note)
    missed = {name: mean(reports, name, "missed") for name in PICTURES}
    twice = mean(reports, "fused", "false") - mean(reports, "ours", "false")
    note = f"missed: {told(missed)}; tracks that nothing explains, more than ours alone: {twice:.3f} an object"
    tell("missed objects with a partner over without", missed["fused"] / missed["ours"], None, None, note)
    tell_gained(np.concatenate([r["gained"] for r in reports]))


def tell_gained(rows: Array) -> None:
    """Tell how the rows of ours that gained compare with the same rows alone."""
    ours, fused = np.sqrt((rows[:, :2] ** 2).mean(axis=0)).tolist()
    middle = np.median(rows, axis=0).tolist()
    note = f"RMSE {ours:.0f} to {fused:.0f} m, median {middle[0]:.0f} to {middle[1]:.0f} m, {len(rows)} rows"
    tell("position RMSE of fused rows over the same rows alone", fused / ours, "<= 1", fused <= ours, note)
    note = f"alone {rows[:, 2].mean():.2f}; median {middle[2]:.2f} to {middle[3]:.2f}, expected 2.37; mean expected 3"
    tell("NEES of position of fused rows, mean", float(rows[:, 3].mean()), None, None, note)


def measure_same(lab: Lab, lost: float) -> None:
    """Give both nations every radar: hardly anything can be gained, and nothing may be told or counted twice."""
    reports = [share(lab, seed, is_halved=False, lost=lost) for seed in SEEDS]
    ours, fused = (mean(reports, name, "gospa_per_target") for name in ("ours", "fused"))
    worst = max(r["fused"]["gospa_per_target"] / r["ours"]["gospa_per_target"] for r in reports)
    false = told({name: mean(reports, name, "false") for name in ("ours", "theirs", "fused")})
    note = f"{ours:.1f} m to {fused:.1f} m; worst seed {worst:.3f}; tracks that nothing explains, an object: {false}"
    if lost:
        tell(
            f"GOSPA with a partner over without, the same radars, {lost:.0%} lost",
            fused / ours,
            "<= 1",
            worst <= 1.0,
            note,
        )
    else:
        tell("GOSPA with a partner over without, the same radars", fused / ours, "<= 1", worst <= 1.0, note)


def share(lab: Lab, seed: int, *, is_halved: bool, lost: float = 0.0) -> dict[str, Any]:
    """Track a scenario for two nations, fuse, and score all pictures; a share of their plots does not reach them."""
    scenario = lab.scenario(OBJECTS, seed, "surveillance")
    plots = pq.read_table(scenario / "plots.parquet")
    sensors = sorted(set(plots["sensor_id"].to_pylist()))
    files = {"all plots": lab.track(scenario)[1]}
    for name, ids in (("ours", sensors[0::2]), ("theirs", sensors[1::2])):
        kept = plots.filter(pc.field("sensor_id").isin(ids if is_halved else sensors))
        if lost and name == "theirs":
            kept = kept.filter(np.random.default_rng(seed).random(len(kept)) >= lost)
        pq.write_table(kept, scenario / f"{name}.parquet")
        files[name] = lab.track(scenario, plots=f"{name}.parquet")[1]
    files["fused"] = scenario / "tracks-fused.parquet"
    fuse = [sys.executable, "-m", "sargas.cli.main", "fuse", str(files["ours"]), str(files["theirs"])]
    heard = ",".join(sensors[0::2] if is_halved else sensors)
    run([*fuse, "--heard", heard, "--out", str(files["fused"])])
    found = {name: scored(scenario, path, {}) for name, path in files.items()}
    reports: dict[str, Any] = {name: one.report for name, one in found.items()}
    return reports | {"gained": compare_rows(found["ours"], found["fused"])}


def compare_rows(ours: Scored, fused: Scored) -> Array:
    """Return, of each row of ours that gained, its horizontal error (m) alone and fused, its NEES alone and fused."""
    assert ours.picture.covariance is not None
    assert fused.picture.covariance is not None
    names = list(zip(fused.picture.states.time_ns.tolist(), fused.picture.track_id.tolist(), strict=True))
    row_of = {name: row for row, name in enumerate(names)}
    good = [(frame, frame.pairs[frame.counted]) for frame in ours.frames if frame.age_s >= 16.0]
    objects = np.concatenate([frame.object_rows[pairs[:, 0]] for frame, pairs in good])
    alone = np.concatenate([frame.track_rows[pairs[:, 1]] for frame, pairs in good])
    times, numbers = ours.picture.states.time_ns[alone].tolist(), ours.picture.track_id[alone].tolist()
    together = np.array([row_of[name] for name in zip(times, numbers, strict=True)])
    gained = (ours.picture.covariance[alone] != fused.picture.covariance[together]).any(axis=1)
    columns = []
    for picture, rows in ((ours.picture, alone[gained]), (fused.picture, together[gained])):
        assert picture.covariance is not None
        errors = error_enu(take_states(ours.truth.states, objects[gained]), take_states(picture.states, rows))
        columns.append(
            (np.hypot(errors[:, 0], errors[:, 1]), nees(errors, unpack(picture.covariance[rows]), (0, 1, 2)))
        )
    return np.column_stack([columns[0][0], columns[1][0], columns[0][1], columns[1][1]])


def take_states(states: States, rows: Array) -> States:
    """Select rows."""
    return States(**{name: getattr(states, name)[rows] for name in States.__dataclass_fields__})


def mean(reports: list[dict[str, Any]], picture: str, figure: str) -> float:
    """Return the mean of a figure of one picture over the seeds."""
    return float(np.mean([report[picture][figure] for report in reports]))


def told(values: dict[str, float]) -> str:
    """Render one number of each picture."""
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())


def tell(figure: str, value: float | None, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    rounded = None if value is None else round(value, 4)
    line = {"figure": figure, "value": rounded, "unit": "", "limit": limit, "ok": ok, "command": COMMAND, "note": note}
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
