"""aircraft.json: field by field from a list of aircraft objects to reports (README-json.md, aircraft.json).

Units on the wire: feet, knots, feet a minute, seconds before ``now``. ``lastPosition``, ``rr_lat`` and ``rr_lon`` are
never read: a position that old or that rough is not a measurement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sargas.formats.cooperative import (
    CATEGORIES,
    CLAIM_OF_EMITTER,
    METRES_PER_FOOT,
    MPS_PER_FPM,
    MPS_PER_KNOT,
    Reports,
)
from sargas.formats.rows import EARLIEST_UNIX_S, LATEST_UNIX_S, RejectLog, read_callsigns, read_codes, read_numbers
from sargas.model.columns import NO_CODE, NS_PER_S, Float64, Int8, Int32, Int64, PlotFlag, UInt16

OLDEST_POSITION_S = 15.0
"""An older position is held by the receiver, not measured (readsb itself keeps it for 60 s)."""
LOWEST_FT, HIGHEST_FT = -2_000.0, 130_000.0
FASTEST_KN = 3_000.0
FASTEST_CLIMB_FPM = 60_000.0

Aircraft = Mapping[str, Any]


def read_aircraft(
    aircraft: Sequence[Aircraft], rows: Sequence[int], now_s: Sequence[float], log: RejectLog
) -> tuple[Reports, int]:
    """Read the aircraft that have a position; also count those whose position is too old.

    ``rows`` are the indices to name in rejects, ``now_s`` the Unix time each object holds at. An aircraft without
    any position is not a reject: readsb lists what it only heard, too.
    """
    located = [i for i, one in enumerate(aircraft) if "lat" in one or "lon" in one]
    aircraft, rows = [aircraft[i] for i in located], [rows[i] for i in located]
    latitude_deg = _numbers(aircraft, rows, "lat", -90, 90, log)
    longitude_deg = _numbers(aircraft, rows, "lon", -180, 180, log)
    age_s = _numbers(aircraft, rows, "seen_pos", 0, 1e6, log)
    keys = [_key(one) for one in aircraft]
    named = np.array([key != "" for key in keys], bool)
    placed = ~np.isnan(latitude_deg) & ~np.isnan(longitude_deg)
    log.add_where(~placed, rows, "expected lat and lon both; aircraft dropped")
    log.add_where(np.isnan(age_s), rows, "expected seen_pos with a position; aircraft dropped")
    log.add_where(~named, rows, "expected hex of 6 digits; aircraft dropped")
    whole = placed & ~np.isnan(age_s) & named
    recent = whole & (age_s <= OLDEST_POSITION_S)
    kept = np.flatnonzero(recent)
    time_s = np.array([now_s[i] for i in located], np.float64) - np.nan_to_num(age_s)
    return (
        _reports(
            [aircraft[i] for i in kept],
            [rows[i] for i in kept],
            [keys[i] for i in kept],
            time_s[kept],
            latitude_deg[kept],
            longitude_deg[kept],
            log,
        ),
        int(whole.sum() - recent.sum()),
    )


def _reports(
    aircraft: Sequence[Aircraft],
    rows: Sequence[int],
    keys: Sequence[str],
    time_s: Float64,
    latitude_deg: Float64,
    longitude_deg: Float64,
    log: RejectLog,
) -> Reports:
    geometric_fpm = _numbers(aircraft, rows, "geom_rate", -FASTEST_CLIMB_FPM, FASTEST_CLIMB_FPM, log)
    barometric_fpm = _numbers(aircraft, rows, "baro_rate", -FASTEST_CLIMB_FPM, FASTEST_CLIMB_FPM, log)
    on_ground = [one.get("alt_baro") == "ground" for one in aircraft]
    levels = [None if ground else one.get("alt_baro") for one, ground in zip(aircraft, on_ground, strict=True)]
    nic, nac_p, sil = read_quality(aircraft, rows, log)
    return Reports(
        keys=keys,
        time_ns=unix_ns(time_s),
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        altitude_m=_numbers(aircraft, rows, "alt_geom", LOWEST_FT, HIGHEST_FT, log) * METRES_PER_FOOT,
        flight_level_ft=read_numbers(levels, rows, "alt_baro", LOWEST_FT, HIGHEST_FT, log),
        ground_speed_mps=_numbers(aircraft, rows, "gs", 0, FASTEST_KN, log) * MPS_PER_KNOT,
        track_deg=_numbers(aircraft, rows, "track", 0, 360, log),
        climb_mps=np.where(np.isnan(geometric_fpm), barometric_fpm, geometric_fpm) * MPS_PER_FPM,
        icao_address=read_addresses(keys),
        mode_3a=read_codes([one.get("squawk") for one in aircraft], rows, "squawk", 8, 4, log).astype(np.int16),
        callsign=read_callsigns([one.get("flight") for one in aircraft], rows, log),
        nic=nic,
        nac_p=nac_p,
        sil=sil,
        flags=read_flags(aircraft, keys, on_ground),
        claim=np.array([_claim(one.get("category")) for one in aircraft], np.int8),
    )


def read_quality(aircraft: Sequence[Aircraft], rows: Sequence[int], log: RejectLog) -> tuple[Int8, Int8, Int8]:
    """Read NIC, NACp and SIL; the last two are null for version 0, which sends neither (readsb derives them)."""
    nic = _numbers(aircraft, rows, "nic", 0, 11, log)
    nac_p = _numbers(aircraft, rows, "nac_p", 0, 11, log)
    sil = _numbers(aircraft, rows, "sil", 0, 3, log)
    first_generation = np.array([one.get("version") == 0 for one in aircraft], bool)
    nac_p[first_generation] = np.nan
    sil[first_generation] = np.nan
    return _codes(nic), _codes(nac_p), _codes(sil)


def read_flags(aircraft: Sequence[Aircraft], keys: Sequence[str], on_ground: Sequence[bool]) -> UInt16:
    """Read the plot flags: on the ground, special position identification, an address that is not ICAO's."""
    spi = np.array([one.get("spi") == 1 for one in aircraft], bool)
    foreign = np.array([key.startswith("~") for key in keys], bool)
    return (
        np.where(on_ground, int(PlotFlag.ON_GROUND), 0)
        | np.where(spi, int(PlotFlag.SPI), 0)
        | np.where(foreign, int(PlotFlag.NOT_ICAO), 0)
    ).astype(np.uint16)


def read_addresses(keys: Sequence[str]) -> Int32:
    """Return the 24-bit addresses of checked keys; null where the address is not ICAO's."""
    return np.array([NO_CODE if key.startswith("~") else int(key, 16) for key in keys], np.int32)


def address_key(value: Any) -> str:
    """Return the address in lower case, with ``~`` if it is not ICAO's; empty if it is no address at all."""
    digits = value.removeprefix("~") if isinstance(value, str) else ""
    is_address = len(digits) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in digits)
    return str(value).lower() if is_address else ""


def unix_s(value: Any) -> float | None:
    """Return a stamp in Unix seconds; None for what is no number or no time of this century."""
    is_time = isinstance(value, int | float) and not isinstance(value, bool) and EARLIEST_UNIX_S < value < LATEST_UNIX_S
    return float(value) if is_time else None


def unix_ns(time_s: Float64) -> Int64:
    """Convert Unix seconds to nanoseconds, rounded to the microsecond that a double still holds."""
    return np.round(time_s * 1e6).astype(np.int64) * (NS_PER_S // 1_000_000)


def _claim(category: Any) -> int:
    """Return the code of what a category (A1 to C7) says of the kind; null for what says nothing."""
    emitter = CATEGORIES.get(category) if isinstance(category, str) else None
    return NO_CODE if emitter is None else int(CLAIM_OF_EMITTER[emitter])


def _key(one: Aircraft) -> str:
    return address_key(one.get("hex"))


def _numbers(
    aircraft: Sequence[Aircraft], rows: Sequence[int], name: str, low: float, high: float, log: RejectLog
) -> Float64:
    return read_numbers([one.get(name) for one in aircraft], rows, name, low, high, log)


def _codes(values: Float64) -> Int8:
    return np.where(np.isnan(values), NO_CODE, values).astype(np.int8)
