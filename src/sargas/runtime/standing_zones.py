"""Which zones a picture starts with: those of the configuration, and what persons made of them, on record."""

from __future__ import annotations

from collections.abc import Iterable

from sargas.geo.zone_changes import zones_with
from sargas.model.records import Configuration, ZoneChange


def with_standing_zones(configuration: Configuration, on_record: Iterable[ZoneChange]) -> Configuration:
    """Return the configuration with the newest change of each zone applied, the oldest change first.

    What a person drew, changed or deleted stands as it does on record, whatever the file says of a zone of that id.
    """
    zones = configuration.zones
    for change in sorted(on_record, key=lambda one: (one.time_ns, one.zone_id)):
        zones = zones_with(zones, change)
    return configuration.model_copy(update={"zones": zones})
