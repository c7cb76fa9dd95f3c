"""What zones are after a person changed one."""

from __future__ import annotations

from sargas.model.records import Zone, ZoneChange


def zones_with(zones: tuple[Zone, ...], change: ZoneChange) -> tuple[Zone, ...]:
    """Return zones after a change: the one of that id in its place, a new one last, one that is deleted not at all."""
    if change.zone is None:
        return tuple(zone for zone in zones if zone.id != change.zone_id)
    if all(zone.id != change.zone_id for zone in zones):
        return (*zones, change.zone)
    return tuple(change.zone if zone.id == change.zone_id else zone for zone in zones)
