"""Measure the history: a day of tracks on disk, and how fast parts of it come back.

Run: python benchmarks/bench_history.py [--hours 24] [--tracks 1000] [--period 4] [--folder PATH]
Prints one JSON object a line: figure, value, unit, limit, ok, command, note. Exit code 1: a limit was missed. The data
(6 GB) lies in a temporary folder while it runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sargas.model.columns import Float64
from sargas.model.label import Label
from sargas.model.tracks import CLASSES, Tracks
from sargas.runtime.history import TRACKS, History, HistoryWriter
from sargas.runtime.history.area import Area
from sargas.runtime.history.files import write_parquet
from sargas.runtime.history.layout import LABEL_COLUMN, NS_PER_HOUR, complete
from sargas.runtime.history.manifest import Manifest
from sargas.runtime.history.questions import TracksQuestion
from sargas.runtime.history.recorder import Recorder
from sargas.runtime.history.search import TrackSearch

S = 1_000_000_000
FIRST_HOUR = 497_224
START_NS = FIRST_HOUR * NS_PER_HOUR
HOUR_LIMIT_MS = 100.0
LABEL = Label(releasable_to=("LTU", "LVA", "POL"), originator="LTU")


def make_hour(hour: int, tracks: int, period_s: int, rng: np.random.Generator) -> pa.Table:
    """Return an hour of straight flights over the Baltics, all columns filled, sorted by track and time."""
    steps = 3600 // period_s
    n = tracks * steps
    seconds = np.tile(np.arange(steps, dtype=np.int64) * period_s, tracks)
    track = np.repeat(np.arange(tracks, dtype=np.int64), steps)

    def each(low: float, high: float) -> Float64:
        return np.repeat(rng.uniform(low, high, tracks), steps)

    east_mps, north_mps = each(-250, 250), each(-250, 250)
    latitude_deg = each(53.5, 59.5) + north_mps * seconds / 111_320 + rng.normal(0, 1e-4, n)
    columns = {
        "time_ns": START_NS + hour * NS_PER_HOUR + seconds * S,
        "track_id": track + 1,
        "latitude_deg": latitude_deg,
        "longitude_deg": each(20, 28) + east_mps * seconds / 62_000 + rng.normal(0, 1e-4, n),
        "altitude_m": each(50, 12_000) + rng.normal(0, 20, n),
        "velocity_east_mps": east_mps + rng.normal(0, 2, n),
        "velocity_north_mps": north_mps + rng.normal(0, 2, n),
        "velocity_up_mps": rng.normal(0, 1, n),
        "covariance": pa.FixedSizeListArray.from_arrays(pa.array(rng.standard_normal(n * 21)), 21),
        "status": pa.DictionaryArray.from_arrays(np.ones(n, np.int8), pa.array(["tentative", "confirmed"])),
        "update_time_ns": START_NS + hour * NS_PER_HOUR + seconds * S - S,
        "class_probabilities": pa.FixedSizeListArray.from_arrays(
            pa.array(rng.random(n * len(CLASSES), np.float32)), len(CLASSES)
        ),
        "contributing_sensors": pa.ListArray.from_arrays(
            pa.array(np.arange(n + 1, dtype=np.int32)), pa.repeat(pa.scalar("karmelava"), n)
        ),
        "icao_address": pa.DictionaryArray.from_arrays(
            track.astype(np.int32), pa.array([f"{0x4CA000 + i:06x}" for i in range(tracks)])
        ).cast(pa.string()),
        "mode_3a": pa.repeat(pa.scalar("7000"), n),
        "callsign": pa.DictionaryArray.from_arrays(
            track.astype(np.int32), pa.array([f"LOT{i}" for i in range(tracks)])
        ).cast(pa.string()),
        "flags": np.zeros(n, np.uint16),
        "existence": np.full(n, 0.99, np.float32),
        "position_95_m": rng.uniform(50, 500, n).astype(np.float32),
        "velocity_95_mps": rng.uniform(1, 20, n).astype(np.float32),
        "consistency": rng.uniform(0.5, 1.5, n).astype(np.float32),
        "rcs_dbsm": rng.uniform(-20, 20, n).astype(np.float32),
        LABEL_COLUMN: pa.repeat(pa.scalar(LABEL.model_dump_json()), n),
    }
    return complete(pa.table(columns), TRACKS.stored_schema)


def write_day(root: Path, hours: int, tracks: int, period_s: int) -> tuple[int, float, int]:
    """Write the hours as compaction leaves them; return rows, seconds spent writing, bytes."""
    rng = np.random.default_rng(7)
    folder = root / TRACKS.name
    folder.mkdir(parents=True)
    manifest = Manifest(folder)
    manifest.open_for_writing()
    rows, seconds, size = 0, 0.0, 0
    for hour in range(hours):
        table = make_hour(hour, tracks, period_s, rng)
        begin = time.perf_counter()
        entry = write_parquet(folder, TRACKS, FIRST_HOUR + hour, manifest.next_number, [table], is_sorted=True)
        manifest.commit(add=[entry])
        seconds += time.perf_counter() - begin
        rows, size = rows + entry.rows, size + entry.bytes
    return rows, seconds, size


def compact_hour(root: Path, tracks: int, period_s: int) -> float:
    """Write an hour as sixty files of a minute, as the writer does, and return the seconds to make them one."""
    recorder = Recorder(root, TRACKS, roll_after_s=60, roll_rows=500_000, compact_after_s=300)
    manifest = Manifest(recorder.folder)
    manifest.open_for_writing()
    table = make_hour(0, tracks, period_s, np.random.default_rng(8))
    minute = table.column("time_ns").to_numpy() % NS_PER_HOUR // (60 * S)
    for number in range(60):
        rows = table.filter(pa.array(minute == number))
        manifest.commit(
            add=[write_parquet(recorder.folder, TRACKS, FIRST_HOUR, manifest.next_number, [rows], is_sorted=False)]
        )
    recorder.close()
    recorder = Recorder(root, TRACKS, roll_after_s=60, roll_rows=500_000, compact_after_s=300)
    begin = time.perf_counter()
    recorder.compact(FIRST_HOUR + 1)
    seconds = time.perf_counter() - begin
    recorder.close()
    return seconds


def append_rows(root: Path, batches: int, tracks: int) -> float:
    """Append report batches through the writer and return rows a second until the last is on the disk."""
    n = np.zeros(tracks)
    ids = np.arange(tracks, dtype=np.int64)
    made = [
        Tracks.of(
            time_ns=np.full(tracks, START_NS + step * 4 * S, np.int64),
            track_id=ids,
            latitude_deg=n + 55,
            longitude_deg=n + 24,
            altitude_m=n,
            velocity_east_mps=n,
            velocity_north_mps=n,
            velocity_up_mps=n,
            label=LABEL,
        )
        for step in range(batches)
    ]
    writer = HistoryWriter(root)
    begin = time.perf_counter()
    for batch in made:
        writer.append(batch)
    writer.flush(600)
    seconds = time.perf_counter() - begin
    writer.close()
    return batches * tracks / seconds


def time_queries(ask: Callable[[], pa.Table], before: Callable[[], None], repeats: int) -> tuple[float, float, int]:
    """Return the median and the worst time in ms of a query, and its rows."""
    times_ms, rows = [], 0
    for _ in range(repeats):
        before()
        begin = time.perf_counter()
        rows = len(ask())
        times_ms.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times_ms), max(times_ms), rows


def forget_pages(root: Path) -> None:
    """Ask the kernel to drop its copies of the files, so that the next query reads the disk."""
    for path in root.glob("*/*/*.parquet"):
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def report(figure: str, value: float, unit: str, limit: float | None, note: str) -> bool:
    """Print one figure; return whether it is within its limit."""
    ok = None if limit is None else value <= limit
    load = os.getloadavg()[0]
    line = {
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "limit": None if limit is None else f"<= {limit:g} {unit}",
        "ok": ok,
        "command": " ".join(["python benchmarks/bench_history.py", *sys.argv[1:]]),
        "note": f"{note}; {os.cpu_count()} cores, load {load:.1f}",
    }
    print(json.dumps(line), flush=True)
    return ok is not False


def run(root: Path, hours: int, tracks: int, period_s: int) -> bool:
    """Measure everything and print it; return whether every limit was met."""
    rows, seconds, size = write_day(root / "day", hours, tracks, period_s)
    what = f"{rows / 1e6:.1f} M rows: {hours} h, {tracks} tracks each {period_s} s"
    report("history_write_rows_per_s", rows / seconds, "rows/s", None, f"{what}, Parquet with sync and SHA-256")
    report("history_bytes_per_row", size / rows, "B", None, f"{what}, all columns, random covariances")
    history = History(root / "day")
    start_ns = START_NS + (hours // 2) * NS_PER_HOUR
    whole = (START_NS, START_NS + hours * NS_PER_HOUR)
    hour = (start_ns, start_ns + NS_PER_HOUR)
    questions: list[tuple[str, Callable[[], pa.Table], Callable[[], None], float | None]] = [
        ("history_hour_ms", lambda: history.tracks_between(*hour), lambda: None, HOUR_LIMIT_MS),
        ("history_hour_cold_ms", lambda: history.tracks_between(*hour), lambda: forget_pages(root / "day"), None),
        (
            "history_hour_across_two_ms",
            lambda: history.tracks_between(start_ns - NS_PER_HOUR // 2, start_ns + NS_PER_HOUR // 2),
            lambda: None,
            HOUR_LIMIT_MS,
        ),
        (
            "history_part_of_hour_ms",
            lambda: history.tracks_between(start_ns + 600 * S, start_ns + 1800 * S),
            lambda: None,
            None,
        ),
        (
            "history_box_10_min_ms",
            lambda: history.tracks_between(start_ns, start_ns + 600 * S, bbox=(24.0, 54.5, 26.0, 55.5)),
            lambda: None,
            None,
        ),
        ("history_track_in_hour_ms", lambda: history.tracks_between(*hour, track_id=500), lambda: None, None),
        ("history_track_in_all_ms", lambda: history.tracks_between(*whole, track_id=500), lambda: None, None),
    ]
    search = TrackSearch(root / "day", answer_within_s=600.0)
    asked: dict[str, Any] = {"may_see": lambda _: True, "limit": 100}
    six_hours = (whole[0], min(whole[1], whole[0] + 6 * NS_PER_HOUR))
    questions += [
        (
            "history_search_hour_ms",
            lambda: search.ask(TracksQuestion(start_ns=hour[0], end_ns=hour[1], **asked)),
            lambda: None,
            None,
        ),
        (
            "history_search_box_hour_ms",
            lambda: search.ask(
                TracksQuestion(start_ns=hour[0], end_ns=hour[1], area=Area((24.0, 54.5, 26.0, 55.5)), **asked)
            ),
            lambda: None,
            None,
        ),
        (
            "history_search_6_hours_ms",
            lambda: search.ask(TracksQuestion(start_ns=six_hours[0], end_ns=six_hours[1], **asked)),
            lambda: None,
            None,
        ),
    ]
    met = True
    for figure, ask, before, limit in questions:
        ask()
        median_ms, worst_ms, found = time_queries(ask, before, repeats=5 if "search" in figure else 15)
        met &= report(figure, median_ms, "ms", limit, f"median, worst {worst_ms:.0f} ms, {found} rows, {what}")
    history.close()
    search.close()
    compact_s = compact_hour(root / "compact", tracks, period_s)
    report("history_compact_hour_s", compact_s, "s", None, f"60 files of {tracks} tracks each {period_s} s to one")
    rate = append_rows(root / "append", 200, tracks)
    report("history_append_rows_per_s", rate, "rows/s", None, f"200 batches of {tracks} tracks, to the disk")
    return met


def main() -> None:
    """Read the options, measure in a folder that is removed afterwards."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--tracks", type=int, default=1000)
    parser.add_argument("--period", type=int, default=4, help="seconds between two states of a track")
    parser.add_argument("--folder", type=Path, default=None, help="where to make the temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        sys.exit(0 if run(Path(folder), options.hours, options.tracks, options.period) else 1)


if __name__ == "__main__":
    main()
