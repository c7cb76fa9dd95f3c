"""Tracks of one bucket as few octets, and back. Columns, steps and rounding: spec/release.md, Tracks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from sargas.formats.release.accuracy import (
    BEARING_STEPS,
    HEIGHT_STEPS_PER_OCTAVE,
    HEIGHT_UNIT_M,
    HEIGHT_UNKNOWN,
    POSITION_STEPS_PER_OCTAVE,
    POSITION_UNIT_M,
    POSITION_UNKNOWN,
    VELOCITY_STEPS_PER_OCTAVE,
    VELOCITY_UNIT_MPS,
    VELOCITY_UNKNOWN,
    Ellipse,
    covariance_of,
    ellipse_of,
    pack_accuracy,
    sigma_of,
    step_up,
    unpack_accuracy,
)
from sargas.formats.release.octets import (
    Octets,
    ReleaseError,
    plane_octets,
    text_octets,
    varint_octets,
    varints_octets,
)
from sargas.model.columns import NO_CODE, Float64, Int64, PlotFlag, UInt8
from sargas.model.label import Label
from sargas.model.tracks import CLASSES, Tracks

KIND = 1
ELLIPSE, SENSORS, ECHO, TIMES = 1, 2, 4, 8
"""Optional columns."""
MOST_BUCKETS, MOST_TRACKS, MOST_SENSORS = 32, 20_000, 64
LATITUDE_STEP_DEG, LONGITUDE_STEP_DEG = 180.0 / (1 << 24), 360.0 / (1 << 24)
ALTITUDE_FLOOR_M, ALTITUDE_UNKNOWN = -1000.0, 0xFFFF
VELOCITY_STEP_MPS, VELOCITY_NONE, UP_STEP_MPS, UP_NONE = 0.1, -32_768, 0.5, -128
AGE_STEP_NS, MS = 500_000_000, 1_000_000
FOREIGN_ID, HAS_SINCE = 64, 128
NOT_CLASSIFIED = 15
ECHO_NONE = -128
_SIMULATED = int(PlotFlag.SIMULATED | PlotFlag.TEST | PlotFlag.FIELD_MONITOR)
_NETWORK_ID = re.compile(rb"[A-Z]{3}-(0|[1-9][0-9]{0,11})")
_WRITTEN_ID = re.compile(rb"[A-Z]{3}-[0-9]{1,12}")


@dataclass(frozen=True, slots=True, eq=False)
class ToldTracks:
    """Tracks as one nation tells them to another, and what a track of ours has no column for, a row each."""

    tracks: Tracks
    danger: UInt8
    """Worst standing alert: 0 none, 1 advisory, 2 critical."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What goes beyond the least that is told; all of it is off unless a rule grants it."""

    full_accuracy: bool = False
    sensor_names: bool = False
    echo: bool = False


def pack_tracks(told: ToldTracks, origin: str, bucket: int, buckets: int, detail: Detail = Detail()) -> bytes:
    """Write the tracks of a bucket: those whose number modulo ``buckets`` is ``bucket``, rising by number.

    ``network_id`` b"" counts as the origin's own number. Raises ReleaseError for rows that fit no column.
    """
    order = np.argsort(told.tracks.track_id, kind="stable")
    tracks, danger = told.tracks.take(order), told.danger[order]
    since_ns = tracks.network_since_ns
    _check(tracks, bucket, buckets)
    names = tracks.sensor_ids if detail.sensor_names else ()
    if len(names) > MOST_SENSORS:
        raise ReleaseError(f"expected at most {MOST_SENSORS} named sensors, was {len(names)}: release no sensor names")
    base_ns = int(tracks.time_ns.max()) if len(tracks) else 0
    late_ms = (base_ns - tracks.time_ns) // MS
    mask = (
        (ELLIPSE if detail.full_accuracy else 0)
        | (SENSORS if names else 0)
        | (ECHO if detail.echo else 0)
        | (TIMES if late_ms.any() else 0)
    )
    foreign = [
        _foreign_id(v, origin, n) for v, n in zip(tracks.network_id.tolist(), tracks.track_id.tolist(), strict=True)
    ]
    parts = [
        bytes((KIND, mask, bucket, buckets)),
        len(tracks).to_bytes(2, "little"),
        base_ns.to_bytes(8, "little"),
        varints_octets(np.diff(tracks.track_id // buckets, prepend=0).tolist()),
        *_motion_columns(tracks),
        plane_octets(_accuracy_steps(tracks, full=detail.full_accuracy)),
        plane_octets(_state_column(tracks, danger, since_ns, foreign)),
        plane_octets(_class_column(tracks)),
        b"".join(_identity_octets(one, int(s), base_ns) for one, s in zip(foreign, since_ns.tolist(), strict=True)),
    ]
    if mask & TIMES:
        parts.append(varints_octets(late_ms.tolist()))
    if mask & ELLIPSE:
        parts.extend(_ellipse_columns(tracks))
    if mask & SENSORS:
        parts += [bytes((len(names),)), *(text_octets(name, "sensor name") for name in names)]
        parts.append(varints_octets([int(v) for v in tracks.contributing[:, 0].tolist()]))
    if mask & ECHO:
        echo = np.clip(np.nan_to_num(np.rint(tracks.rcs_dbsm), nan=ECHO_NONE), ECHO_NONE, 127)
        parts.append(echo.astype(np.int8).tobytes())
    return b"".join(parts)


def unpack_tracks(body: bytes, origin: str, label: Label) -> tuple[ToldTracks, int, int]:
    """Read a bucket: its tracks under the origin's numbers, its number, and how many buckets there are.

    Sensors are named ``<origin>:<name>``, or ``partner:<origin>`` where none is told. Raises ReleaseError.
    """
    octets = Octets(body)
    if (kind := octets.whole(1, "kind of body")) != KIND:
        raise ReleaseError(f"expected a body of tracks (kind {KIND}), was kind {kind}: update this node")
    mask, bucket, buckets = (octets.whole(1, what) for what in ("mask", "bucket", "number of buckets"))
    if mask & ~(ELLIPSE | SENSORS | ECHO | TIMES):
        raise ReleaseError(f"expected columns that version 1 knows, was mask {mask}: update this node")
    if not 1 <= buckets <= MOST_BUCKETS or bucket >= buckets:
        raise ReleaseError(f"expected a bucket below 1..{MOST_BUCKETS} buckets, was {bucket} of {buckets}")
    n, base_ns = octets.whole(2, "number of tracks"), octets.whole(8, "base time")
    if n > MOST_TRACKS or base_ns >= 1 << 62:
        raise ReleaseError(f"expected at most {MOST_TRACKS} tracks of a time before 2116, was {n} at {base_ns}")
    track_id = _read_numbers(octets, n, bucket, buckets)
    columns = _read_motion(octets, n, base_ns)
    position, height, velocity = unpack_accuracy(octets.numbers(n, "<u2", "accuracy"))
    state, kinds = octets.numbers(n, "u1", "state"), octets.numbers(n, "u1", "class")
    if (kinds >> 4 == NOT_CLASSIFIED).sum() + (kinds >> 4 < len(CLASSES)).sum() != n or ((state >> 2) & 3 == 3).any():
        raise ReleaseError(f"expected classes 0..{len(CLASSES) - 1} and tiers 0..2: update this node")
    network_id, since_ns = _read_identities(octets, state, track_id, origin, base_ns)
    time_ns = np.full(n, base_ns, np.int64)
    if mask & TIMES:
        time_ns -= np.array([_bounded(octets.varint("lateness"), 86_400_000) for _ in range(n)], np.int64) * MS
    ellipse = _read_ellipse(octets, n, position, with_shape=bool(mask & ELLIPSE))
    sensor_ids, contributing = _read_sensors(octets, n, origin, named=bool(mask & SENSORS))
    if mask & ECHO:
        rcs = octets.numbers(n, "i1", "echo").astype(np.float32)
        columns["rcs_dbsm"] = np.where(rcs == ECHO_NONE, np.float32(np.nan), rcs)
    octets.end()
    sigma_height = sigma_of(height, HEIGHT_UNIT_M, HEIGHT_STEPS_PER_OCTAVE, HEIGHT_UNKNOWN)
    sigma_velocity = sigma_of(velocity, VELOCITY_UNIT_MPS, VELOCITY_STEPS_PER_OCTAVE, VELOCITY_UNKNOWN)
    columns["update_time_ns"] = np.minimum(columns["update_time_ns"], time_ns)
    tracks = Tracks.of(
        time_ns=time_ns,
        track_id=track_id,
        label=label,
        sensor_ids=sensor_ids,
        contributing=contributing,
        covariance=covariance_of(ellipse, sigma_height, sigma_velocity),
        status=state & 3,
        flags=_flags_of(state),
        class_probabilities=_probabilities(kinds),
        network_id=network_id,
        network_since_ns=since_ns,
        position_95_m=(2.4477 * ellipse.major_m).astype(np.float32),
        velocity_95_mps=(2.4477 * sigma_velocity).astype(np.float32),
        **columns,
    )
    return ToldTracks(tracks, (state >> 2 & 3).astype(np.uint8)), bucket, buckets


def _check(tracks: Tracks, bucket: int, buckets: int) -> None:
    if not 1 <= buckets <= MOST_BUCKETS or not 0 <= bucket < buckets:
        raise ReleaseError(f"expected a bucket below 1..{MOST_BUCKETS} buckets, was {bucket} of {buckets}")
    if len(tracks) > MOST_TRACKS:
        raise ReleaseError(f"expected at most {MOST_TRACKS} tracks a bucket, was {len(tracks)}: use more buckets")
    numbers = tracks.track_id
    if len(numbers) and (numbers.min() < 0 or (numbers % buckets != bucket).any() or not np.all(np.diff(numbers) > 0)):
        raise ReleaseError(f"expected numbers of bucket {bucket} of {buckets}, each once, was another")
    for name in ("latitude_deg", "longitude_deg"):
        if not np.isfinite(getattr(tracks, name)).all():
            raise ReleaseError(f"expected {name} of every track, was unknown: leave the row out")


def _foreign_id(network_id: bytes, origin: str, number: int) -> bytes:
    """Return the identity that must be written out; b"" where it is the origin's own number."""
    if network_id in (b"", f"{origin}-{number}".encode()):
        return b""
    if not _NETWORK_ID.fullmatch(network_id):
        raise ReleaseError(f"expected a network identity such as LTU-1234, was {network_id!r}")
    return network_id


def _motion_columns(tracks: Tracks) -> list[bytes]:
    latitude = np.clip(np.floor((tracks.latitude_deg + 90.0) / LATITUDE_STEP_DEG), 0, (1 << 24) - 1)
    longitude = np.floor((tracks.longitude_deg + 180.0) % 360.0 / LONGITUDE_STEP_DEG).astype(np.int64) % (1 << 24)
    altitude = np.clip(np.rint(tracks.altitude_m - ALTITUDE_FLOOR_M), 0, ALTITUDE_UNKNOWN - 1)
    altitude = np.where(np.isnan(tracks.altitude_m), ALTITUDE_UNKNOWN, altitude)
    ages = np.clip((tracks.time_ns - tracks.update_time_ns) // AGE_STEP_NS, 0, 255)
    return [
        plane_octets(latitude.astype("<u4"), 3),
        plane_octets(longitude.astype("<u4"), 3),
        plane_octets(altitude.astype("<u2")),
        plane_octets(_signed(tracks.velocity_east_mps, VELOCITY_STEP_MPS, VELOCITY_NONE, "<i2")),
        plane_octets(_signed(tracks.velocity_north_mps, VELOCITY_STEP_MPS, VELOCITY_NONE, "<i2")),
        plane_octets(_signed(tracks.velocity_up_mps, UP_STEP_MPS, UP_NONE, "i1")),
        plane_octets(ages.astype(np.uint8)),
    ]


def _signed(values: Float64, step: float, none: int, kind: str) -> np.ndarray[Any, Any]:
    found = np.clip(np.rint(values / step), none + 1, -none - 1)
    return np.where(np.isnan(values), none, np.nan_to_num(found)).astype(kind)


def _accuracy_steps(tracks: Tracks, *, full: bool) -> np.ndarray[Any, Any]:
    covariance, ellipse = tracks.covariance, ellipse_of(tracks.covariance)
    with np.errstate(invalid="ignore"):
        velocity = np.sqrt(np.maximum(covariance[:, 15], covariance[:, 18]))
        height = np.sqrt(covariance[:, 11])
    position = step_up(ellipse.major_m, POSITION_UNIT_M, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN)
    heights = step_up(height, HEIGHT_UNIT_M, HEIGHT_STEPS_PER_OCTAVE, HEIGHT_UNKNOWN)
    velocities = step_up(velocity, VELOCITY_UNIT_MPS, VELOCITY_STEPS_PER_OCTAVE, VELOCITY_UNKNOWN)
    if not full:  # whole octaves: how well a sensor measures cannot be read out of them
        position = _whole_octaves(position, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN)
        heights = _whole_octaves(heights, HEIGHT_STEPS_PER_OCTAVE, HEIGHT_UNKNOWN)
        velocities = _whole_octaves(velocities, VELOCITY_STEPS_PER_OCTAVE, VELOCITY_UNKNOWN)
    return pack_accuracy(position, heights, velocities).astype("<u2")


def _whole_octaves(steps: UInt8, per_octave: int, unknown: int) -> UInt8:
    up = -(-steps.astype(np.int64) // per_octave) * per_octave
    out: UInt8 = np.where((steps >= unknown) | (up >= unknown), unknown, up).astype(np.uint8)
    return out


def _state_column(tracks: Tracks, danger: UInt8, since_ns: Int64, foreign: list[bytes]) -> UInt8:
    if len(danger) and danger.max() > 2:
        raise ReleaseError(f"expected tiers 0..2, was {danger.max()}")
    state = tracks.status & 3 | danger.astype(np.uint8) << 2
    state = state | np.where(tracks.flags & _SIMULATED != 0, 16, 0) | np.where(tracks.flags & PlotFlag.ON_GROUND, 32, 0)
    state = state | np.where([bool(one) for one in foreign], FOREIGN_ID, 0) | np.where(since_ns >= 0, HAS_SINCE, 0)
    return state.astype(np.uint8)


def _class_column(tracks: Tracks) -> UInt8:
    chances = np.nan_to_num(tracks.class_probabilities, nan=0.0)
    best = chances.argmax(axis=1) if len(chances) else np.zeros(0, np.int64)
    chance = np.clip(np.rint(chances.max(axis=1, initial=0.0) * 15), 2, 15).astype(np.int64)
    known = ~np.isnan(tracks.class_probabilities).all(axis=1) & (chances.max(axis=1, initial=0.0) > 0)
    out: UInt8 = np.where(known, best << 4 | chance, NOT_CLASSIFIED << 4).astype(np.uint8)
    return out


def _identity_octets(foreign: bytes, since_ns: int, base_ns: int) -> bytes:
    """Write a foreign identity (nation, number) and its age: whole ms as an even number, else ns as an odd one."""
    out = b""
    if foreign:
        nation, _, number = foreign.partition(b"-")
        out = nation + varint_octets(int(number))
    if since_ns >= 0:
        top = base_ns // MS * MS + (1 << 40)  # an identity may be some minutes younger than the state it stands in
        if since_ns > top:
            raise ReleaseError(f"expected an identity older than {top}, was {since_ns}: check the clocks")
        age = top - since_ns
        out += varint_octets(age // MS << 1 if age % MS == 0 else age << 1 | 1)
    return out


def _ellipse_columns(tracks: Tracks) -> list[bytes]:
    ellipse = ellipse_of(tracks.covariance)
    minor = step_up(ellipse.minor_m, POSITION_UNIT_M, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN)
    bearing = np.rint(np.nan_to_num(ellipse.bearing_deg) * (BEARING_STEPS / 180.0)) % BEARING_STEPS
    return [minor.tobytes(), bearing.astype(np.uint8).tobytes()]


def _read_numbers(octets: Octets, n: int, bucket: int, buckets: int) -> Int64:
    found, quotient = [], 0
    for row in range(n):
        gap = octets.varint("track number")
        if row and not gap:
            raise ReleaseError("expected each track number once, was one twice")
        quotient = _bounded(quotient + gap, 1 << 56)
        found.append(quotient * buckets + bucket)
    return np.array(found, np.int64)


def _bounded(value: int, limit: int) -> int:
    if value >= limit:
        raise ReleaseError(f"expected a number below {limit}, was {value}")
    return value


def _read_motion(octets: Octets, n: int, base_ns: int) -> dict[str, Any]:
    latitude = (octets.triples(n, "latitude") + 0.5) * LATITUDE_STEP_DEG - 90.0
    longitude = (octets.triples(n, "longitude") + 0.5) * LONGITUDE_STEP_DEG - 180.0
    altitude = octets.numbers(n, "<u2", "altitude")
    east, north = (octets.numbers(n, "<i2", "velocity") for _ in range(2))
    up, ages = octets.numbers(n, "i1", "velocity up"), octets.numbers(n, "u1", "age")
    return {
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "altitude_m": np.where(altitude == ALTITUDE_UNKNOWN, np.nan, altitude + ALTITUDE_FLOOR_M),
        "velocity_east_mps": np.where(east == VELOCITY_NONE, np.nan, east * VELOCITY_STEP_MPS),
        "velocity_north_mps": np.where(north == VELOCITY_NONE, np.nan, north * VELOCITY_STEP_MPS),
        "velocity_up_mps": np.where(up == UP_NONE, np.nan, up * UP_STEP_MPS),
        "update_time_ns": base_ns - ages.astype(np.int64) * AGE_STEP_NS,
    }


def _read_identities(
    octets: Octets, state: UInt8, track_id: Int64, origin: str, base_ns: int
) -> tuple[np.ndarray[Any, Any], Int64]:
    names, since, top = [], [], base_ns // MS * MS + (1 << 40)
    for bits, number in zip(state.tolist(), track_id.tolist(), strict=True):
        name = f"{origin}-{number}".encode()
        if bits & FOREIGN_ID:
            nation = octets.take(3, "nation of an identity")
            name = nation + f"-{octets.varint('number of an identity')}".encode()
        if not _WRITTEN_ID.fullmatch(name):
            raise ReleaseError(f"expected a network identity such as LTU-1234, was {name!r}")
        names.append(name)
        since.append(_read_since(octets, top) if bits & HAS_SINCE else NO_CODE)
    return np.array(names, "S16"), np.array(since, np.int64)


def _read_since(octets: Octets, top: int) -> int:
    age = octets.varint("age of an identity")
    born_ns = top - (age >> 1 if age & 1 else (age >> 1) * MS)
    if born_ns < 0:
        raise ReleaseError("expected an identity given after 1970")
    return born_ns


def _read_ellipse(octets: Octets, n: int, position: UInt8, *, with_shape: bool) -> Ellipse:
    major = sigma_of(position, POSITION_UNIT_M, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN)
    if not with_shape:
        return Ellipse(major, major, np.zeros(n))
    minor = sigma_of(
        octets.numbers(n, "u1", "minor axis"), POSITION_UNIT_M, POSITION_STEPS_PER_OCTAVE, POSITION_UNKNOWN
    )
    bearing = octets.numbers(n, "u1", "bearing") * (180.0 / BEARING_STEPS)
    return Ellipse(major, np.fmin(minor, major), bearing)


def _read_sensors(octets: Octets, n: int, origin: str, *, named: bool) -> tuple[tuple[str, ...], np.ndarray[Any, Any]]:
    if not named:
        return (f"partner:{origin}",), np.ones((n, 1), np.uint64)
    count = octets.whole(1, "number of sensors")
    names = tuple(f"{origin}:{octets.text('sensor name')}" for _ in range(count))
    masks = [octets.varint("sensors of a track") for _ in range(n)]
    if count > MOST_SENSORS or len(set(names)) != count or any(mask >> count for mask in masks):
        raise ReleaseError("expected tracks of the sensors named, each named once, was another")
    return names, np.array(masks, np.uint64).reshape(n, 1)


def _flags_of(state: UInt8) -> np.ndarray[Any, Any]:
    simulated, ground = (state & 16 != 0) * int(PlotFlag.SIMULATED), (state & 32 != 0) * int(PlotFlag.ON_GROUND)
    return (simulated | ground).astype(np.uint16)


def _probabilities(kinds: UInt8) -> np.ndarray[Any, Any]:
    """Give the class told its probability, and the others an equal part of the rest."""
    chance = np.maximum(kinds & 15, 2).astype(np.float32) / 15
    found = np.repeat(((1 - chance) / (len(CLASSES) - 1))[:, None], len(CLASSES), axis=1)
    best = (kinds >> 4).astype(np.int64)
    known = best < len(CLASSES)
    found[np.flatnonzero(known), best[known]] = chance[known]
    found[~known] = np.nan
    return found
