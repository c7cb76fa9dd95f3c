"""Category 048 to plots: the fields a tracker needs, as columns. Docs: docs/formats/asterix.md."""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.sensor_table import OFFSET_NS, TICK_NS, SensorTable, note_age, number_scan, unwrap_time
from sargas.formats.asterix.six_bit import write_letters
from sargas.formats.asterix.units import FOOT_M, NAUTICAL_MILE_M
from sargas.model.columns import NO_CODE, Float64, Int8, Int16, Int32, Int64, PlotFlag, UInt8, UInt16
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.label import Label
from sargas.model.plots import Plots

PATHS = (
    "010/SAC",
    "010/SIC",
    "140",
    "020/TYP",
    "020/SIM",
    "020/SPI",
    "020/RAB",
    "020/TST",
    "020/ERR",
    "040/RHO",
    "040/THETA",
    "070/V",
    "070/G",
    "070/L",
    "070/MODE3A",
    "090/V",
    "090/G",
    "090/FL",
    "110/3DH",
    "120/CAL/D",
    "120/CAL/CAL",
    "220",
    "240",
    "161/TRN",
    "170/CNF",
    "200/GSP",
    "200/HDG",
    "230/STAT",
    "030",
    "RE/ERR",
    "RE/GEN48/RCSDB/RCSDB",
)
(
    _SAC,
    _SIC,
    _TIME,
    _TYP,
    _SIM,
    _SPI,
    _RAB,
    _TST,
    _ERR,
    _RHO,
    _THETA,
    _A_V,
    _A_G,
    _A_L,
    _MODE3A,
    _C_V,
    _C_G,
    _FL,
    _HEIGHT,
    _DOUBTFUL,
    _DOPPLER,
    _ADDRESS,
    _CALLSIGN,
    _TRACK,
    _TENTATIVE,
    _SPEED,
    _HEADING,
    _STAT,
    _WARNINGS,
    _FAR_RANGE,
    _RCS,
) = range(len(PATHS))

MANDATORY = ("010/SAC", "140", "020/TYP")
LIMITS = (("140", 0.0, 86_399.9999),)

_DOUBTS = sum(1 << code for code in (1, 2, 3, 4, 5, 6, 7, 9, 10, 19, 20, 23))
"""I048/030 codes by which the sensor itself calls the report a reflection, side lobe, split, second-time-around,
angel, road vehicle, fixed or low-quality plot, phantom, bird, flock or wind turbine. Not 8, 13, 14: slow targets over
clutter are what drones are."""

_RANGE_LSB_M = NAUTICAL_MILE_M / 256
_SPEED_LSB_MPS = NAUTICAL_MILE_M / 2**14
_TURN_LSB_DEG = 360.0 / 2**16
_LOWEST_FL, _HIGHEST_FL = -60, 6000
_SIMULATED, _TEST, _MONITOR = int(PlotFlag.SIMULATED), int(PlotFlag.TEST), int(PlotFlag.FIELD_MONITOR)
_SPI_FLAG, _GROUND, _DOUBT_FLAG = int(PlotFlag.SPI), int(PlotFlag.ON_GROUND), int(PlotFlag.SENSOR_DOUBTS)
_TENTATIVE_FLAG = int(PlotFlag.SENSOR_TENTATIVE)
_F_RANGE, _F_AZIMUTH, _F_DOPPLER, _F_RCS, _F_ALTITUDE, _F_LEVEL, _F_EAST, _F_NORTH, _F_NONE = range(9)


def radar_plots(
    raw: Int64,
    receive_time_ns: int,
    sensors: SensorTable,
    label: Label,
    *,
    correction_ns: int = 0,
    doppler_sign: float = 1.0,
) -> Plots | None:
    """Convert extracted records (rows, columns as ``PATHS``) to plots in the same order; none when none is a plot.

    A record without detection (TYP 0) or without polar position is no plot. Codes not validated or garbled are null; a
    Mode 3/A code that was not extracted in this scan (L) stays only beside a Mode S address that ties it to the target.
    """
    rows = len(raw)
    real, whole = np.empty((9, rows)), np.empty((3, rows), np.int64)
    wide, narrow = np.empty((2, rows), np.int32), np.empty((2, rows), np.int16)
    codes, flags, letters = np.empty(rows, np.int8), np.empty(rows, np.uint16), np.empty((rows, 8), np.uint8)
    n = _fill(
        raw, receive_time_ns, correction_ns, doppler_sign, sensors.number_of, sensors.whole, sensors.real,
        real, whole, wide, narrow, codes, flags, letters,
    )  # fmt: skip
    if n == 0:
        return None
    none, no_code = real[_F_NONE, :n], codes[:n]
    return Plots(
        time_ns=whole[0, :n],
        receive_time_ns=whole[2, :n],
        sensor=narrow[0, :n],
        scan=whole[1, :n],
        range_m=real[_F_RANGE, :n],
        azimuth_deg=real[_F_AZIMUTH, :n],
        elevation_deg=none,
        range_rate_mps=real[_F_DOPPLER, :n],
        rcs_dbsm=real[_F_RCS, :n],
        latitude_deg=none,
        longitude_deg=none,
        altitude_m=real[_F_ALTITUDE, :n],
        icao_address=wide[0, :n],
        mode_3a=narrow[1, :n],
        flight_level_ft=real[_F_LEVEL, :n],
        callsign=letters[:n].view("S8").ravel(),
        velocity_east_mps=real[_F_EAST, :n],
        velocity_north_mps=real[_F_NORTH, :n],
        velocity_up_mps=none,
        nic=no_code,
        nac_p=no_code,
        sil=no_code,
        sensor_track=wide[1, :n],
        flags=flags[:n],
        tdoa_s=none,
        reference_sensor=np.full(n, NO_CODE, np.int16),
        uas_id=np.zeros(n, "S20"),
        radial_speed_spread_mps=none,
        claim=no_code,
        sensor_ids=sensors.ids,
        label=label,
    )


@kernel
def _fill(
    raw: Int64,
    receive_time_ns: int,
    correction_ns: int,
    doppler_sign: float,
    number_of: Int16,
    sensor_whole: Int64,
    sensor_real: Float64,
    real: Float64,
    whole: Int64,
    wide: Int32,
    narrow: Int16,
    codes: Int8,
    flags: UInt16,
    letters: UInt8,
) -> int:
    n = 0
    for row in range(len(raw)):
        r = raw[row]
        s = number_of[r[_SAC] << 8 | r[_SIC]]
        time_ns = unwrap_time(r[_TIME] * TICK_NS, receive_time_ns, sensor_whole[s, OFFSET_NS])
        note_age(s, receive_time_ns - time_ns, sensor_whole, sensor_real)
        range_m = _range(r)
        if r[_TYP] == 0 or range_m < 0:
            continue
        azimuth_deg = r[_THETA] * _TURN_LSB_DEG
        scan = number_scan(s, time_ns, azimuth_deg, sensor_whole, sensor_real)
        whole[0, n], whole[1, n], whole[2, n] = time_ns + correction_ns, scan, receive_time_ns
        _measure(r, range_m, azimuth_deg, doppler_sign, real, n)
        has_address = r[_ADDRESS] != ABSENT
        has_squawk = r[_MODE3A] != ABSENT and r[_A_V] == 0 and r[_A_G] == 0 and (r[_A_L] == 0 or has_address)
        wide[0, n] = r[_ADDRESS] if has_address else -1
        wide[1, n] = r[_TRACK] if r[_TRACK] != ABSENT else -1
        narrow[0, n] = s
        narrow[1, n] = r[_MODE3A] if has_squawk else -1
        write_letters(r[_CALLSIGN] if r[_CALLSIGN] != ABSENT else 0, letters[n])
        codes[n] = -1
        flags[n] = _flags(r)
        n += 1
    return n


@inner_kernel
def _measure(r: Int64, range_m: float, azimuth_deg: float, doppler_sign: float, real: Float64, n: int) -> None:
    """Write the physical values of one plot, NaN for what it does not have."""
    real[:, n] = np.nan
    real[_F_RANGE, n], real[_F_AZIMUTH, n] = range_m, azimuth_deg
    if r[_DOPPLER] != ABSENT and r[_DOUBTFUL] == 0:
        real[_F_DOPPLER, n] = doppler_sign * r[_DOPPLER]
    if r[_RCS] != ABSENT:
        real[_F_RCS, n] = r[_RCS] / 100.0
    if r[_HEIGHT] != ABSENT:
        real[_F_ALTITUDE, n] = r[_HEIGHT] * (25.0 * FOOT_M)
    if r[_FL] != ABSENT and r[_C_V] == 0 and r[_C_G] == 0 and _LOWEST_FL <= r[_FL] <= _HIGHEST_FL:
        real[_F_LEVEL, n] = r[_FL] * 25.0
    if r[_SPEED] != ABSENT:
        heading = np.deg2rad(r[_HEADING] * _TURN_LSB_DEG)
        speed_mps = r[_SPEED] * _SPEED_LSB_MPS
        real[_F_EAST, n], real[_F_NORTH, n] = speed_mps * np.sin(heading), speed_mps * np.cos(heading)


@inner_kernel
def _range(r: Int64) -> float:
    """Read the slant range, from the expansion when the item says so (ERR, all ones); negative when there is none."""
    if r[_RHO] == ABSENT:
        return -1.0
    if r[_ERR] == 1 and r[_RHO] == 0xFFFF:
        return r[_FAR_RANGE] * _RANGE_LSB_M if r[_FAR_RANGE] != ABSENT else -1.0
    return r[_RHO] * _RANGE_LSB_M


@inner_kernel
def _flags(r: Int64) -> int:
    flags = 0
    if r[_SIM] == 1:
        flags |= _SIMULATED
    if r[_TST] == 1:
        flags |= _TEST
    if r[_RAB] == 1:
        flags |= _MONITOR
    if r[_SPI] == 1:
        flags |= _SPI_FLAG
    if r[_STAT] in (1, 3):
        flags |= _GROUND
    if r[_WARNINGS] != ABSENT and r[_WARNINGS] & _DOUBTS:
        flags |= _DOUBT_FLAG
    if r[_TENTATIVE] == 1:
        flags |= _TENTATIVE_FLAG
    return flags
