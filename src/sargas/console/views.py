"""The HTTP API of the picture: small answers in JSON; the moving picture itself goes through /stream."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request

from sargas.console.context import Console
from sargas.console.decisions import enter_decision, refuse_unless_allowed
from sargas.console.messages import Accepted, Health, Reason, Shelving, TrackView
from sargas.console.names import names_section
from sargas.console.sessions import Deciding, HasConsole, LoggedIn
from sargas.console.track_rows import Threat
from sargas.model.columns import NO_CODE, NS_PER_S
from sargas.model.records import (
    Alert,
    Configuration,
    FlightPermission,
    GnssInterference,
    LostTrack,
    Sensor,
    SensorRegistration,
    SourceHealth,
    TrackEvent,
    Zone,
)
from sargas.model.tracks import TrackStatus
from sargas.runtime.accounts import Session

router = APIRouter(prefix="/api")


@router.get("/health")
def read_health(console: HasConsole) -> Health:
    """Say whether the node answers and has a picture; needs no session."""
    known = _configuration(console) is not None
    built = (console.settings.static_folder / "index.html").is_file()
    return Health(status="ok" if known else "starting", ui_built=built)


@router.get("/alerts")
def list_alerts(
    console: HasConsole,
    session: LoggedIn,
    active_only: bool = True,
    since_ns: Annotated[int, Query(ge=0, le=2**63 - 1, description="Changed at or after, UTC ns")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[Alert]:
    """List alerts on record."""
    return list(console.store.alerts(active_only, since_ns, limit))


@router.post("/alerts/{alert_id:path}/acknowledge", status_code=202)
def acknowledge_alert(alert_id: str, reason: Reason, console: HasConsole, session: Deciding) -> Accepted:
    """Acknowledge an alert in the name of the session's account."""
    return _decide(alert_id, console, session, action="acknowledge", reason=reason.reason)


@router.post("/alerts/{alert_id:path}/shelve", status_code=202)
def shelve_alert(alert_id: str, shelving: Shelving, console: HasConsole, session: Deciding) -> Accepted:
    """Lay an alert aside for a reason and a while; it comes back then, or when it worsens."""
    until_ns = console.settings.now_ns() + round(shelving.minutes * 60.0 * NS_PER_S)
    return _decide(alert_id, console, session, action="shelve", reason=shelving.reason, until_ns=until_ns)


@router.post("/alerts/{alert_id:path}/unshelve", status_code=202)
def unshelve_alert(alert_id: str, reason: Reason, console: HasConsole, session: Deciding) -> Accepted:
    """Take an alert off the shelf."""
    return _decide(alert_id, console, session, action="unshelve", reason=reason.reason)


def _decide(
    alert_id: str,
    console: Console,
    session: Session,
    *,
    action: Literal["acknowledge", "shelve", "unshelve"],
    reason: str,
    until_ns: int | None = None,
) -> Accepted:
    """Journal a decision on an alert in the name of the session's account."""
    refuse_unless_allowed(console, session)
    alert = next((a for a in console.broadcast.alerts if a.alert_id == alert_id), None)
    if alert is None:
        raise HTTPException(404, f"expected an alert that waits, was {alert_id!r}: it may be over")
    return enter_decision(console, session, action, alert_id, reason, alert.label, until_ns)


@router.get("/openapi.json", include_in_schema=False)
def describe_api(request: Request, session: LoggedIn) -> dict[str, Any]:
    """Describe this API as OpenAPI."""
    description: dict[str, Any] = request.app.openapi()
    return description


@router.get("/sources")
def list_sources(console: HasConsole, session: LoggedIn) -> list[SourceHealth]:
    """List the health of every source, by name."""
    return sorted(console.picture.snapshot().sources, key=lambda health: health.source)


@router.get("/registrations")
def list_registrations(console: HasConsole, session: LoggedIn) -> list[SensorRegistration]:
    """List how far each radar is off, by sensor id."""
    return sorted(console.picture.snapshot().registrations, key=lambda told: told.sensor_id)


@router.get("/gnss-interference")
def list_interference(
    console: HasConsole,
    session: LoggedIn,
    active_only: bool = True,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[GnssInterference]:
    """List where and of whom satellite navigation is not to be trusted, the latest change first."""
    events = console.store.newest(GnssInterference, limit=10_000)
    return [event for event in events if not (active_only and event.state == "ended")][:limit]


@router.get("/lost-tracks")
def list_lost_tracks(
    console: HasConsole,
    session: LoggedIn,
    active_only: bool = True,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[LostTrack]:
    """List where lost tracks may be now, the most dangerous first, then the latest lost; on demand all on record."""
    kept = () if active_only else console.store.newest(LostTrack, "ended", limit)
    told = {one.lost_id: one for one in (*kept, *console.picture.snapshot().lost)}
    shown = [one for one in told.values() if not (active_only and one.state == "ended")]
    ranked = sorted(shown, key=lambda one: (one.state == "ended", -(one.armed or 0.0), -one.last_seen_ns, one.lost_id))
    return ranked[:limit]


@router.get("/permissions")
def list_permissions(console: HasConsole, session: LoggedIn, active_only: bool = True) -> list[FlightPermission]:
    """List who may fly where and when, the latest revision first."""
    return list(console.store.newest(FlightPermission, "active" if active_only else None))


@router.get("/sensors")
def list_sensors(console: HasConsole, session: LoggedIn) -> list[Sensor]:
    """List the configured sensors."""
    configuration = _configuration(console)
    return list(configuration.sensors) if configuration else []


@router.get("/zones")
def list_zones(console: HasConsole, session: LoggedIn) -> list[Zone]:
    """List the configured zones."""
    configuration = _configuration(console)
    return list(configuration.zones) if configuration else []


@router.get("/tracks")
def list_tracks(
    console: HasConsole, session: LoggedIn, limit: Annotated[int, Query(ge=1, le=10_000)] = 1000
) -> list[TrackView]:
    """List the confirmed and coasting tracks in order of number."""
    tracks = console.picture.snapshot().tracks
    tracks = tracks.take(slice(0, limit))
    names = names_section(tracks, snapshot=True)
    threats, altitude_m, climb_mps = console.broadcast.threats, tracks.known_altitude_m, tracks.known_velocity_up_mps
    return [
        TrackView(
            track_id=track_id,
            time_ns=int(tracks.time_ns[i]),
            update_time_ns=int(tracks.update_time_ns[i]),
            latitude_deg=float(tracks.latitude_deg[i]),
            longitude_deg=float(tracks.longitude_deg[i]),
            altitude_m=_known(altitude_m[i]),
            velocity_east_mps=float(tracks.velocity_east_mps[i]),
            velocity_north_mps=float(tracks.velocity_north_mps[i]),
            velocity_up_mps=_known(climb_mps[i]),
            status="coasting" if tracks.status[i] == TrackStatus.COASTING else "confirmed",
            icao_address=names.icao_address[i] or None,
            mode_3a=names.mode_3a[i] or None,
            callsign=names.callsign[i] or None,
            sensors=tuple(tracks.sensor_ids[index] for index in names.sensors[i]),
            threat=_tier(threats.get(track_id, Threat.NONE)),
            existence=_known(tracks.existence[i]),
            position_95_m=_known(tracks.position_95_m[i]),
            velocity_95_mps=_known(tracks.velocity_95_mps[i]),
            consistency=_known(tracks.consistency[i]),
            group_id=int(tracks.group_id[i]) if tracks.group_id[i] != NO_CODE else None,
        )
        for i, track_id in enumerate(names.track_id)
    ]


@router.get("/track-events")
def list_track_events(
    console: HasConsole,
    session: LoggedIn,
    event: Annotated[str | None, Query(description="Of this kind only")] = None,
    since_ns: Annotated[int, Query(ge=0, le=2**63 - 1, description="At or after, UTC ns")] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[TrackEvent]:
    """List what happened between tracks, the latest first: gaps closed, merges, splits, groups, partners' matches."""
    return list(console.store.track_events(event, since_ns, limit))


def _configuration(console: Console) -> Configuration | None:
    return console.picture.configuration()


def _known(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _tier(threat: Threat) -> Literal["none", "advisory", "critical"]:
    return "critical" if threat == Threat.CRITICAL else "advisory" if threat == Threat.ADVISORY else "none"
