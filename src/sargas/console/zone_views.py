"""The HTTP API of zones: draw, change, delete, import. Each is journaled before it takes effect, at the next second."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter, HTTPException, Response
from pydantic import Field

from sargas.console.context import Console
from sargas.console.decisions import refuse_unless_allowed
from sargas.console.imports import FileText, file_route, take
from sargas.console.messages import ImportedFile
from sargas.console.sessions import Entering, HasConsole
from sargas.console.strictness import read_strictly
from sargas.geo.plane import RegionPlane
from sargas.geo.zone_geojson import zones_from_geojson
from sargas.geo.zones import ZoneIndex
from sargas.identification.permission_files import Problem
from sargas.model.records import Configuration, Value, Zone, ZoneChange
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api/zones")

MOST_IMPORTED = 2_000
MOST_CORNERS = 10_000
LONGEST_ID, LONGEST_NAME = 100, 200
"""Each goes to every screen, in every change of the configuration and in every alert."""
LARGEST = {"value": 1e6, "floor_m": 1e6, "ceiling_m": 1e6, "radius_m": 1e6}
"""What people may enter: with a value beyond all others the rest would count for nothing."""


class EnteredZone(Value):
    """A change of a zone is journaled and will take effect."""

    zone_id: str = Field(description="Identity of the zone")
    record_id: str = Field(description="Id of the journaled record")


class _Entry(NamedTuple):
    """Who enters something now, and into what."""

    time_ns: int
    account: str
    configuration: Configuration


@router.post("", status_code=202)
def enter_zone(zone: Zone, console: HasConsole, session: Entering) -> EnteredZone:
    """Enter a zone in the name of the session's account; there must be none of that id."""
    entry = _entry(console, session)
    if _held(entry, zone.id) is not None:
        raise HTTPException(409, f"expected a new zone id, was {zone.id!r}: PUT changes it")
    return _enter(console, entry, zone)


@router.put("/{zone_id:path}", status_code=202)
def change_zone(zone_id: str, zone: Zone, console: HasConsole, session: Entering) -> EnteredZone:
    """Replace a zone as a whole."""
    entry = _entry(console, session)
    if zone.id != zone_id:
        raise HTTPException(422, f"expected id {zone_id!r} as in the path, was {zone.id!r}")
    if _held(entry, zone_id) is None:
        raise HTTPException(404, f"expected a known zone, was {zone_id!r}: POST enters a new one")
    return _enter(console, entry, zone)


@router.delete("/{zone_id:path}", status_code=202)
def delete_zone(zone_id: str, console: HasConsole, session: Entering) -> EnteredZone:
    """Delete a zone: its alerts end, and it stays on record. The last zone stays, and what an advice stands on."""
    entry = _entry(console, session)
    held = _held(entry, zone_id)
    if held is None:
        raise HTTPException(404, f"expected a known zone, was {zone_id!r}")
    if len(entry.configuration.zones) == 1:
        raise HTTPException(409, f"expected another zone beside {zone_id!r}, was none: nothing would be watched")
    if held.closes:
        raise HTTPException(409, f"expected a zone that closes nothing, was the airport {zone_id!r}: change it instead")
    return _hand_in(console, entry, zone_id, None)


@router.post("/import", **file_route("application/geo+json", "application/json", "text/plain"))
def import_zones(text: FileText, console: HasConsole, session: Entering, response: Response) -> ImportedFile:
    """Take all zones of a GeoJSON file, or none; those of ids that are known are replaced, all others stay.

    What stands as it is in the file is left alone, so that the same file twice changes nothing.
    """
    entry = _entry(console, session)
    try:
        zones = _read(text)
        _check(entry, *zones)
    except ValueError as error:
        return take(console, response, [Problem(0, str(error))], [], 0)
    changed = [_record(console, entry, zone.id, zone) for zone in zones if _held(entry, zone.id) != zone]
    return take(console, response, [], changed, len(zones))


def _read(text: str) -> tuple[Zone, ...]:
    """Read the zones of a file. Raises ValueError that says what is wrong."""
    try:
        document = read_strictly(text)
    except ValueError as error:
        raise ValueError(f"expected GeoJSON, was no JSON: {error}") from None
    if not isinstance(document, dict):
        raise ValueError(f"expected a GeoJSON FeatureCollection, was {type(document).__name__}")
    zones = zones_from_geojson(document)
    if len(zones) > MOST_IMPORTED:
        raise ValueError(f"expected at most {MOST_IMPORTED} zones, was {len(zones)}")
    return zones


def _entry(console: Console, session: Session) -> _Entry:
    """Say who enters something now, or refuse."""
    refuse_unless_allowed(console, session)
    configuration = console.picture.configuration()
    if configuration is None:
        raise HTTPException(503, "expected a picture, was none yet: the node is starting")
    return _Entry(console.settings.now_ns(), session.account.name, configuration)


def _held(entry: _Entry, zone_id: str) -> Zone | None:
    return next((zone for zone in entry.configuration.zones if zone.id == zone_id), None)


def _check(entry: _Entry, *zones: Zone) -> None:
    """Refuse what the core could not work with. Raises ValueError that says what is wrong."""
    settings = entry.configuration
    for zone in zones:
        if not zone.id:
            raise ValueError("expected a zone id, was none")
        longest = max(len(zone.id) - LONGEST_ID, len(zone.name) - LONGEST_NAME)
        if longest > 0:
            named = zone.id[:LONGEST_ID]
            raise ValueError(f"zone {named}: expected id and name to be shorter, was {longest} characters too long")
        for field, most in LARGEST.items():
            if abs(getattr(zone, field) or 0.0) > most:
                raise ValueError(f"zone {zone.id}: expected {field} within {most:g}, was {getattr(zone, field):g}")
        corners = len(zone.polygon) + sum(map(len, zone.holes))
        if corners > MOST_CORNERS:
            raise ValueError(f"zone {zone.id}: expected at most {MOST_CORNERS} corners, was {corners}")
        held = _held(entry, zone.id)
        if held is not None and held.closes and not zone.closes:
            raise ValueError(f"zone {zone.id}: expected closes to stay true, was false: its closures hang on it")
    ZoneIndex.of(zones, RegionPlane(settings.origin_latitude_deg, settings.origin_longitude_deg))


def _enter(console: Console, entry: _Entry, zone: Zone) -> EnteredZone:
    try:
        _check(entry, zone)
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
    return _hand_in(console, entry, zone.id, zone)


def _hand_in(console: Console, entry: _Entry, zone_id: str, zone: Zone | None) -> EnteredZone:
    record = _record(console, entry, zone_id, zone)
    console.settings.enter(record)
    return EnteredZone(zone_id=zone_id, record_id=record.id)


def _record(console: Console, entry: _Entry, zone_id: str, zone: Zone | None) -> ZoneChange:
    return ZoneChange(
        id=f"zone/{console.settings.node}/{zone_id}/{entry.time_ns}",
        time_ns=entry.time_ns,
        origin=console.settings.node,
        label=entry.configuration.label,
        zone_id=zone_id,
        state="deleted" if zone is None else "active",
        zone=zone,
        entered_by=entry.account,
    )
