"""Disorder: plots that come late and out of order must make the same tracks as the same plots in order of time.

Compared where everything measured so far has arrived in both, so that nothing but the order differs: time is cut into
spans, every scan arrives up to 10 s late in any order but by the end of its span, and reports fall on the ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.tracking.figure import Limit, tell
from benchmarks.tracking.lab import UNTIL_S, Lab
from benchmarks.tracking.paired import describe
from sargas.cli.score_files import read_picture, read_truth
from sargas.exercise.scoring.frames import build_frames
from sargas.exercise.scoring.picture_figures import picture_figures
from sargas.model.columns import NS_PER_S, Int64

Figures: TypeAlias = dict[str, float]
OBJECTS, SEEDS = 1000, (21, 22, 23)
"""Of 100 objects ten seeds leave an interval far wider than the limit."""
CAUSES = ("loc_rmse", "missed", "false")
SPAN_S, DELAY_S = 12, 10.0
"""Every third report time of the benchmark ends a span."""


def measure_order(lab: Lab) -> None:
    """Tell GOSPA of plots out of order over that of the same plots in order, and by which cause they differ."""
    mixed, sorted_, delays = [], [], []
    for seed in SEEDS[:1] if lab.is_quick else SEEDS:
        scenario = lab.scenario(OBJECTS, seed, "hard")
        plots = pq.read_table(scenario / "plots.parquet")
        time_ns = plots["time_ns"].to_numpy()
        late = late_arrival_ns(plots, np.random.default_rng([seed, 5]))
        delays.append(float((late - time_ns).mean() / NS_PER_S))
        write_received(scenario / "in-order.parquet", plots, time_ns)
        write_received(scenario / "out-of-order.parquet", plots, late)
        sorted_.append(figures_at_ends(lab, scenario, "in-order.parquet"))
        mixed.append(figures_at_ends(lab, scenario, "out-of-order.parquet"))
    late_m, on_time_m = ([one["gospa_per_target"] for one in both] for both in (mixed, sorted_))
    tell(
        f"GOSPA out of order / in order, hard, {OBJECTS:,} objects", float(np.mean(late_m) / np.mean(on_time_m)), "",
        Limit(at_most=1.01),
        f"same plots, up to {DELAY_S:g} s late (mean {np.mean(delays):.1f} s) against sorted by time, at the "
        f"{SPAN_S} s report times by which all has arrived: "
        f"{describe(late_m, on_time_m, names=('out of order', 'in order'))}; ratios "
        f"{', '.join(f'{a / b:.3f}' for a, b in zip(late_m, on_time_m, strict=True))}; "
        + ", ".join(f"{name} {_mean(mixed, name)} against {_mean(sorted_, name)}" for name in CAUSES),
    )  # fmt: skip


def _mean(figures: list[Figures], name: str) -> str:
    return f"{np.mean([one[name] for one in figures]):.4g}"


def late_arrival_ns(plots: pa.Table, rng: np.random.Generator) -> Int64:
    """Draw when each plot arrives: each scan 0.05 to 10 s late, by the end of the span in which it was measured.

    Plots of one scan and one time arrive together.
    """
    time_ns = plots["time_ns"].to_numpy()
    sensor = plots["sensor_id"].combine_chunks().indices.to_numpy()
    key = np.c_[sensor, plots["scan"].to_numpy(), time_ns]
    scans, of_scan = np.unique(key, axis=0, return_inverse=True)
    delay_ns = np.round(rng.uniform(0.05, DELAY_S, len(scans)) * NS_PER_S).astype(np.int64)[of_scan.ravel()]
    span_ns = SPAN_S * NS_PER_S
    end_ns = -(-time_ns // span_ns) * span_ns
    arrival_ns: Int64 = np.minimum(time_ns + delay_ns, end_ns)
    return arrival_ns


def write_received(path: Path, plots: pa.Table, received_ns: Int64) -> None:
    """Write plots as they arrive at the given times; those of one time of arrival in order of measurement."""
    column = plots.column_names.index("receive_time_ns")
    received = plots.set_column(column, plots.schema.field(column), pa.array(received_ns))
    order = np.lexsort((plots["time_ns"].to_numpy(), received_ns))
    pq.write_table(received.take(pa.array(order)), path)


def figures_at_ends(lab: Lab, scenario: Path, plots: str) -> Figures:
    """Track a file of plots and return GOSPA and its causes of the reports at the ends of spans alone."""
    _, out = lab.track(scenario, "--report-period", str(SPAN_S), plots=plots)
    truth, picture = read_truth(scenario), read_picture(out)
    start_ns = int(truth.states.time_ns.min())
    frames = [
        frame
        for frame in build_frames(truth, picture, UNTIL_S)
        if (start_ns + round(frame.age_s * NS_PER_S)) % (SPAN_S * NS_PER_S) == 0
    ]
    measured, figures = picture_figures(frames, 32.0), Figures()
    for name in ("gospa_per_target", *CAUSES):
        value = measured[name]
        assert isinstance(value, float), f"expected a number of {name}, was {value}"
        figures[name] = value
    return figures
