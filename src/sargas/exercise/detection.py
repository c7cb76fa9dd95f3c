"""What of all that is in sight a radar reports: detection, noise, false plots, and what a transponder answers.

Swerling 1: echo power is exponential about its mean, so Pd = Pfa^(1 / (1 + SNR)), and the power that was drawn also is
the radar cross-section reported. SNR falls with the fourth power of range (domain.md section 10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sargas.exercise.sight import Sighting, SimulatedSensor, look
from sargas.exercise.sky import Sky
from sargas.exercise.tables import KINDS
from sargas.geo.wgs84 import curvature_radius_m
from sargas.model.columns import NO_CODE, Bytes8, Float64, Int16, Int32, Int64

FALSE_ALARM_PROBABILITY = 1e-6
THRESHOLD = -np.log(FALSE_ALARM_PROBABILITY)
REFERENCE_SNR = THRESHOLD / -np.log(0.9) - 1.0
"""SNR at which Pd is 0.9: 21.1 dB."""
GEOID_M = 24.0
"""Height of mean sea level above the ellipsoid in Lithuania, within 3 m."""
METRES_PER_FOOT = 0.3048
MISSING_CODE_SHARE = 0.02
FALSE_PLOT_RCS_DBSM = (-18.0, 5.0)
NO_OBJECT = -1

_SPREAD_MPS = np.array([kind.spread_mps for kind in KINDS])
_EXTENT_M = np.array([kind.extent_m for kind in KINDS])


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """Hold the plots of one turn in order of time; null is NaN, -1 or b"". Azimuths carry the bias."""

    slot: Int64
    """Index of the object in the sky; ``NO_OBJECT``: a false plot."""
    object_id: Int64
    beam_s: Float64
    """True time at which the beam passed, s since the start."""
    range_m: Float64
    azimuth_deg: Float64
    height_ft: Float64
    flight_level_ft: Float64
    range_rate_mps: Float64
    rcs_dbsm: Float64
    icao_address: Int32
    mode_3a: Int16
    callsign: Bytes8

    def __len__(self) -> int:
        return len(self.slot)


def detect(sensor: SimulatedSensor, sky: Sky, turn: int) -> Reports:
    """Report one turn of a radar, from a noise of its own for each turn."""
    rng = np.random.default_rng([sky.seed, 3, sensor.number, turn])
    seen = look(sensor, sky, turn)
    if sensor.model.reach_m is None:
        return _answers(sensor, sky, seen, rng)
    return _echoes(sensor, sky, seen, turn, rng)


def detection_probability(sensor: SimulatedSensor, range_m: Float64, rcs_dbsm: Float64) -> Float64:
    """Return Pd of echoes at slant ranges with mean radar cross-sections (Swerling 1)."""
    return FALSE_ALARM_PROBABILITY ** (1.0 / (1.0 + _mean_snr(sensor, range_m, rcs_dbsm)))


def _mean_snr(sensor: SimulatedSensor, range_m: Float64, rcs_dbsm: Float64) -> Float64:
    assert sensor.model.reach_m is not None
    return REFERENCE_SNR * 10.0 ** (rcs_dbsm / 10.0) * (sensor.model.reach_m / range_m) ** 4


def _echoes(sensor: SimulatedSensor, sky: Sky, seen: Sighting, turn: int, rng: np.random.Generator) -> Reports:
    model = sensor.model
    kinds = sky.kind[seen.slot]
    mean_rcs = sky.rcs_dbsm[seen.row, seen.slot]
    mean_snr = _mean_snr(sensor, seen.range_m, mean_rcs)
    power = (1.0 + mean_snr) * rng.standard_exponential(len(seen))
    rate = seen.range_rate_mps + _SPREAD_MPS[kinds] * rng.standard_normal(len(seen))
    hit = np.flatnonzero((power > THRESHOLD) & (np.abs(rate) >= model.min_range_rate_mps))
    n = len(hit)
    noise = rng.standard_normal((6, n))
    extent_m = _EXTENT_M[kinds[hit]]
    range_m = seen.range_m[hit] + np.hypot(model.sigma_range_m, extent_m) * noise[0]
    across_deg = np.hypot(model.sigma_azimuth_deg, np.rad2deg(extent_m / seen.range_m[hit]))
    elevation_deg = seen.elevation_deg[hit] + model.sigma_elevation_deg * noise[2]
    false = _false_plots(sensor, turn, rng)
    rcs = mean_rcs[hit] + 10.0 * np.log10((power[hit] - 1.0) / mean_snr[hit])
    joined = {
        "slot": np.r_[seen.slot[hit], np.full(len(false[0]), NO_OBJECT)],
        "beam_s": np.r_[seen.time_s[hit], false[0]],
        "range_m": np.maximum(np.r_[range_m, false[1]], model.min_range_m),
        "azimuth_deg": np.r_[seen.azimuth_deg[hit] + across_deg * noise[1], false[2]],
        "elevation_deg": np.r_[elevation_deg, false[3]],
        "range_rate_mps": np.r_[rate[hit] + model.sigma_range_rate_mps * noise[3], false[4]],
        "rcs_dbsm": np.r_[np.clip(rcs, -60.0, 60.0), false[5]],
    }
    order = np.argsort(joined["beam_s"], kind="stable")
    kept = {name: values[order] for name, values in joined.items()}
    azimuth_deg = kept["azimuth_deg"] + sensor.site.azimuth_bias_deg
    elevation_deg = kept.pop("elevation_deg")
    rows = np.r_[seen.row[hit], np.zeros(len(false[0]), np.int64)][order]
    return Reports(
        **{**kept, "azimuth_deg": azimuth_deg % 360.0},
        object_id=np.where(kept["slot"] >= 0, sky.object_id[rows, kept["slot"]], NO_OBJECT),
        height_ft=_height_ft(sensor, kept["range_m"], azimuth_deg, elevation_deg),
        flight_level_ft=np.full(len(order), np.nan),
        icao_address=np.full(len(order), NO_CODE, np.int32),
        mode_3a=np.full(len(order), NO_CODE, np.int16),
        callsign=np.zeros(len(order), "S8"),
    )


def _answers(sensor: SimulatedSensor, sky: Sky, seen: Sighting, rng: np.random.Generator) -> Reports:
    """Report what answers interrogations: place, address, code, call sign and pressure height."""
    model = sensor.model
    lucky = rng.random(len(seen)) < model.detection_probability
    hit = np.flatnonzero(sky.answers[seen.row, seen.slot] & lucky)
    hit = hit[np.argsort(seen.time_s[hit], kind="stable")]
    row, slot = seen.row[hit], seen.slot[hit]
    noise = rng.standard_normal((2, len(hit)))
    without_code = rng.random((2, len(hit))) < MISSING_CODE_SHARE
    azimuth_deg = seen.azimuth_deg[hit] + model.sigma_azimuth_deg * noise[1] + sensor.site.azimuth_bias_deg
    pressure_ft = _height_ft(sensor, seen.range_m[hit], seen.azimuth_deg[hit], seen.elevation_deg[hit])
    nothing = np.full(len(hit), np.nan)
    return Reports(
        slot=slot,
        object_id=sky.object_id[row, slot],
        beam_s=seen.time_s[hit],
        range_m=seen.range_m[hit] + model.sigma_range_m * noise[0],
        azimuth_deg=azimuth_deg % 360.0,
        height_ft=nothing,
        flight_level_ft=np.where(without_code[0], np.nan, pressure_ft + pressure_offset_ft(sky.seed)),
        range_rate_mps=nothing,
        rcs_dbsm=nothing,
        icao_address=sky.icao_address[row, slot],
        mode_3a=np.where(without_code[1], NO_CODE, sky.mode_3a[row, slot]).astype(np.int16),
        callsign=sky.callsign[row, slot],
    )


def pressure_offset_ft(seed: int) -> float:
    """Return pressure altitude minus height above sea level for the night (one air mass over the region)."""
    rng = np.random.default_rng([seed, 4])
    return float(rng.normal(0.0, 250.0))


def _false_plots(sensor: SimulatedSensor, turn: int, rng: np.random.Generator) -> tuple[Float64, ...]:
    """Draw time, range, azimuth, elevation, range rate and radar cross-section of a turn's false plots."""
    model = sensor.model
    n = int(rng.poisson(model.false_plots))
    azimuth_deg = rng.uniform(0.0, 360.0, n)
    return (
        sensor.turn_start_s(turn) + azimuth_deg / 360.0 * model.scan_period_s,
        rng.uniform(max(model.min_range_m, 1e3), 0.7 * model.max_range_m, n),
        azimuth_deg,
        rng.uniform(0.0, 3.0, n),
        rng.normal(0.0, 15.0, n),
        rng.normal(*FALSE_PLOT_RCS_DBSM, n),
    )


def _height_ft(sensor: SimulatedSensor, range_m: Float64, azimuth_deg: Float64, elevation_deg: Float64) -> Float64:
    """Return the height above mean sea level (ft) at which a slant range and elevation lie, over a sphere."""
    radius_m = curvature_radius_m(sensor.site.latitude_deg, azimuth_deg) + sensor.height_m
    rise = 2.0 * radius_m * range_m * np.sin(np.deg2rad(elevation_deg)) + range_m**2
    height_m = sensor.height_m + rise / (np.sqrt(radius_m**2 + rise) + radius_m)
    return np.clip((height_m - GEOID_M) / METRES_PER_FOOT, -1000.0, 200_000.0)
