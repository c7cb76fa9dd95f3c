"""Balloons drifting with the wind towards an airport, seen by one radar, as envelopes of a whole node."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa

from sargas.model.columns import NS_PER_S
from sargas.model.drift_records import WindLevel, WindTable
from sargas.model.envelope import Envelope
from sargas.model.plots import Plots
from sargas.model.records import Configuration, Record, Source, Tick, Zone
from tests.tracking.scene import EPOCH_NS, LABEL, ORIGIN, Flight, radar, see

RADAR = radar("radar", sigma_range_m=40.0, sigma_azimuth_deg=0.1, sigma_elevation_deg=0.1, scan_period_s=4.0)
WIND = (-12.0, 3.0)
AIRPORT = Zone(
    id="EYVI", name="Vilnius", kind="protected", closes=True, floor_m=-100.0, ceiling_m=5000.0,
    centre=(ORIGIN[1], ORIGIN[0]), radius_m=8000.0,
)  # fmt: skip
BALLOONS = (Flight((17e3, -5e3, 2400.0), (*WIND, 0.0)), Flight((20e3, -4e3, 1500.0), (-11.5, 2.5, 4.0)))


def configuration(zones: Sequence[Zone] = (AIRPORT,), *, exercise: bool = True) -> Configuration:
    source = Source(name="plots", format="plots", label=LABEL)
    return Configuration(
        id="c", time_ns=EPOCH_NS, origin="n", label=LABEL, node="n", nation="LTU", exercise=exercise,
        origin_latitude_deg=ORIGIN[0], origin_longitude_deg=ORIGIN[1], sources=(source,), sensors=(RADAR,),
        zones=tuple(zones),
    )  # fmt: skip


def wind_table(east_mps: float = WIND[0], north_mps: float = WIND[1]) -> WindTable:
    levels = tuple(WindLevel(altitude_m=z, east_mps=east_mps, north_mps=north_mps) for z in (0.0, 1500.0, 6000.0))
    return WindTable(
        id="w",
        time_ns=EPOCH_NS,
        origin="n",
        label=LABEL,
        table_id="w",
        source="model",
        valid_ns=EPOCH_NS,
        levels=levels,
    )


def record(sequence: int, time_ns: int, value: Record) -> Envelope:
    return Envelope(sequence, time_ns, "n", "record", value.model_dump_json().encode())


def datagram(plots: Plots) -> bytes:
    batch, sink = plots.to_arrow(), io.BytesIO()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def inputs(
    seconds: int,
    flights: Sequence[Flight] = BALLOONS,
    first: Configuration | None = None,
    winds: Sequence[WindTable] = (),
    seed: int = 3,
) -> Iterator[Envelope]:
    """Yield a scan every four seconds and a tick every second."""
    rng, sequence = np.random.default_rng(seed), 0
    parts: list[tuple[int, str, bytes]] = []
    for second in range(seconds):
        if second % 4 == 0:
            plots = see(RADAR, list(flights), float(second), second // 4, rng, rcs_dbsm=np.full(len(flights), -14.0))
            parts.append((EPOCH_NS + second * NS_PER_S + NS_PER_S // 2, "plots", datagram(plots)))
        tick_ns = EPOCH_NS + (second + 1) * NS_PER_S
        tick = Tick(id=f"t{tick_ns}", time_ns=tick_ns, origin="n", label=LABEL)
        parts.append((tick_ns, "", tick.model_dump_json().encode()))
    yield record(0, EPOCH_NS, first or configuration())
    for table in winds:
        sequence += 1
        yield record(sequence, EPOCH_NS, table)
    for time_ns, source, data in parts:
        sequence += 1
        yield Envelope(sequence, time_ns, source or "n", "datagram" if source else "record", data)
