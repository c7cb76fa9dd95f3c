"""Category 021 to plots: positions with their quality codes, as columns. Docs: docs/formats/asterix.md."""

from __future__ import annotations

import numpy as np

from sargas.formats.asterix.layout import ABSENT
from sargas.formats.asterix.sensor_table import OFFSET_NS, SCAN, TICK_NS, SensorTable, note_age, unwrap_time
from sargas.formats.asterix.six_bit import write_letters
from sargas.formats.asterix.units import FEET_PER_MINUTE_MPS, FOOT_M, NAUTICAL_MILE_M
from sargas.formats.cooperative import CLAIM_OF_EMITTER
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int8, Int16, Int32, Int64, PlotFlag, UInt8, UInt16
from sargas.model.kernel import inner_kernel, kernel
from sargas.model.label import Label
from sargas.model.plots import Plots

PATHS = (
    "010/SAC",
    "010/SIC",
    "040/ATP",
    "040/RAB",
    "040/GBS",
    "040/SIM",
    "040/TST",
    "040/CL",
    "040/IPC",
    "040/CPR",
    "040/LDPJ",
    "040/RCF",
    "071",
    "073",
    "074/FSI",
    "074/TOMRP",
    "077",
    "130/LAT",
    "130/LON",
    "131/LAT",
    "131/LON",
    "080",
    "140",
    "090/NUCPNIC",
    "090/SIL",
    "090/NACP",
    "210/VN",
    "070/MODE3A",
    "145",
    "155/RE",
    "155/BVR",
    "157/RE",
    "157/GVR",
    "160/RE",
    "160/GS",
    "160/TA",
    "170",
    "161/TRNUM",
    "200/SS",
    "020",
)
(
    _SAC,
    _SIC,
    _ATP,
    _RAB,
    _GBS,
    _SIM,
    _TST,
    _CL,
    _IPC,
    _CPR,
    _LDPJ,
    _RCF,
    _APPLICABLE,
    _RECEIVED,
    _FSI,
    _FRACTION,
    _SENT,
    _LAT,
    _LON,
    _FINE_LAT,
    _FINE_LON,
    _ADDRESS,
    _HEIGHT,
    _NIC,
    _SIL,
    _NAC_P,
    _VERSION,
    _MODE3A,
    _LEVEL,
    _BARO_BEYOND,
    _BARO_RATE,
    _GEO_BEYOND,
    _GEO_RATE,
    _SPEED_BEYOND,
    _SPEED,
    _COURSE,
    _CALLSIGN,
    _TRACK,
    _SURVEILLANCE_STATUS,
    _EMITTER,
) = range(len(PATHS))

MANDATORY = ("010/SAC", "040/ATP", "080")
LIMITS = (
    ("071", 0.0, 86_399.9999),
    ("073", 0.0, 86_399.9999),
    ("077", 0.0, 86_399.9999),
    ("130/LAT", -90.0, 90.0),
    ("130/LON", -180.0, 180.0),
    ("131/LAT", -90.0, 90.0),
    ("131/LON", -180.0, 180.0),
    ("145", -15.0, 1500.0),
    ("140", -1500.0, 204_793.75),
)

_NIC_OF_NUC_P = np.array([0, 1, 1, 4, 5, 6, 7, 8, 10, 11, -1, -1, -1, -1, -1, -1], np.int8)
"""Containment radius of NUCp (DO-260 table 2-11) told as the NIC (DO-260B table 2-14) that promises no more."""

_ANONYMOUS = 3
_HEIGHT_BEYOND = 0x7FFF
_COARSE_LSB_DEG, _FINE_LSB_DEG = 180.0 / 2**23, 180.0 / 2**30
_SPEED_LSB_MPS = NAUTICAL_MILE_M / 2**14
_TURN_LSB_DEG = 360.0 / 2**16
_CLIMB_LSB_MPS = 6.25 * FEET_PER_MINUTE_MPS
_SPI_SET = 3
_SIMULATED, _TEST, _MONITOR = int(PlotFlag.SIMULATED), int(PlotFlag.TEST), int(PlotFlag.FIELD_MONITOR)
_SPI_FLAG, _GROUND, _DOUBT_FLAG = int(PlotFlag.SPI), int(PlotFlag.ON_GROUND), int(PlotFlag.SENSOR_DOUBTS)
_NOT_ICAO = int(PlotFlag.NOT_ICAO)
_F_LATITUDE, _F_LONGITUDE, _F_ALTITUDE, _F_LEVEL, _F_EAST, _F_NORTH, _F_UP, _F_NONE = range(8)


def adsb_plots(
    raw: Int64, receive_time_ns: int, sensors: SensorTable, label: Label, *, correction_ns: int = 0
) -> Plots | None:
    """Convert extracted records (rows, columns as ``PATHS``) to plots in the same order; none when none is a plot.

    A record without position or without time (071, else 073 with 074, else 077) is no plot. NIC, NACp and SIL are kept
    as sent; of a DO-260 transponder (MOPS version 0) NIC comes from NUCp and the others are null. Suspect reports and
    those that fail the ground station's own checks are marked as doubted.
    """
    rows = len(raw)
    real, whole = np.empty((8, rows)), np.empty((3, rows), np.int64)
    wide, narrow = np.empty((2, rows), np.int32), np.empty((2, rows), np.int16)
    quality, flags, letters = np.empty((4, rows), np.int8), np.empty(rows, np.uint16), np.empty((rows, 8), np.uint8)
    n = _fill(
        raw, receive_time_ns, correction_ns, sensors.number_of, sensors.whole, sensors.real,
        real, whole, wide, narrow, quality, flags, letters,
    )  # fmt: skip
    if n == 0:
        return None
    none = real[_F_NONE, :n]
    return Plots(
        time_ns=whole[0, :n],
        receive_time_ns=whole[2, :n],
        sensor=narrow[0, :n],
        scan=whole[1, :n],
        range_m=none,
        azimuth_deg=none,
        elevation_deg=none,
        range_rate_mps=none,
        rcs_dbsm=none,
        latitude_deg=real[_F_LATITUDE, :n],
        longitude_deg=real[_F_LONGITUDE, :n],
        altitude_m=real[_F_ALTITUDE, :n],
        icao_address=wide[0, :n],
        mode_3a=narrow[1, :n],
        flight_level_ft=real[_F_LEVEL, :n],
        callsign=letters[:n].view("S8").ravel(),
        velocity_east_mps=real[_F_EAST, :n],
        velocity_north_mps=real[_F_NORTH, :n],
        velocity_up_mps=real[_F_UP, :n],
        nic=quality[0, :n],
        nac_p=quality[1, :n],
        sil=quality[2, :n],
        sensor_track=wide[1, :n],
        flags=flags[:n],
        tdoa_s=none,
        reference_sensor=np.full(n, NO_CODE, np.int16),
        uas_id=np.zeros(n, "S20"),
        radial_speed_spread_mps=none,
        claim=quality[3, :n],
        sensor_ids=sensors.ids,
        label=label,
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
    wide: Int32,
    narrow: Int16,
    quality: Int8,
    flags: UInt16,
    letters: UInt8,
) -> int:
    n = 0
    for row in range(len(raw)):
        r = raw[row]
        s = number_of[r[_SAC] << 8 | r[_SIC]]
        time_of_day_ns = _time_of_day(r)
        real[:, n] = np.nan
        if time_of_day_ns == ABSENT or not _place(r, real, n):
            continue
        time_ns = unwrap_time(time_of_day_ns, receive_time_ns, sensor_whole[s, OFFSET_NS])
        note_age(s, receive_time_ns - time_ns, sensor_whole, sensor_real)
        sensor_whole[s, SCAN] += 1
        whole[0, n], whole[1, n], whole[2, n] = time_ns + correction_ns, sensor_whole[s, SCAN], receive_time_ns
        if r[_HEIGHT] not in (ABSENT, _HEIGHT_BEYOND):
            real[_F_ALTITUDE, n] = r[_HEIGHT] * (6.25 * FOOT_M)
        if r[_LEVEL] != ABSENT:
            real[_F_LEVEL, n] = r[_LEVEL] * 25.0
        _velocity(r, real, n)
        wide[0, n] = r[_ADDRESS] if r[_ATP] != _ANONYMOUS else -1
        wide[1, n] = r[_TRACK] if r[_TRACK] != ABSENT else -1
        narrow[0, n] = s
        narrow[1, n] = r[_MODE3A] if r[_MODE3A] != ABSENT else -1
        write_letters(r[_CALLSIGN] if r[_CALLSIGN] != ABSENT else 0, letters[n])
        _quality(r, quality, n)
        is_known = 0 <= r[_EMITTER] < len(CLAIM_OF_EMITTER)
        quality[3, n] = CLAIM_OF_EMITTER[r[_EMITTER]] if is_known else -1
        flags[n] = _flags(r)
        n += 1
    return n


@inner_kernel
def _time_of_day(r: Int64) -> int:
    """Take the time of applicability, else of reception with its fraction (I021/074), else of transmission, in ns."""
    if r[_APPLICABLE] != ABSENT:
        return r[_APPLICABLE] * TICK_NS
    if r[_RECEIVED] == ABSENT:
        return r[_SENT] * TICK_NS if r[_SENT] != ABSENT else ABSENT
    if r[_FRACTION] == ABSENT or r[_FSI] == 3:
        return r[_RECEIVED] * TICK_NS
    second = r[_RECEIVED] // 128 + (1 if r[_FSI] == 1 else -1 if r[_FSI] == 2 else 0)
    return second * NS_PER_S + ((r[_FRACTION] * NS_PER_S) >> 30)


@inner_kernel
def _place(r: Int64, real: Float64, n: int) -> bool:
    if r[_FINE_LAT] != ABSENT:
        real[_F_LATITUDE, n], real[_F_LONGITUDE, n] = r[_FINE_LAT] * _FINE_LSB_DEG, r[_FINE_LON] * _FINE_LSB_DEG
    elif r[_LAT] != ABSENT:
        real[_F_LATITUDE, n], real[_F_LONGITUDE, n] = r[_LAT] * _COARSE_LSB_DEG, r[_LON] * _COARSE_LSB_DEG
    else:
        return False
    return True


@inner_kernel
def _velocity(r: Int64, real: Float64, n: int) -> None:
    """Write the ground vector and the climb, geometric before barometric; a value beyond its field is unknown."""
    if r[_SPEED] != ABSENT and r[_SPEED_BEYOND] == 0:
        course = np.deg2rad(r[_COURSE] * _TURN_LSB_DEG)
        speed_mps = r[_SPEED] * _SPEED_LSB_MPS
        real[_F_EAST, n], real[_F_NORTH, n] = speed_mps * np.sin(course), speed_mps * np.cos(course)
    if r[_GEO_RATE] != ABSENT and r[_GEO_BEYOND] == 0:
        real[_F_UP, n] = r[_GEO_RATE] * _CLIMB_LSB_MPS
    elif r[_BARO_RATE] != ABSENT and r[_BARO_BEYOND] == 0:
        real[_F_UP, n] = r[_BARO_RATE] * _CLIMB_LSB_MPS


@inner_kernel
def _quality(r: Int64, quality: Int8, n: int) -> None:
    quality[:3, n] = -1
    if r[_NIC] == ABSENT:
        return
    if r[_VERSION] in (ABSENT, 0):
        quality[0, n] = _NIC_OF_NUC_P[r[_NIC]]
        return
    quality[0, n] = r[_NIC]
    if r[_NAC_P] != ABSENT:
        quality[1, n], quality[2, n] = r[_NAC_P], r[_SIL]


@inner_kernel
def _flags(r: Int64) -> int:
    flags = 0
    if r[_SIM] == 1:
        flags |= _SIMULATED
    if r[_TST] == 1:
        flags |= _TEST
    if r[_RAB] == 1:
        flags |= _MONITOR
    if r[_SURVEILLANCE_STATUS] == _SPI_SET:
        flags |= _SPI_FLAG
    if r[_GBS] == 1:
        flags |= _GROUND
    if r[_ATP] == _ANONYMOUS:
        flags |= _NOT_ICAO
    if r[_CL] == 1 or r[_IPC] == 1 or r[_CPR] == 1 or r[_LDPJ] == 1 or r[_RCF] == 1:
        flags |= _DOUBT_FLAG
    return flags
