"""Why an alert was raised, in words with figures, most important first."""

from __future__ import annotations

from math import atan2, degrees, hypot, isnan

from sargas.assessment.saying import say
from sargas.model.saying import Said
from sargas.model.tracks import Tracks

AIRLINER_SPEED_MPS = (100.0, 300.0)
AIRLINER_MIN_ALTITUDE_M = 3_000.0
AIRLINER_MAX_CLIMB_MPS = 30.0
"""A flight like an airliner's: fast, high and level; below 3,000 m cruise missiles and jet drones fly as fast."""


def is_cooperative(tracks: Tracks, row: int) -> bool:
    """Say whether a track gives an ICAO address and flies as an airliner does."""
    return bool(tracks.icao_address[row] >= 0) and flies_like_airliner(tracks, row)


def flies_like_airliner(tracks: Tracks, row: int) -> bool:
    """Say whether speed, altitude and climb are those of an airliner en route; anything not known is not."""
    low, high = AIRLINER_SPEED_MPS
    return (
        low <= ground_speed_mps(tracks, row) <= high
        and tracks.altitude_m[row] >= AIRLINER_MIN_ALTITUDE_M
        and abs(tracks.velocity_up_mps[row]) <= AIRLINER_MAX_CLIMB_MPS
    )


def describe_track(tracks: Tracks, row: int, altitude_m: float) -> tuple[Said, ...]:
    """Say who a track claims to be, how it flies and who sees it; ``altitude_m``: NaN where it is not known."""
    return (_identity(tracks, row), _flight(tracks, row, altitude_m), *_sensors(tracks, row))


def _identity(tracks: Tracks, row: int) -> Said:
    callsign = tracks.callsign[row].decode("ascii", "replace").strip()
    if tracks.icao_address[row] >= 0:
        name = f"{callsign} ({tracks.icao_address[row]:06x})" if callsign else f"{tracks.icao_address[row]:06x}"
        return say("named_airliner" if flies_like_airliner(tracks, row) else "named_other", name=name)
    if tracks.mode_3a[row] >= 0:
        return say("code_only", code=f"{tracks.mode_3a[row]:04o}")
    return say("nameless")


def _flight(tracks: Tracks, row: int, altitude_m: float) -> Said:
    height = say("altitude_unknown") if isnan(altitude_m) else say("altitude", altitude=f"{altitude_m:.0f}")
    speed_mps = ground_speed_mps(tracks, row)
    if isnan(speed_mps):
        return say("flight_unknown", height=height)
    heading_deg = degrees(atan2(tracks.velocity_east_mps[row], tracks.velocity_north_mps[row])) % 360.0
    return say("flight", speed=f"{speed_mps:.0f}", course=f"{round(heading_deg) % 360:03d}", height=height)


def _sensors(tracks: Tracks, row: int) -> tuple[Said, ...]:
    words = tracks.contributing[row].tolist()
    names = [name for i, name in enumerate(tracks.sensor_ids) if words[i // 64] >> (i % 64) & 1]
    return (say("seen_by", sensors=", ".join(names)),) if names else ()


def ground_speed_mps(tracks: Tracks, row: int) -> float:
    """Return the speed over ground of a track, m/s."""
    return hypot(tracks.velocity_east_mps[row], tracks.velocity_north_mps[row])
