"""Check GNSS integrity: real flights as they are, moved away or jammed; tables of a spoofed airliner; a night.

Run: python benchmarks/bench_gnss.py. Prints one JSON object a line: figure, value, unit, limit, ok, command, note.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.spoofed_tables import FALSE_PLACE, KINDS, SPOOFED_FROM_S, START_S, make_table
from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.formats.positions.decode import PositionsDecoder
from sargas.formats.positions.recording import slices
from sargas.formats.registry import open_decoder
from sargas.identification.gnss import GnssMonitor
from sargas.identification.gnss_source import locate_source
from sargas.identification.gnss_watch import GnssWatch
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Configuration, GnssInterference, Source, Tick
from sargas.picture.integrity import Integrity
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime.recording import open_recording

SHARED = Path(os.environ.get("SARGAS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
SPEED_MPS = 25.7
SEEDS = (1, 2)
JAMMERS = ((47.2, 8.4), (46.9, 7.5), (47.0, 9.5))
REACHES_M = (100e3, 150e3)
BEGINS_MIN = (60, 200, 350, 500, 650)
BEFORE_MIN, AFTER_MIN = 20, 21
LOOKED_AT_MIN = 10.0
NIGHT_SEED, NIGHT_TARGETS, NIGHT_S = 1, 300, 600


def read(path: Path) -> list[Plots]:
    """Read the reports of a recording, batch by batch as a node would."""
    recording = open_recording(path)
    decoder = open_decoder(Source(name=path.name, format=recording.format), ())
    batches = (decoder.decode(time_ns, data).plots for time_ns, data in recording.datagrams())
    return [plots for plots in batches if plots is not None and len(plots)]


def airliners(batches: list[Plots]) -> list[Float64]:
    """Return (n, 7) time s, latitude, longitude, velocity east and north, level of unbroken flights above 25,000 ft."""
    names = ("latitude_deg", "longitude_deg", "velocity_east_mps", "velocity_north_mps", "flight_level_ft")
    rows = np.concatenate([np.c_[b.time_ns / 1e9, *(getattr(b, name) for name in names)] for b in batches])
    addresses = np.concatenate([b.icao_address for b in batches])
    flights = []
    for address in np.unique(addresses):
        flight = rows[addresses == address]
        broken = np.flatnonzero(np.diff(flight[:, 0]) > 60.0)
        flight = flight[: broken[0] + 1] if len(broken) else flight
        if len(flight) >= 100 and np.nanmedian(flight[:, 5]) > 25_000.0:
            flights.append(flight)
    return flights


def seconds_to_flag(flight: Float64) -> float:
    """Move the second half of a flight to the false place, slow; return the seconds until it is flagged."""
    half, moved = len(flight) // 2, flight.copy()
    since_s = moved[half:, 0] - moved[half, 0]
    moved[half:, 1] = FALSE_PLACE[0] + SPEED_MPS * since_s / 111_195.0
    moved[half:, 2], moved[half:, 3], moved[half:, 4] = FALSE_PLACE[1], 0.0, SPEED_MPS
    time_ns = (moved[:, 0] * 1e9).astype(np.int64)
    plots = Plots.of(
        time_ns=time_ns, receive_time_ns=time_ns, sensor_ids=("ads-b",), label=Label(),
        icao_address=np.ones(len(moved)), latitude_deg=moved[:, 1], longitude_deg=moved[:, 2],
        velocity_east_mps=moved[:, 3], velocity_north_mps=moved[:, 4], flight_level_ft=moved[:, 5],
    )  # fmt: skip
    found = [event.found_ns / 1e9 for event in GnssMonitor().update(plots) if event.end_ns is None]
    return found[0] - float(moved[half, 0]) if found else np.inf


def table_seconds_to_flag(name: str, seed: int) -> float:
    """Return the seconds until the airliner of a spoofed table is flagged."""
    monitor = GnssMonitor()
    decoder = PositionsDecoder(Source(name=name, format="positions"), every_row=True)
    for time_ns, data in slices(make_table(seed, KINDS[name])):
        plots = decoder.decode(time_ns, data).plots
        for event in monitor.update(plots) if plots is not None else ():
            return event.found_ns / 1e9 - START_S - SPOOFED_FROM_S
    return float("inf")


def jam(batches: list[Plots], place: tuple[float, float], reach_m: float, begin_min: int) -> tuple[float, float, bool]:
    """Lower NIC and NACp by range to a source from a minute on.

    Returns minutes to the first alarm, then, ten minutes in, km from the estimated source to the true one, and whether
    its 90 % radius holds it.
    """
    watch, alarm_min, error_km, is_inside = GnssWatch(), np.inf, np.inf, False
    start_ns = int(batches[0].time_ns.max()) + begin_min * 60 * NS_PER_S
    for plots in batches:
        time_ns = int(plots.time_ns.max())
        minute = (time_ns - start_ns) / 60e9
        if not -BEFORE_MIN <= minute <= AFTER_MIN:
            continue
        north_m = (plots.latitude_deg - place[0]) * 111_195.0
        east_m = (plots.longitude_deg - place[1]) * 111_195.0 * np.cos(np.deg2rad(place[0]))
        level = np.where(plots.time_ns >= start_ns, np.clip(1.0 - np.hypot(north_m, east_m) / reach_m, 0.0, 1.0), 0.0)
        nic, nac_p = np.ceil(8 * (1 - level)).astype(np.int8), np.ceil(9 * (1 - level)).astype(np.int8)
        watch.update(replace(plots, nic=nic, nac_p=nac_p))
        if not watch.is_due(time_ns):
            continue
        changes, _ = watch.advance(time_ns)
        if any(change.end_ns is None for change in changes):
            alarm_min = min(alarm_min, minute)
        if minute >= LOOKED_AT_MIN and np.isinf(error_km):
            source = locate_source(watch.cells.visits, start_ns)
            if source is not None:
                off_north_m = (source.latitude_deg - place[0]) * 111_195.0
                off_east_m = (source.longitude_deg - place[1]) * 111_195.0 * np.cos(np.deg2rad(place[0]))
                error_km = float(np.hypot(off_north_m, off_east_m)) / 1e3
                is_inside = 1e3 * error_km <= source.radius_90_m
    return alarm_min, error_km, is_inside


class Timed(Integrity):
    """Count the CPU time that the watch takes within the core."""

    cpu_s = longest_s = 0.0

    def take(self, *given: Any) -> Plots:
        """Time one batch."""
        started = time.process_time()
        plots = super().take(*given)
        self.cpu_s += time.process_time() - started
        return plots

    def tick(self, *given: Any) -> tuple[GnssInterference, ...]:
        """Time one tick."""
        started = time.process_time()
        told = super().tick(*given)
        took_s = time.process_time() - started
        self.cpu_s, self.longest_s = self.cpu_s + took_s, max(self.longest_s, took_s)
        return told


def watch_night() -> tuple[list[GnssInterference], float, float, float]:
    """Step a simulated night; return what is told, the CPU share of the watch, its longest tick (ms), records/h."""
    night, label = Night.of(NIGHT_SEED, targets=NIGHT_TARGETS, duration_s=NIGHT_S), Label(caveats=("EXERCISE",))
    settings, state, told = night.configuration(), State(), list[GnssInterference]()
    configuration = Configuration(
        id="c", time_ns=DEFAULT_START_NS, origin="n", label=label, node="n", nation="LTU", exercise=True,
        origin_latitude_deg=settings.origin[0], origin_longitude_deg=settings.origin[1], sources=settings.sources,
        sensors=settings.sensors, zones=settings.zones,
    )  # fmt: skip

    def put(time_ns: int, source: str, data: bytes) -> None:
        kind = "record" if source == "n" else "datagram"
        out = step(state, Envelope(0, time_ns, source, kind, data)).messages  # type: ignore[arg-type]
        told.extend(message for message in out if isinstance(message, GnssInterference))

    put(DEFAULT_START_NS, "n", configuration.model_dump_json().encode())
    assert state.picture is not None
    watch = state.picture.integrity = Timed(configuration)
    tick_ns, started = DEFAULT_START_NS + NS_PER_S, time.process_time()
    for sent in night.datagrams():
        while DEFAULT_START_NS + sent.offset_ns >= tick_ns:
            tick = Tick(id=f"t{tick_ns}", time_ns=tick_ns, origin="n", label=label)
            put(tick_ns, "n", tick.model_dump_json().encode())
            tick_ns += NS_PER_S
        put(DEFAULT_START_NS + sent.offset_ns, sent.source, sent.data)
    share = watch.cpu_s / (time.process_time() - started)
    return told, share, 1e3 * watch.longest_s, len(told) * 3600 / NIGHT_S


def report(figure: str, value: float | None, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    command = "python benchmarks/bench_gnss.py"
    line = {"figure": figure, "value": value, "unit": unit, "limit": limit, "ok": ok, "command": command, "note": note}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure everything."""
    folder = SHARED / "data/real/adsb"
    if folder.is_dir():
        measure_recordings(folder)
    else:
        report("GNSS check of recordings", None, "", None, None, "not measured: shared/data/real/adsb is not there")
    slowest = max((table_seconds_to_flag(name, seed), name) for name in KINDS for seed in SEEDS)
    note = f"{len(KINDS)} kinds of table, seeds {SEEDS}; slowest: {slowest[1]}"
    report("spoofed airliner in a noisy table flagged, slowest", slowest[0], "s", "<= 60 s", slowest[0] <= 60.0, note)
    measure_night()


def measure_recordings(folder: Path) -> None:
    """Check recordings as they are, and one of them with airliners moved away and with jammers."""
    reports, aircraft, events, cpu_s = 0, 0, 0, 0.0
    swiss: list[Plots] = []
    for path in sorted(folder.iterdir()):
        batches, watch = read(path), GnssWatch()
        started = time.process_time()
        for plots in batches:
            events += len(watch.update(plots))
            if watch.is_due(time_ns := int(plots.time_ns.max())):
                events += len(watch.advance(time_ns)[0])
        cpu_s += time.process_time() - started
        reports += sum(map(len, batches))
        aircraft += len({address for plots in batches for address in plots.icao_address.tolist() if address >= 0})
        swiss = batches if path.name.startswith("switzerland") else swiss
    note = f"{reports} reports of {aircraft} aircraft in {len(list(folder.iterdir()))} recordings"
    report("GNSS events raised on ordinary real flights", events, "", "= 0", events == 0, note)
    report("GNSS check, reports a CPU second", reports / cpu_s, "reports/s", None, None, "cells counted each 10 s")
    waits = np.array([seconds_to_flag(flight) for flight in airliners(swiss)])
    note = f"{len(waits)} airliners of switzerland.json.gz moved to {FALSE_PLACE} at {SPEED_MPS} m/s, 10 s a report"
    report("spoofed airliner flagged, slowest", float(waits.max()), "s", "<= 60 s", bool(waits.max() <= 60.0), note)
    measure_jammers(swiss)


def measure_jammers(swiss: list[Plots]) -> None:
    """Lower what is told of accuracy around jammers."""
    runs = [jam(swiss, place, reach, begin) for place in JAMMERS for reach in REACHES_M for begin in BEGINS_MIN]
    alarms, errors = np.array([run[0] for run in runs]), np.array([run[1] for run in runs])
    note = f"{len(runs)} runs: switzerland.json.gz, NIC and NACp lowered within {REACHES_M} m of {JAMMERS}"
    report("jammed cell alarmed, slowest", float(alarms.max()), "min", "<= 10 min", bool(alarms.max() <= 10.0), note)
    note = f"ten minutes in, same runs; median {np.median(errors):.1f} km"
    report("jammer located, largest error", float(errors.max()), "km", "<= 30 km", bool(errors.max() <= 30.0), note)
    held = float(np.mean([run[2] for run in runs]))
    report("jammer within the 90 % radius told", 100.0 * held, "%", None, None, "same runs")


def measure_night() -> None:
    """Step a simulated night with jamming."""
    told, share, longest_ms, an_hour = watch_night()
    wrong = sum(record.cause != "jamming" for record in told)
    note = f"simulated night, seed {NIGHT_SEED}, {NIGHT_TARGETS} targets, {NIGHT_S} s; all is jamming there"
    report("spoofing or disagreement told of a night without", wrong, "", "= 0", wrong == 0, note)
    report("GNSS watch, share of the core's CPU", 100.0 * share, "%", None, None, note)
    report("GNSS watch, longest tick", longest_ms, "ms", "<= 50 ms", longest_ms <= 50.0, note)
    report("GNSS records told", an_hour, "records/h", None, None, note)


if __name__ == "__main__":
    main()
