"""Zones change while the picture runs: every part that holds them goes on over the new ones, with what it knew.

What was told stands: alerts of a zone that is gone end at the next update, those of all others go on. Tracks,
identities, warnings and drifters lose nothing. The state afterwards is that of a picture set up with the new zones
that went on from the old one's snapshot, so that a restart half way leads to the same.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sargas.assessment.drift.airports import Airports
from sargas.assessment.drift.closure import Closure, Share
from sargas.assessment.prediction.goals import GoalBook
from sargas.assessment.zone_entry import ZoneEntry
from sargas.geo.plane import RegionPlane
from sargas.geo.zone_changes import zones_with
from sargas.identification.origin import TrackOrigins
from sargas.model.records import Configuration, ZoneChange
from sargas.picture.drifting import Drifting
from sargas.picture.outlook import Outlook
from sargas.picture.state import Picture


def rezone(picture: Picture, change: ZoneChange) -> None:
    """Let a change of a zone take effect. Raises ValueError for a zone that leaves the region plane."""
    before = picture.configuration
    configuration = before.model_copy(update={"zones": zones_with(before.zones, change)})
    plane = RegionPlane(configuration.origin_latitude_deg, configuration.origin_longitude_deg)
    entry = ZoneEntry.of(configuration.zones, plane, node=configuration.label, exercise=configuration.exercise)
    entry.restore(picture.zones.snapshot())
    outlook = Outlook.of(configuration, plane)
    outlook.restore(picture.outlook.snapshot())
    outlook.births = picture.outlook.births
    goals = GoalBook.of(configuration.zones, plane)
    goals.restore(picture.appraisal.goals.snapshot())
    origins = replace(TrackOrigins.of(configuration.zones, plane), seen=picture.identity.origins.seen)
    drifting = _drifting(picture.drifting, configuration, plane)
    # nothing below can fail: all of it takes effect, or none
    picture.configuration = picture.identity.configuration = configuration
    picture.zones, picture.outlook, picture.drifting = entry, outlook, drifting
    picture.appraisal.goals, picture.identity.origins = goals, origins
    picture.alerting.zones = {zone.id: zone for zone in configuration.zones}
    picture.zones.likelihood = picture.alerting.likelihood = picture.outlook.likelihood


def _drifting(old: Drifting, configuration: Configuration, plane: RegionPlane) -> Drifting:
    """Follow the same drifters over the new zones; their entries are reckoned anew with their next states."""
    fresh = Drifting.of(configuration, plane)
    return replace(
        fresh,
        drifters=old.drifters,
        sites=old.sites,
        told_ns=old.told_ns,
        labels=old.labels,
        airports=_airports(old.airports, fresh.airports),
    )


def _airports(old: Airports, fresh: Airports) -> Airports:
    """Carry over where each airport stands; a new one is open, and no drifter's share in it is known yet.

    One that comes back under its id goes on with its numbers.
    """
    place = {zone.id: k for k, zone in enumerate(old.zones)}
    at = [place.get(zone.id) for zone in fresh.zones]
    shares = {track_id: [_nothing(own[0]) if k is None else own[k] for k in at] for track_id, own in old.shares.items()}
    return replace(
        fresh,
        shares=shares if fresh.zones else {},
        simulated=old.simulated if fresh.zones else set(),
        closures=[
            Closure(number=old.number_of(zone.id)) if k is None else old.closures[k]
            for k, zone in zip(at, fresh.zones, strict=True)
        ],
        advice=old.advice,
        looked_ns=old.looked_ns,
    )


def _nothing(share: Share) -> Share:
    """Return the share of the same drifter in an airport of which nothing is known."""
    return share._replace(
        inside=np.zeros_like(share.inside), first=np.zeros_like(share.first), last=np.zeros_like(share.last)
    )
