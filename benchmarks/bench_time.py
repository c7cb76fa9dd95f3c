"""Measure the screen log: a day of 1,000 tracks at 1 Hz, written, then sought in. One JSON line a figure.

python benchmarks/bench_time.py [--hours N] [--tracks N] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.screen.sky import START_NS, UPDATES_A_SECOND, Sky
from sargas.console.frame import TrackFrame, decode_frame
from sargas.console.playback import Playback
from sargas.console.playback_messages import PlaybackRequest
from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.screen_log.writer import Retention, ScreenWriter

CHECKED, FIRST_SEEKS = 300, 60
PLAY_S, FASTEST = 20, 32.0
STEP_S = 0.1
NS_PER_S = 1_000_000_000


@dataclass
class Day:
    """What was written: seconds of the run, processor time it took, size, and what clients had at chosen seconds."""

    folder: Path
    seconds: int
    tracks: int
    seed: int
    write_s: float = 0.0
    octets: int = 0
    files: int = 0
    drawn: dict[int, dict[int, bytes]] = field(default_factory=dict)


def report(figure: str, value: float, unit: str, limit: float | None, note: str) -> None:
    """Print one figure; its limit is the most it may be."""
    line = {
        "figure": figure,
        "value": round(value, 4),
        "unit": unit,
        "limit": None if limit is None else f"<= {limit:g} {unit}",
        "ok": None if limit is None else bool(value <= limit),
        "command": "python benchmarks/bench_time.py",
        "note": f"{note}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    }
    print(json.dumps(line), flush=True)


def write_day(day: Day) -> None:
    """Write the log as a node does, a block a second; keep what clients had at some seconds."""
    sky, writer = Sky(day.tracks, day.seed), ScreenWriter(day.folder, Retention(2**62, 1 << 50))
    chosen = set(np.random.default_rng(day.seed).integers(1, day.seconds, CHECKED).tolist())
    recent: deque[ScreenUpdate] = deque(maxlen=UPDATES_A_SECOND)
    for second in range(day.seconds):
        updates = list(sky.updates(second))
        recent.extend(updates)
        started = time.process_time()
        writer.write(updates)
        day.write_s += time.process_time() - started
        if second in chosen:
            day.drawn[second] = rows_of(recent)
        if second % 3600 == 3599:
            print(f"{second // 3600 + 1} h, {writer.written_bytes / 1e6:.0f} MB", file=sys.stderr, flush=True)
    writer.close()
    day.octets = sum(path.stat().st_size for path in day.folder.iterdir())
    day.files = len(list(day.folder.iterdir()))


def rows_of(updates: deque[ScreenUpdate]) -> dict[int, bytes]:
    """Apply the frames of one second, which tell every track, as a client does."""
    rows: dict[int, bytes] = {}
    for update in updates:
        assert update.frame is not None
        frame = decode_frame(update.frame)
        for number in frame.deleted.tolist():
            rows.pop(number, None)
        rows |= bits_of(frame)
    return rows


def bits_of(frame: TrackFrame) -> dict[int, bytes]:
    """Return each row of a frame by the bits of all its columns."""
    columns = [frame.columns[name] for name in sorted(frame.columns)]
    return {int(n): b"".join(c[i].tobytes() for c in columns) for i, n in enumerate(frame.columns["track_id"])}


def seek(playback: Playback, second: int) -> tuple[float, float, TrackFrame]:
    """Go to the end of a second; returns ms until every byte for the client is there, ms of processor, the frame."""
    time_ns = START_NS + second * NS_PER_S + (UPDATES_A_SECOND - 1) * NS_PER_S // UPDATES_A_SECOND
    request = PlaybackRequest(type="playback", time_ms=time_ns / 1e6, paused=True)
    started, cpu = time.perf_counter(), time.process_time()
    messages = playback.obey(request)
    took_ms, cpu_ms = (time.perf_counter() - started) * 1e3, (time.process_time() - cpu) * 1e3
    assert isinstance(messages[-1], bytes)
    return took_ms, cpu_ms, decode_frame(messages[-1])


def measure_seeks(day: Day) -> None:
    """Seek to random seconds and compare every bit of every row with what clients were given then."""
    now_ns = START_NS + day.seconds * NS_PER_S
    playback, took, cpu, wrong = Playback(day.folder, lambda: now_ns), [], [], 0
    for second, expected in day.drawn.items():
        ms, cpu_ms, frame = seek(playback, second)
        took.append(ms)
        cpu.append(cpu_ms)
        wrong += bits_of(frame) != expected
    note = f"{len(took)} random instants of {day.seconds / 3600:g} h, {day.tracks} tracks at 1 Hz, seed {day.seed}"
    p50, p95, worst = np.percentile(took, (50, 95, 100))
    report("seek in the screen log, p50", p50, "ms", None, f"{note}; processor time {np.median(cpu):.1f} ms")
    report("seek in the screen log, p95", p95, "ms", 300, note)
    report(
        "seek in the screen log, worst",
        worst,
        "ms",
        300,
        f"{note}; the first {took[0]:.0f} ms, of processor {cpu[0]:.0f} ms",
    )
    report(
        "seek in the screen log, worst processor time", max(cpu), "ms", 300, f"{note}; garbage of the process is in it"
    )
    report("seeks that did not give live's rows bit for bit", wrong, "seeks", 0, note)
    seconds = np.random.default_rng(day.seed + 1).integers(1, day.seconds, FIRST_SEEKS).tolist()
    first = [seek(Playback(day.folder, lambda: now_ns), second)[0] for second in seconds]
    unknown = f"{FIRST_SEEKS} clients that know no file yet"
    report("first seek of a client, p95", float(np.percentile(first, 95)), "ms", 300, unknown)
    trails = [trails_of(playback, second) for second in seconds]
    note = f"sent after the instant, on a thread; processor time {np.median([cpu_ms for _, cpu_ms in trails]):.0f} ms"
    report("trails of an instant, p95", float(np.percentile([ms for ms, _ in trails], 95)), "ms", None, note)


def trails_of(playback: Playback, second: int) -> tuple[float, float]:
    """Go to a second and ask for its trails; returns milliseconds until they are there, and of processor."""
    seek(playback, second)
    started, cpu = time.perf_counter(), time.process_time()
    playback.trails()
    return (time.perf_counter() - started) * 1e3, (time.process_time() - cpu) * 1e3


def measure_playing(day: Day) -> None:
    """Play at the highest speed and see what that costs."""
    now_ns = START_NS + day.seconds * NS_PER_S
    playback = Playback(day.folder, lambda: now_ns)
    seek(playback, day.seconds // 3)
    playback.obey(PlaybackRequest(type="playback", speed=FASTEST, paused=False))
    steps, started = round(PLAY_S / STEP_S), time.process_time()
    worst = 0.0
    for _ in range(steps):
        before = time.perf_counter()
        playback.advance(STEP_S)
        worst = max(worst, time.perf_counter() - before)
    cost = (time.process_time() - started) / PLAY_S * 100
    report(
        f"playing at {FASTEST:g} times, of one core",
        cost,
        "%",
        None,
        f"one client, ten frames a second; slowest frame {worst * 1e3:.0f} ms",
    )


def main() -> None:
    """Measure in a temporary folder on the disk of the present one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--tracks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=".", prefix=".bench-time-") as name:
        day = Day(Path(name), round(given.hours * 3600), given.tracks, given.seed)
        write_day(day)
        rows = day.seconds * day.tracks
        note = (
            f"{rows / 1e6:.1f} M rows in ten updates a second, {day.files} files; {given.hours:g} h, seed {given.seed}"
        )
        report("screen log of a day", day.octets / day.seconds * 86400 / 1e9, "GB", None, note)
        report(
            "screen log, bytes a row", day.octets / rows, "B", None, f"28 B as sent; sections and names in it; {note}"
        )
        cost = day.write_s / day.seconds * 1e3
        report(
            "writing the screen log, processor time a second",
            cost,
            "ms",
            20,
            f"beside core and console, on a thread of its own; {note}",
        )
        measure_seeks(day)
        measure_playing(day)


if __name__ == "__main__":
    main()
