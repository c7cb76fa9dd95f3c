"""ADS-B output: category 021 target reports from columns."""

from __future__ import annotations

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
from sargas.formats.asterix.units import FOOT_M, NAUTICAL_MILE_M

_MOPS_DO_260B_1090ES = 2 << 3 | 2


def encode_adsb_reports(
    sac: int,
    sic: int,
    *,
    time_of_day_s: ArrayLike,
    latitude_deg: ArrayLike,
    longitude_deg: ArrayLike,
    altitude_m: ArrayLike,
    flight_level_ft: ArrayLike,
    icao_address: ArrayLike,
    callsign: ArrayLike,
    velocity_east_mps: ArrayLike,
    velocity_north_mps: ArrayLike,
    nic: ArrayLike,
    nac_p: ArrayLike,
    sil: ArrayLike,
    emitter_category: ArrayLike | None = None,
    simulated: bool = False,
    edition: str = "2.6",
) -> list[bytes]:
    """Encode ADS-B reports as category 021 datagrams of at most 1,400 octets, rows in the order given.

    Columns of n rows; NaN, -1 or b"" leaves an item out of a row. ``time_of_day_s`` is seconds since UTC midnight of
    the position (I021/071 and, as time of reception, 073), position WGS84 (130 and 131), ``altitude_m`` ellipsoidal
    (140), ``flight_level_ft`` barometric (145). MOPS version DO-260B. Raises ValueError for a value the field cannot
    hold. Source: EUROCONTROL-SPEC-0149-12 (category 021).
    """
    frn = specs.category(21, edition).frn
    time, has_time = time_of_day(time_of_day_s)
    rows = len(time)
    every = np.ones(rows, bool)
    latitude, has_latitude = quantise("latitude_deg", latitude_deg, 180 / 2**30, 32, signed=True)
    longitude, has_longitude = quantise("longitude_deg", longitude_deg, 180 / 2**30, 32, signed=True)
    coarse_latitude, _ = quantise("latitude_deg", latitude_deg, 180 / 2**23, 24, signed=True)
    coarse_longitude, _ = quantise("longitude_deg", _below_180(longitude_deg), 180 / 2**23, 24, signed=True)
    height, has_height = quantise("altitude_m", altitude_m, 6.25 * FOOT_M, 16, signed=True)
    level, has_level = quantise("flight_level_ft", flight_level_ft, 25.0, 16, signed=True)
    address, has_address = codes("icao_address", icao_address, 24)
    name, has_name = six_bit_strings("callsign", callsign)
    quality, has_quality = _quality(nic, nac_p, sil)
    east, north = np.asarray(velocity_east_mps, float), np.asarray(velocity_north_mps, float)
    speed, has_speed = quantise("ground speed", np.hypot(east, north), NAUTICAL_MILE_M / 2**14, 15)
    course, _ = quantise_angle(np.rad2deg(np.arctan2(east, north)), 16)
    emitter, has_emitter = codes("emitter_category", columns_of(rows, -1, emitter_category), 8)
    placed = has_latitude & has_longitude
    return pack_records(
        21,
        [
            Piece(frn("010"), 2, constant(sac << 8 | sic, rows), every),
            Piece(frn("040"), 1, constant(1 if simulated else 0, rows), every),
            Piece(frn("040"), 1, constant(0x20, rows), every if simulated else ~every),
            Piece(frn("071"), 3, time, has_time),
            Piece(frn("130"), 6, coarse_latitude << np.uint64(24) | coarse_longitude, placed),
            Piece(frn("131"), 8, latitude << np.uint64(32) | longitude, placed),
            Piece(frn("080"), 3, address, has_address),
            Piece(frn("073"), 3, time, has_time),
            Piece(frn("140"), 2, height, has_height),
            Piece(frn("090"), 2, quality, has_quality),
            Piece(frn("210"), 1, constant(_MOPS_DO_260B_1090ES, rows), every),
            Piece(frn("145"), 2, level, has_level),
            Piece(frn("160"), 4, speed << np.uint64(16) | course, has_speed),
            Piece(frn("170"), 6, name, has_name),
            Piece(frn("020"), 1, emitter, has_emitter),
        ],
    )


def _below_180(longitude_deg: ArrayLike) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Keep the coarse field from rounding up to its missing +180."""
    return np.minimum(np.asarray(longitude_deg, float), 180.0 - 180 / 2**23)


def _quality(
    nic: ArrayLike, nac_p: ArrayLike, sil: ArrayLike
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint64]], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]:
    """Compose the first two parts of I021/090: NIC; SIL and NACp. A row with any of them absent has no item."""
    containment, has_nic = codes("nic", nic, 4)
    accuracy, has_nac_p = codes("nac_p", nac_p, 4)
    integrity, has_sil = codes("sil", sil, 2)
    first = containment << np.uint64(1) | np.uint64(1)
    second = integrity << np.uint64(5) | accuracy << np.uint64(1)
    return first << np.uint64(8) | second, has_nic & has_nac_p & has_sil
