"""Check GNSS integrity on real flights: what is flagged of them as they are, and once they are moved away mid-flight.

Run: python benchmarks/bench_gnss.py. Prints one JSON object a line: figure, value, unit, limit, ok, command, note.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from sargas.formats.registry import open_decoder
from sargas.identification.gnss import GnssMonitor
from sargas.model.columns import Float64
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Source
from sargas.runtime.recording import open_recording

SHARED = Path(os.environ.get("SARGAS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
FALSE_PLACE = (49.67, 23.88)
"""Where airliners over the Carpathians were made to believe they were, 2024-09-17."""
SPEED_MPS = 25.7


def read(path: Path) -> list[Plots]:
    """Read the reports of a recording, batch by batch as a node would."""
    recording = open_recording(path)
    decoder = open_decoder(Source(name=path.name, format=recording.format), ())
    batches = (decoder.decode(time_ns, data).plots for time_ns, data in recording.datagrams())
    return [plots for plots in batches if plots is not None]


def airliners(batches: list[Plots]) -> list[Float64]:
    """Return (n, 7) time s, latitude, longitude, velocity east and north, level of unbroken flights above 25,000 ft."""
    names = ("latitude_deg", "longitude_deg", "velocity_east_mps", "velocity_north_mps", "flight_level_ft")
    rows = np.concatenate([np.c_[b.time_ns / 1e9, *(getattr(b, name) for name in names)] for b in batches if len(b)])
    addresses = np.concatenate([b.icao_address for b in batches if len(b)])
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


def report(figure: str, value: float, unit: str, limit: str | None, ok: bool | None, note: str) -> None:
    """Print one figure."""
    command = " ".join(["python", *sys.argv])
    line = {"figure": figure, "value": value, "unit": unit, "limit": limit, "ok": ok, "command": command, "note": note}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measure everything."""
    folder = SHARED / "data/real/adsb"
    reports, aircraft, events, cpu_s = 0, 0, 0, 0.0
    swiss: list[Plots] = []
    for path in sorted(folder.iterdir()):
        batches, monitor = read(path), GnssMonitor()
        started = time.process_time()
        events += sum(len(monitor.update(plots)) for plots in batches)
        cpu_s += time.process_time() - started
        reports += sum(map(len, batches))
        aircraft += monitor.aircraft
        swiss = batches if path.name.startswith("switzerland") else swiss
    note = f"{reports} reports of {aircraft} aircraft in {len(list(folder.iterdir()))} recordings"
    report("GNSS events raised on ordinary real flights", events, "", "= 0", events == 0, note)
    report("GNSS check, reports a CPU second", reports / cpu_s, "reports/s", None, None, "in the batches of the files")
    waits = np.array([seconds_to_flag(flight) for flight in airliners(swiss)])
    note = f"{len(waits)} airliners of switzerland.json.gz moved to {FALSE_PLACE} at {SPEED_MPS} m/s, 10 s a report"
    report("spoofed airliner flagged, slowest", float(waits.max()), "s", "<= 60 s", bool(waits.max() <= 60.0), note)


if __name__ == "__main__":
    main()
