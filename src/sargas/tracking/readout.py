"""From slots to a Tracks batch: prediction to the report time, true geodetic position, local axes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sargas.geo.kernels import ecef_from_enu_scalar, geodetic_from_ecef_scalar
from sargas.model.columns import Float32, Float64, Int16, Int32, Int64, UInt8, UInt16, UInt64
from sargas.model.kernel import inner_kernel, kernel
from sargas.tracking.ellipsoid import Region, fill_local_axes, up_at
from sargas.tracking.existence import existence_of
from sargas.tracking.imm import MODELS, PACKED, Work, move_model
from sargas.tracking.motion import PACKED_INDEX
from sargas.tracking.parameters import Tuning
from sargas.tracking.state import TrackState

OWN_TIME = np.iinfo(np.int64).min
"""Report time that means: each track at the time of its own state."""


class TrackColumns(NamedTuple):
    """Hold the columns of a Tracks batch, in its field names."""

    time_ns: Int64
    track_id: Int64
    latitude_deg: Float64
    longitude_deg: Float64
    altitude_m: Float64
    velocity_east_mps: Float64
    velocity_north_mps: Float64
    velocity_up_mps: Float64
    covariance: Float64
    status: UInt8
    update_time_ns: Int64
    contributing: UInt64
    icao_address: Int32
    mode_3a: Int16
    callsign: Int64
    uas_id: Int64
    flags: UInt16
    existence: Float32
    consistency: Float32
    rcs_dbsm: Float32
    radial_speed_spread_mps: Float32
    labels: UInt64
    """Bit mask of the labels behind each track; no column of the batch."""


def allocate_columns(rows: int, words: int) -> TrackColumns:
    """Make empty columns for ``rows`` tracks."""
    return TrackColumns(
        time_ns=np.empty(rows, np.int64),
        track_id=np.empty(rows, np.int64),
        latitude_deg=np.empty(rows),
        longitude_deg=np.empty(rows),
        altitude_m=np.empty(rows),
        velocity_east_mps=np.empty(rows),
        velocity_north_mps=np.empty(rows),
        velocity_up_mps=np.empty(rows),
        covariance=np.empty((rows, PACKED)),
        status=np.empty(rows, np.uint8),
        update_time_ns=np.empty(rows, np.int64),
        contributing=np.empty((rows, words), np.uint64),
        icao_address=np.empty(rows, np.int32),
        mode_3a=np.empty(rows, np.int16),
        callsign=np.empty(rows, np.int64),
        uas_id=np.empty((rows, 3), np.int64),
        flags=np.empty(rows, np.uint16),
        existence=np.empty(rows, np.float32),
        consistency=np.empty(rows, np.float32),
        rcs_dbsm=np.empty(rows, np.float32),
        radial_speed_spread_mps=np.empty(rows, np.float32),
        labels=np.empty(rows, np.uint64),
    )


@kernel
def read_out(
    state: TrackState,
    slots: Int32,
    count: int,
    time_ns: int,
    region: Region,
    par: Tuning,
    work: Work,
    out: TrackColumns,
) -> None:
    """Write the first ``count`` slots, predicted to ``time_ns`` or OWN_TIME, into ``out``."""
    x, p, local = np.zeros(6), np.zeros(PACKED), np.zeros(PACKED)
    axes, turned = np.zeros((3, 3)), np.zeros((3, 3))
    for k in range(count):
        slot = slots[k]
        track = state.book[slot]
        when = track.time_ns if time_ns == OWN_TIME else time_ns
        dt = (when - track.time_ns) * 1e-9
        _predict_mixture(state, slot, dt, region, par, work, x, p)
        ex, ey, ez = ecef_from_enu_scalar(x[0], x[1], x[2], region.origin_ecef, region.rotation)
        latitude, longitude, altitude = geodetic_from_ecef_scalar(ex, ey, ez)
        fill_local_axes(region, latitude, longitude, axes)
        _turn(p, axes, turned, local)
        out.time_ns[k], out.track_id[k] = when, track.number
        out.latitude_deg[k], out.longitude_deg[k] = latitude, longitude
        out.altitude_m[k] = altitude
        out.velocity_east_mps[k] = axes[0, 0] * x[3] + axes[0, 1] * x[4] + axes[0, 2] * x[5]
        out.velocity_north_mps[k] = axes[1, 0] * x[3] + axes[1, 1] * x[4] + axes[1, 2] * x[5]
        out.velocity_up_mps[k] = axes[2, 0] * x[3] + axes[2, 1] * x[4] + axes[2, 2] * x[5]
        # element by element: for slices numba compiles four seconds of text about shapes that differ
        for i in range(PACKED):
            out.covariance[k, i] = local[i]
        out.status[k], out.update_time_ns[k] = track.status, track.hit_ns
        for i in range(state.contributing.shape[1]):
            out.contributing[k, i] = state.contributing[slot, i]
        out.icao_address[k], out.mode_3a[k] = track.icao_address, track.mode_3a
        out.callsign[k] = track.callsign
        for i in range(3):
            out.uas_id[k, i] = track.uas_id[i]
        out.rcs_dbsm[k] = track.rcs_dbsm if track.echoes > 0.0 else np.nan
        out.radial_speed_spread_mps[k] = track.spread_mps if track.spreads > 0.0 else np.nan
        out.flags[k] = track.flags
        out.existence[k], out.consistency[k] = existence_of(track.score, par), track.consistency
        out.labels[k] = track.labels


@inner_kernel
def _turn(p: Float64, axes: Float64, turned: Float64, out: Float64) -> None:
    # each 3 x 3 block B of the covariance becomes axes B axes^T
    for a in range(0, 6, 3):
        for b in range(a, 6, 3):
            for i in range(3):
                for j in range(3):
                    turned[i, j] = 0.0
                    for k in range(3):
                        turned[i, j] += axes[i, k] * p[PACKED_INDEX[a + k, b + j]]
            for i in range(3):
                for j in range(i if a == b else 0, 3):
                    total = 0.0
                    for k in range(3):
                        total += turned[i, k] * axes[j, k]
                    out[PACKED_INDEX[a + i, b + j]] = total


@inner_kernel
def _predict_mixture(
    state: TrackState,
    slot: int,
    dt_s: float,
    region: Region,
    par: Tuning,
    work: Work,
    x: Float64,
    p: Float64,
) -> None:
    """Write mean and covariance of all models, each moved by ``dt_s`` its own way."""
    bank = state.bank[slot]
    if dt_s == 0.0:
        for a in range(6):
            x[a] = bank.mean[a]
        for a in range(PACKED):
            p[a] = bank.cov[a]
        return
    mean, mu = bank.mean, bank.mu
    up = up_at(region, mean[0], mean[1], mean[2])
    for a in range(6):
        x[a] = 0.0
    for a in range(PACKED):
        p[a] = 0.0
    for j in range(MODELS):
        moved, spread = work.moved[j], work.spread[j]
        for a in range(6):
            moved[a] = bank.x[j, a]
        for a in range(PACKED):
            spread[a] = bank.p[j, a]
        move_model(moved, spread, j, dt_s, up, (0.0, 0.0, 0.0), par, work)
        for a in range(6):
            x[a] += mu[j] * moved[a]
    for j in range(MODELS):
        at = 0
        for a in range(6):
            for b in range(a, 6):
                d = (work.moved[j, a] - x[a]) * (work.moved[j, b] - x[b])
                p[at] += mu[j] * (work.spread[j, at] + d)
                at += 1
