"""Plots and tracks that the tests of the history write."""

from __future__ import annotations

from typing import Any

import numpy as np

from sargas.model.label import Classification, Label
from sargas.model.plots import Plots
from sargas.model.tracks import Tracks

S = 1_000_000_000
HOUR = 3600 * S
START_NS = 1_790_006_400 * S
"""2026-09-21 16:00:00 UTC, a full hour."""

LTU = Label(releasable_to=("LTU", "LVA"), originator="LTU")
POL = Label(classification=Classification.RESTRICTED, releasable_to=("LVA", "POL"), originator="POL")


def make_tracks(time_ns: int, track_ids: tuple[int, ...] = (1, 2, 3), label: Label = LTU, **fields: Any) -> Tracks:
    """Return one state of each track; where it is and all else follow from its number and the time."""
    n = len(track_ids)
    ids = np.array(track_ids, np.int64)
    seconds = (time_ns - START_NS) / S
    columns: dict[str, Any] = {
        "time_ns": np.full(n, time_ns, np.int64),
        "track_id": ids,
        "latitude_deg": 54.0 + ids * 0.1,
        "longitude_deg": np.full(n, 24.0 + seconds * 1e-4),
        "altitude_m": ids * 100.0,
        "velocity_east_mps": np.full(n, seconds),
        "velocity_north_mps": np.zeros(n),
        "velocity_up_mps": np.zeros(n),
        "covariance": np.repeat(ids[:, None], 21, axis=1).astype(float),
        "icao_address": np.where(ids % 2 == 0, 0x4CA000 + ids, -1).astype(np.int32),
        "callsign": np.array([b"LOT%d" % i if i % 2 else b"" for i in track_ids], "S8"),
        "contributing": (1 + ids[:, None] % 3).astype(np.uint64),
        "sensor_ids": ("karmelava", "lielvarde"),
    }
    return Tracks.of(label=label, **(columns | fields))


def make_plots(time_ns: int, n: int = 4, sensor_ids: tuple[str, ...] = ("karmelava",), label: Label = LTU) -> Plots:
    """Return n plots of radars without positions."""
    return Plots.of(
        time_ns=np.arange(n) * S // 10 + time_ns,
        receive_time_ns=np.full(n, time_ns + S),
        sensor_ids=sensor_ids,
        sensor=(np.arange(n) % len(sensor_ids)).astype(np.int16),
        label=label,
        range_m=np.arange(n) * 1000.0,
        azimuth_deg=np.full(n, 90.0),
        mode_3a=np.full(n, 0o7700),
    )
