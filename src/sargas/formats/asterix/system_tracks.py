"""Category 062 to tracks: a partner's system tracks as columns. Docs: docs/formats/asterix.md."""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.sensor_table import OFFSET_NS, TICK_NS, SensorTable, note_age, unwrap_time
from sargas.formats.asterix.six_bit import write_letters
from sargas.formats.asterix.units import FEET_PER_MINUTE_MPS, FOOT_M
from sargas.model.columns import Float64, Int16, Int32, Int64, PlotFlag, UInt8, UInt16, UInt64
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.label import Label
from sargas.model.tracks import Tracks, TrackStatus

_AGES = ("PSR", "SSR", "MDS", "ADS", "ES", "VDL", "UAT", "LOP", "MLT")
PATHS = (
    "010/SAC",
    "010/SIC",
    "070",
    "040",
    "105/LAT",
    "105/LON",
    "185/VX",
    "185/VY",
    "130",
    "136",
    "135/CTB",
    "220",
    "060/V",
    "060/G",
    "060/MODE3A",
    "245/CHR",
    "380/ADR",
    "380/ID",
    "080/SPI",
    "080/CNF",
    "080/SIM",
    "080/TSE",
    "080/CST",
    "080/SFC",
    "500/APC/X",
    "500/APC/Y",
    "500/COV",
    "500/AGA",
    "500/ATV/X",
    "500/ATV/Y",
    "500/ARC",
    *(f"290/{age}" for age in _AGES),
)
(
    _SAC,
    _SIC,
    _TIME,
    _NUMBER,
    _LAT,
    _LON,
    _EAST,
    _NORTH,
    _GEOMETRIC,
    _MEASURED_FL,
    _BAROMETRIC_FL,
    _CLIMB,
    _A_V,
    _A_G,
    _MODE3A,
    _CALLSIGN,
    _ADDRESS,
    _IDENT,
    _SPI,
    _TENTATIVE,
    _SIM,
    _LAST,
    _COASTING,
    _SURFACE,
    _SIGMA_X,
    _SIGMA_Y,
    _COVARIANCE,
    _SIGMA_ALTITUDE,
    _SIGMA_VX,
    _SIGMA_VY,
    _SIGMA_CLIMB,
    _FIRST_AGE,
) = range(len(PATHS) - len(_AGES) + 1)
_END_OF_AGES = len(PATHS)
LATITUDE = _LAT

MANDATORY = ("010/SAC", "070", "040", "080/CNF")
LIMITS = (
    ("070", 0.0, 86_399.9999),
    ("105/LAT", -90.0, 90.0),
    ("105/LON", -180.0, 180.0),
    ("130", -1500.0, 150_000.0),
    ("136", -15.0, 1500.0),
    ("135/CTB", -15.0, 1500.0),
)

_POSITION_LSB_DEG = 180.0 / 2**25
_CLIMB_LSB_MPS = 6.25 * FEET_PER_MINUTE_MPS
_FL_QUARTER_M = 25.0 * FOOT_M
_AGE_LSB_NS = 250_000_000
_TENTATIVE_STATUS, _CONFIRMED_STATUS = int(TrackStatus.TENTATIVE), int(TrackStatus.CONFIRMED)
_COASTING_STATUS, _DROPPED_STATUS = int(TrackStatus.COASTING), int(TrackStatus.DROPPED)
_SIMULATED, _SPI_FLAG, _GROUND = int(PlotFlag.SIMULATED), int(PlotFlag.SPI), int(PlotFlag.ON_GROUND)
_R_LATITUDE, _R_LONGITUDE, _R_ALTITUDE, _R_EAST, _R_NORTH, _R_UP = range(6)


def system_tracks(
    raw: Int64, receive_time_ns: int, sensors: SensorTable, label: Label, *, correction_ns: int = 0
) -> Tracks | None:
    """Convert extracted records (rows, columns as ``PATHS``) to tracks in the same order; none when none has a place.

    A record without I062/105 is left out: a Cartesian position (I062/100) needs a reference point that the wire does
    not name. What a record does not hold is NaN or null. Altitude is I062/130, else 136, else 135 as pressure height.
    The sender is the contributing sensor; ``update_time_ns`` is the time less the youngest age in I062/290.
    """
    placed = raw[raw[:, _LAT] != ABSENT]
    n = len(placed)
    if n == 0:
        return None
    real = np.full((6, n), np.nan)
    whole = np.zeros((3, n), np.int64)
    covariance = np.full((n, 21), np.nan)
    contributing = np.zeros((n, -(-len(sensors.ids) // 64)), np.uint64)
    status, flags = np.zeros(n, np.uint8), np.zeros(n, np.uint16)
    address, mode_3a = np.full(n, -1, np.int32), np.full(n, -1, np.int16)
    letters = np.zeros((n, 8), np.uint8)
    t = sensors
    _fill(
        placed, receive_time_ns, correction_ns, t.number_of, t.whole, t.real,
        real, whole, covariance, contributing, status, flags, address, mode_3a, letters,
    )  # fmt: skip
    return Tracks.of(
        time_ns=whole[0],
        track_id=whole[1],
        latitude_deg=real[_R_LATITUDE],
        longitude_deg=real[_R_LONGITUDE],
        altitude_m=real[_R_ALTITUDE],
        velocity_east_mps=real[_R_EAST],
        velocity_north_mps=real[_R_NORTH],
        velocity_up_mps=real[_R_UP],
        label=label,
        sensor_ids=sensors.ids,
        covariance=covariance,
        status=status,
        update_time_ns=whole[2],
        contributing=contributing,
        icao_address=address,
        mode_3a=mode_3a,
        callsign=letters.view("S8").ravel(),
        flags=flags,
    )


@kernel
def _fill(
    raw: Int64,
    receive_time_ns: int,
    correction_ns: int,
    number_of: Int16,
    sensor_whole: Int64,
    sensor_real: Float64,
    real: Float64,
    whole: Int64,
    covariance: Float64,
    contributing: UInt64,
    status: UInt8,
    flags: UInt16,
    address: Int32,
    mode_3a: Int16,
    letters: UInt8,
) -> None:
    for n in range(len(raw)):
        r = raw[n]
        s = number_of[r[_SAC] << 8 | r[_SIC]]
        time_ns = unwrap_time(r[_TIME] * TICK_NS, receive_time_ns, sensor_whole[s, OFFSET_NS])
        note_age(s, receive_time_ns - time_ns, sensor_whole, sensor_real)
        whole[0, n], whole[1, n] = time_ns + correction_ns, r[_NUMBER]
        whole[2, n] = time_ns + correction_ns - _youngest_age_ns(r)
        contributing[n, s // 64] |= np.uint64(1) << np.uint64(s % 64)
        _kinematics(r, real, n)
        _accuracy(r, covariance[n])
        status[n] = _status(r)
        if r[_ADDRESS] != ABSENT:
            address[n] = r[_ADDRESS]
        if r[_MODE3A] != ABSENT and r[_A_V] == 0 and r[_A_G] == 0:
            mode_3a[n] = r[_MODE3A]
        if r[_IDENT] != ABSENT:
            write_letters(r[_IDENT], letters[n])
        elif r[_CALLSIGN] != ABSENT:
            write_letters(r[_CALLSIGN], letters[n])
        if r[_SIM] == 1:
            flags[n] |= _SIMULATED
        if r[_SPI] == 1:
            flags[n] |= _SPI_FLAG
        if r[_SURFACE] == 1:
            flags[n] |= _GROUND


@inner_kernel
def _kinematics(r: Int64, real: Float64, n: int) -> None:
    real[_R_LATITUDE, n], real[_R_LONGITUDE, n] = r[_LAT] * _POSITION_LSB_DEG, r[_LON] * _POSITION_LSB_DEG
    if r[_EAST] != ABSENT:
        real[_R_EAST, n], real[_R_NORTH, n] = r[_EAST] * 0.25, r[_NORTH] * 0.25
    if r[_CLIMB] != ABSENT:
        real[_R_UP, n] = r[_CLIMB] * _CLIMB_LSB_MPS
    if r[_GEOMETRIC] != ABSENT:
        real[_R_ALTITUDE, n] = r[_GEOMETRIC] * (6.25 * FOOT_M)
    elif r[_MEASURED_FL] != ABSENT:
        real[_R_ALTITUDE, n] = r[_MEASURED_FL] * _FL_QUARTER_M
    elif r[_BAROMETRIC_FL] != ABSENT:
        real[_R_ALTITUDE, n] = r[_BAROMETRIC_FL] * _FL_QUARTER_M


@inner_kernel
def _accuracy(r: Int64, covariance: Float64) -> None:
    """Write what I062/500 tells of the covariance; variances it does not tell stay NaN, other cross terms are 0."""
    if r[_SIGMA_X] == r[_SIGMA_ALTITUDE] == r[_SIGMA_VX] == r[_SIGMA_CLIMB] == ABSENT:
        return
    covariance[:] = 0.0
    if r[_SIGMA_X] == ABSENT:
        covariance[0] = covariance[1] = covariance[6] = np.nan
    else:
        east, north = r[_SIGMA_X] * 0.5, r[_SIGMA_Y] * 0.5
        covariance[0], covariance[6] = east**2, north**2
        covariance[1] = _east_north(r, east, north)
    covariance[11] = np.nan if r[_SIGMA_ALTITUDE] == ABSENT else (r[_SIGMA_ALTITUDE] * 6.25 * FOOT_M) ** 2
    covariance[15] = np.nan if r[_SIGMA_VX] == ABSENT else (r[_SIGMA_VX] * 0.25) ** 2
    covariance[18] = np.nan if r[_SIGMA_VY] == ABSENT else (r[_SIGMA_VY] * 0.25) ** 2
    covariance[20] = np.nan if r[_SIGMA_CLIMB] == ABSENT else (r[_SIGMA_CLIMB] * _CLIMB_LSB_MPS) ** 2


@inner_kernel
def _east_north(r: Int64, east: float, north: float) -> float:
    """Return the covariance of two sigmas: at most their product, and 0 where COV is beyond what rounding explains."""
    if r[_COVARIANCE] == ABSENT:
        return 0.0
    root = r[_COVARIANCE] * 0.5
    told, most = root * abs(root), east * north
    if abs(told) > (east + 0.5) * (north + 0.5):
        return 0.0
    return min(max(told, -most), most)


@inner_kernel
def _status(r: Int64) -> int:
    if r[_LAST] == 1:
        return _DROPPED_STATUS
    if r[_COASTING] == 1:
        return _COASTING_STATUS
    return _TENTATIVE_STATUS if r[_TENTATIVE] == 1 else _CONFIRMED_STATUS


@inner_kernel
def _youngest_age_ns(r: Int64) -> int:
    youngest = np.int64(-1)
    for column in range(_FIRST_AGE, _END_OF_AGES):
        if r[column] != ABSENT and (youngest < 0 or r[column] < youngest):
            youngest = r[column]
    return int(youngest * _AGE_LSB_NS) if youngest > 0 else 0
