"""Radar output: category 048 target reports from columns and category 034 service messages."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from sargas.formats.asterix import specs
from sargas.formats.asterix.pack import (
    Piece,
    codes,
    columns_of,
    constant,
    pack_records,
    quantise,
    quantise_angle,
    six_bit_strings,
    time_of_day,
)
from sargas.formats.asterix.units import NAUTICAL_MILE_M

_RANGE_LSB_M = NAUTICAL_MILE_M / 256
_RANGE_IN_EXPANSION = 0xFFFF


def encode_target_reports(
    sac: int,
    sic: int,
    *,
    time_of_day_s: ArrayLike,
    range_m: ArrayLike,
    azimuth_deg: ArrayLike,
    flight_level_ft: ArrayLike | None = None,
    height_ft: ArrayLike | None = None,
    icao_address: ArrayLike | None = None,
    mode_3a: ArrayLike | None = None,
    callsign: ArrayLike | None = None,
    doppler_mps: ArrayLike | None = None,
    rcs_dbsm: ArrayLike | None = None,
    detection_type: ArrayLike | None = None,
    simulated: bool = False,
    edition: str = "1.32",
) -> list[bytes]:
    """Encode plots of one radar as category 048 datagrams of at most 1,400 octets, rows in the order given.

    Columns of n rows; NaN, -1 or b"" leaves an item out of a row, None out of all. ``time_of_day_s`` is seconds
    since UTC midnight, ``range_m`` slant (from 256 NM on in RE/ERR), ``azimuth_deg`` clockwise from true north,
    ``flight_level_ft`` barometric (I048/090), ``height_ft`` above mean sea level (I048/110), ``doppler_mps`` positive
    when receding (I048/120 CAL), ``rcs_dbsm`` RE/GEN48/RCSDB, ``detection_type`` the TYP code of I048/020 (none: 5
    with an address, 2 with a Mode 3/A code, else 1). Raises ValueError for a value the field cannot hold.
    Source: EUROCONTROL-SPEC-0149-4 (category 048) and its appendix A.
    """
    layout = specs.category(48, edition, specs.DEFAULT_EDITIONS["048/RE"])
    time, has_time = time_of_day(time_of_day_s)
    rows = len(time)
    every = np.ones(rows, bool)
    rho, has_rho = quantise("range_m", range_m, _RANGE_LSB_M, 24)
    theta, has_theta = quantise_angle(azimuth_deg, 16)
    level, has_level = quantise("flight_level_ft", columns_of(rows, np.nan, flight_level_ft), 25.0, 14, signed=True)
    height, has_height = quantise("height_ft", columns_of(rows, np.nan, height_ft), 25.0, 14, signed=True)
    address, has_address = codes("icao_address", columns_of(rows, -1, icao_address), 24)
    squawk, has_squawk = codes("mode_3a", columns_of(rows, -1, mode_3a), 12)
    name, has_name = six_bit_strings("callsign", columns_of(rows, b"", callsign))
    doppler, has_doppler = quantise("doppler_mps", columns_of(rows, np.nan, doppler_mps), 1.0, 10, signed=True)
    rcs, has_rcs = quantise("rcs_dbsm", columns_of(rows, np.nan, rcs_dbsm), 0.01, 14, signed=True)
    kind, has_kind = codes("detection_type", columns_of(rows, -1, detection_type), 3)
    kind = np.where(has_kind, kind, np.where(has_address, 5, np.where(has_squawk, 2, 1))).astype(np.uint64)

    placed = has_rho & has_theta
    far = placed & (rho >= _RANGE_IN_EXPANSION)
    descriptor = (kind << np.uint64(5)) | np.uint64(0x10 if simulated else 0)
    position = (np.where(far, _RANGE_IN_EXPANSION, rho).astype(np.uint64) << np.uint64(16)) | theta
    expansion = far.astype(np.uint64) << np.uint64(3) | has_rcs.astype(np.uint64)
    expansion_octets = np.uint64(2) + far.astype(np.uint64) * np.uint64(3) + has_rcs.astype(np.uint64) * np.uint64(3)
    frn = layout.frn
    return pack_records(
        48,
        [
            Piece(frn("010"), 2, constant(sac << 8 | sic, rows), every),
            Piece(frn("140"), 3, time, has_time),
            Piece(frn("020"), 1, descriptor | far.astype(np.uint64), every),
            Piece(frn("020"), 1, constant(0x40, rows), far),
            Piece(frn("040"), 4, position, placed),
            Piece(frn("070"), 2, squawk, has_squawk),
            Piece(frn("090"), 2, level, has_level),
            Piece(frn("220"), 3, address, has_address),
            Piece(frn("240"), 6, name, has_name),
            Piece(frn("110"), 2, height, has_height),
            Piece(frn("120"), 3, doppler | np.uint64(0x800000), has_doppler),
            Piece(frn("RE"), 2, expansion_octets << np.uint64(8) | expansion, far | has_rcs),
            Piece(frn("RE"), 3, rho, far),
            Piece(frn("RE"), 3, rcs | np.uint64(0x100000), has_rcs),
        ],
    )


def encode_service_message(
    sac: int,
    sic: int,
    *,
    message: Literal["north", "sector"],
    time_of_day_s: float,
    azimuth_deg: float | None = None,
    rotation_period_s: float | None = None,
    position: tuple[float, float, float] | None = None,
    edition: str = "1.29",
) -> bytes:
    """Encode one category 034 message: the beam passes north, or enters the sector that starts at ``azimuth_deg``.

    ``position`` is latitude, longitude (WGS84 degrees) and height (m) of the radar. Raises ValueError for a sector
    without azimuth and for values out of a field's range. Source: EUROCONTROL-SPEC-0149-2b (category 034).
    """
    if message == "sector" and azimuth_deg is None:
        raise ValueError("expected azimuth_deg with a sector message, was None")
    frn = specs.category(34, edition).frn
    every, absent = np.ones(1, bool), np.zeros(1, bool)
    time, _ = time_of_day([time_of_day_s])
    sector, _ = quantise_angle([azimuth_deg or 0.0], 8)
    period, has_period = quantise("rotation_period_s", columns_of(1, np.nan, rotation_period_s), 1 / 128, 16)
    latitude_deg, longitude_deg, height_m = position or (0.0, 0.0, 0.0)
    height, _ = quantise("height_m", [height_m], 1.0, 16, signed=True)
    latitude, _ = quantise("latitude_deg", [latitude_deg], 180 / 2**23, 24, signed=True)
    longitude, _ = quantise("longitude_deg", [longitude_deg], 180 / 2**23, 24, signed=True)
    site = height << np.uint64(48) | latitude << np.uint64(24) | longitude
    return pack_records(
        34,
        [
            Piece(frn("010"), 2, constant(sac << 8 | sic, 1), every),
            Piece(frn("000"), 1, constant(1 if message == "north" else 2, 1), every),
            Piece(frn("030"), 3, time, every),
            Piece(frn("020"), 1, sector, every if message == "sector" else absent),
            Piece(frn("041"), 2, period, has_period),
            Piece(frn("120"), 8, site, absent if position is None else every),
        ],
    )[0]
