"""The HTTP API of incidents: what happened where, open or closed, as far as the account may see it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from sargas.console.incident_messages import IncidentView
from sargas.console.incidents import (
    incidents_of_interference,
    incidents_of_lost,
    incidents_of_sightings,
    incidents_of_warnings,
)
from sargas.console.outlived import end_interference, end_lost, end_sightings
from sargas.console.sessions import HasConsole, LoggedIn
from sargas.model.records import GnssInterference, HumanReport, LostTrack, PublicWarning, Sighting

router = APIRouter(prefix="/api")

DAY_NS = 86_400_000_000_000
MOST_READ = 1000


@router.get("/incidents")
def list_incidents(
    console: HasConsole,
    session: LoggedIn,
    since_ns: Annotated[
        int | None, Query(ge=0, le=2**63 - 1, description="Changed at or after, UTC ns; none: the last 24 h")
    ] = None,
    closed: Annotated[int | None, Query(ge=0, le=10_000, description="Closed ones at most; none: all")] = None,
) -> list[IncidentView]:
    """List incidents, open ones first, then the newest first."""
    now_ns = console.settings.now_ns()
    since = now_ns - DAY_NS if since_ns is None else since_ns
    store, picture = console.store, console.picture.snapshot()
    # what the picture holds is newer than what is on record
    sightings = {one.sighting_id: one for one in (*store.newest(Sighting, None, MOST_READ, since), *picture.sightings)}
    warnings = {
        one.message_id: one for one in (*store.newest(PublicWarning, None, MOST_READ, since), *picture.warnings)
    }
    events = {
        one.event_id: one for one in (*store.newest(GnssInterference, None, MOST_READ, since), *picture.interference)
    }
    reports = {
        one.report_id: one
        for one in store.newest(HumanReport, None, MOST_READ, since - DAY_NS if since > DAY_NS else 0)
    }
    lost = {one.lost_id: one for one in (*store.newest(LostTrack, None, MOST_READ, since), *picture.lost)}
    noticed = end_sightings(sightings.values(), {one.sighting_id for one in picture.sightings}, now_ns)
    missing = end_lost(lost.values(), {one.lost_id for one in picture.lost}, now_ns)
    disturbed = end_interference(events.values(), {one.event_id for one in picture.interference})
    found = [
        *incidents_of_sightings(noticed, reports, since),
        *incidents_of_lost(missing, since),
        *incidents_of_warnings(warnings.values(), since, now_ns),
        *incidents_of_interference(disturbed, since),
    ]
    found.sort(key=lambda one: (one.state != "open", -one.opened_ns, one.incident_id))
    is_open = sum(one.state == "open" for one in found)
    return found if closed is None else found[: is_open + closed]
