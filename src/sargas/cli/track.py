"""``sargas track``: plots of a file through the tracker to tracks in a file, and how fast that went."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable
from sargas.cli.sensor_file import read_sensor_file

if TYPE_CHECKING:
    import pyarrow as pa

    from sargas.model.plots import Plots
    from sargas.model.records import Sensor
    from sargas.model.tracks import Tracks
    from sargas.tracking.parameters import Parameters
    from sargas.tracking.tracker import Tracker

NS_PER_S = 1_000_000_000


def track(
    plots: Annotated[Path, typer.Argument(help="Parquet file of plots, rows in order of arrival")],
    sensors: Annotated[Path, typer.Option(help="TOML file with a [[sensor]] table for each sensor")],
    out: Annotated[Path, typer.Option(help="Parquet file of tracks to write")],
    report_period: Annotated[
        float, typer.Option(min=0.1, help="Seconds between reports; they fall on multiples of it since 1970 UTC")
    ] = 4.0,
    registration: Annotated[
        Path | None, typer.Option(help="JSON file of the biases found of every radar, with their sigmas, to write")
    ] = None,
    parameters: Annotated[
        Path | None, typer.Option(help="TOML file of tracking parameters that differ from their defaults")
    ] = None,
) -> None:
    """Track the plots of a file; writes confirmed tracks at every report time, prints one JSON line of figures.

    Each report uses only plots that had arrived by it. CPU time is that of the tracker (laying out plots, scans, ticks,
    reports) without reading and writing files and without the one-time compilation of its kernels.
    """
    import json

    import pyarrow.parquet as pq

    try:
        batch, configured = _read_input(plots, sensors)
        tuned = _read_parameters(parameters)
        for option, path in (("--out", out), ("--registration", registration)):
            if path is not None:
                refuse_unwritable(option, path)
    except (OSError, ValueError) as error:
        raise Failure(str(error), USAGE) from None
    tracker = _tracker(batch, configured, tuned)
    reports, figures = _run(batch, tracker, round(report_period * NS_PER_S))
    with open_whole(out) as file:
        pq.write_table(_join(reports), file)
    if registration is not None:
        with open_whole(registration) as file:
            file.write(json.dumps(tracker.biases(), indent=1).encode())
    typer.echo(json.dumps(figures))


def _read_input(plots: Path, sensors: Path) -> tuple[Plots, tuple[Sensor, ...]]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sargas.model.plots import Plots

    for path in (sensors, plots):
        if not path.is_file():
            raise ValueError(f"{path}: expected a file, was none: check the path")
    configured = read_sensor_file(sensors)
    try:
        batch = Plots.from_arrow(pq.read_table(plots))
    except (pa.ArrowException, ValueError, OSError) as error:
        raise ValueError(f"{plots}: {error}") from None
    if not len(batch):
        raise ValueError(f"{plots}: expected one or more plots, was none")
    if (np.diff(batch.receive_time_ns) < 0).any():
        row = int(np.argmax(np.diff(batch.receive_time_ns) < 0)) + 1
        raise ValueError(f"{plots}: expected rows sorted by receive_time_ns, was earlier at row {row}: sort the file")
    return batch, configured


def _read_parameters(path: Path | None) -> Parameters:
    from sargas.tracking.parameters import DEFAULT, read_parameters

    if path is None:
        return DEFAULT
    try:
        return read_parameters(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _tracker(plots: Plots, sensors: tuple[Sensor, ...], parameters: Parameters) -> Tracker:
    from sargas.tracking.tracker import Tracker
    from sargas.tracking.warm import warm_up

    warm_up()
    return Tracker(sensors, _origin(plots, sensors), parameters)


def _run(plots: Plots, tracker: Tracker, period_ns: int) -> tuple[list[Tracks], dict[str, object]]:
    # scans in order of arrival; a tick at every whole second and a report at every multiple of the period before them
    from itertools import pairwise
    from time import process_time

    import numpy as np

    from sargas.runtime.recording import LONGEST_GAP_TICKS

    reports: list[Tracks] = []
    scan_s: list[float] = []
    started = process_time()
    rows = tracker.rows_for(plots)
    edges = _scan_edges(plots, period_ns)
    arrival = int(plots.receive_time_ns[0])
    tick, due = _next_multiple(arrival, NS_PER_S), _next_multiple(arrival, period_ns)
    for start, stop in pairwise(edges):
        silent, arrival = arrival + LONGEST_GAP_TICKS * NS_PER_S, int(plots.receive_time_ns[start])
        while min(tick, due) < arrival:
            if min(tick, due) > silent:  # every track has ended; a gap of days need not tick through the nights
                tick, due = _next_multiple(arrival, NS_PER_S), _next_multiple(arrival, period_ns)
                break
            if tick <= due:
                tracker.advance(tick)
                tick += NS_PER_S
            else:
                reports.append(tracker.report(due))
                due += period_ns
        began = process_time()
        tracker.absorb(plots, rows, start, stop)
        scan_s.append(process_time() - began)
    reports.append(tracker.report(due))
    cpu_s = process_time() - started
    p50, p99 = np.percentile(scan_s, (50, 99)) * 1e3
    return reports, {
        "plots": len(plots),
        "cpu_seconds": round(cpu_s, 6),
        "plots_per_second": round(len(plots) / cpu_s, 1),
        "p50_ms": round(float(p50), 4),
        "p99_ms": round(float(p99), 4),
        "peak_rss_mb": _peak_rss_mb(),
        "scans": len(scan_s),
        "reports": len(reports),
        "track_rows": sum(len(report) for report in reports),
        "counts": tracker.counts,
    }


def _next_multiple(time_ns: int, period_ns: int) -> int:
    return -(-time_ns // period_ns) * period_ns


def _origin(plots: Plots, sensors: tuple[Sensor, ...]) -> tuple[float, float]:
    # the region frame is exact anywhere; its origin only has to be near enough for the grid to be of use
    import numpy as np

    placed = [s for s in sensors if s.latitude_deg is not None and s.longitude_deg is not None]
    if placed:
        north = np.array([s.latitude_deg for s in placed], float)
        return float(north.mean()), float(np.array([s.longitude_deg for s in placed], float).mean())
    here = np.flatnonzero(np.isfinite(plots.latitude_deg) & np.isfinite(plots.longitude_deg))
    return (float(plots.latitude_deg[here[0]]), float(plots.longitude_deg[here[0]])) if len(here) else (0.0, 0.0)


def _scan_edges(plots: Plots, period_ns: int) -> list[int]:
    # a scan ends where sensor, scan number or, across a report or tick, the time of arrival changes
    import numpy as np

    slot = plots.receive_time_ns // NS_PER_S
    report = plots.receive_time_ns // period_ns
    change = np.zeros(len(plots) - 1, bool)
    for column in (plots.sensor, plots.scan, slot, report):
        change |= np.diff(column) != 0
    return [0, *(np.flatnonzero(change) + 1).tolist(), len(plots)]


def _join(reports: list[Tracks]) -> pa.Table:
    import pyarrow as pa

    batches = [report.to_arrow() for report in reports]
    last = batches[-1].schema.metadata
    return pa.Table.from_batches([batch.replace_schema_metadata(last) for batch in batches])


def _peak_rss_mb() -> float:
    import resource

    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
