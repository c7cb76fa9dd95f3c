"""Records that the tests of store, history and accounts write."""

from __future__ import annotations

from typing import Any

from sargas.model.label import Classification, Label
from sargas.model.records import (
    Alert,
    Claim,
    ClosureAdvice,
    Configuration,
    Decision,
    FlightPermission,
    GnssInterference,
    HumanReport,
    LaunchEstimate,
    LostTrack,
    PolicyChange,
    PublicWarning,
    ReporterHistory,
    Sensor,
    SensorRegistration,
    SensorStatus,
    Sighting,
    Source,
    SourceHealth,
    SourceLabel,
    SourcePause,
    Tick,
    TrackEvent,
    Unit,
    WindTable,
    Zone,
    ZoneChange,
)

LABEL = Label(classification=Classification.RESTRICTED, releasable_to=("LTU", "LVA"), originator="LTU")


def make_alert(number: int, time_ns: int, state: str = "raised", **fields: Any) -> Alert:
    alert = {
        "id": f"alert-{number}-{state}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "alert_id": f"alert-{number}",
        "tier": "advisory",
        "state": state,
        "rule": "zone_entry",
        "track_ids": (number,),
        "zone_id": "vilnius",
        "zone_name": "Vilnius „centras“",
        "raised_ns": 1,
        "reasons": ("inside", "fast"),
    }
    return Alert.model_validate(alert | fields)


def make_decision(number: int, time_ns: int, subject: str = "alert-1") -> Decision:
    return Decision(
        id=f"decision-{number}",
        time_ns=time_ns,
        origin="node",
        label=LABEL,
        actor="rasa",
        action="acknowledge",
        subject=subject,
        reason="seen",
    )


def make_health(source: str, time_ns: int, state: str = "ok", reason: str = "", number: int = 0) -> SourceHealth:
    return SourceHealth.model_validate(
        {
            "id": f"health-{source}-{time_ns}-{number}",
            "time_ns": time_ns,
            "origin": "node",
            "label": LABEL,
            "source": source,
            "state": state,
            "reason": reason,
            "received": time_ns,
            "reject_reasons": {"bad length": 2},
        }
    )


def make_registration(sensor_id: str, time_ns: int, state: str = "registered", reason: str = "") -> SensorRegistration:
    biases = {"range_bias_m": -90.5, "azimuth_bias_deg": 0.25, "elevation_bias_deg": 0.0, "time_bias_s": 0.002}
    sigmas = {"range_bias_sigma_m": 4.0, "azimuth_bias_sigma_deg": 0.01, "elevation_bias_sigma_deg": 0.05}
    return SensorRegistration.model_validate(
        {
            "id": f"registration-{sensor_id}-{time_ns}",
            "time_ns": time_ns,
            "origin": "node",
            "label": LABEL,
            "sensor_id": sensor_id,
            "state": state,
            "since_ns": 0,
            "reason": reason,
            "pairs": time_ns,
            "time_bias_sigma_s": 0.01,
            **biases,
            **sigmas,
        }
    )


def make_interference(icao_address: str, time_ns: int, state: str = "begun") -> GnssInterference:
    return GnssInterference.model_validate(
        {
            "id": f"gnss-{icao_address}-{time_ns}-{state}",
            "time_ns": time_ns,
            "origin": "node",
            "label": LABEL,
            "event_id": f"spoofing/{icao_address}",
            "cause": "spoofing",
            "state": state,
            "icao_address": icao_address,
            "start_ns": 0,
            "found_ns": time_ns,
            "confidence": 0.9,
            "reason": "it jumped",
        }
    )


def make_permission(number: int, time_ns: int, **fields: Any) -> FlightPermission:
    permission = {
        "id": f"permission-{number}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "permission_id": f"permission-{number}",
        "holder": "Vilniaus policija",
        "purpose": "police",
        "valid_from_ns": 0,
        "valid_until_ns": 10**18,
        "centre": (25.28, 54.68),
        "radius_m": 3000.0,
    }
    return FlightPermission.model_validate(permission | fields)


def make_claim(track_id: int, time_ns: int, **fields: Any) -> Claim:
    claim = {
        "id": f"claim-{track_id}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "claim_id": f"rasa/{track_id}/origin",
        "track_id": track_id,
        "about": "origin",
        "value": "stray",
        "reliability": "B",
        "credibility": 2,
        "source": "rasa",
    }
    return Claim.model_validate(claim | fields)


def make_warning(time_ns: int, **fields: Any) -> PublicWarning:
    area = {"area_id": "LTU/1", "name": "Vilnius", "polygon": ((25.1, 54.6), (25.5, 54.6), (25.5, 54.8))}
    text = {"language": "en", "headline": "Air warning: Vilnius", "description": "It may come.", "instruction": "Wait."}
    warning = {
        "id": f"warning-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "warning_id": "track-7/1",
        "message_id": "track-7/1/1",
        "number": 1,
        "state": "drafted",
        "message": "alert",
        "level": "red",
        "areas": (area,),
        "areas_are": "cells",
        "expires_ns": time_ns + 1800 * 10**9,
        "texts": (text, text | {"language": "lt", "headline": "Oro pavojus: Vilnius"}),
        "reasons": ("threat red (90%) to Vilnius",),
        "drafted_ns": time_ns,
    }
    return PublicWarning.model_validate(warning | fields)


def make_report(number: int, time_ns: int, **fields: Any) -> HumanReport:
    report = {
        "id": f"report-{number}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "report_id": f"report-{number}",
        "source_id": "112/4711",
        "reporter": "citizen",
        "latitude_deg": 54.6,
        "longitude_deg": 25.7,
    }
    return HumanReport.model_validate(report | fields)


def make_history(source_id: str, time_ns: int, **fields: Any) -> ReporterHistory:
    history = {
        "id": f"reporter-{source_id}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "source_id": source_id,
        "right": 1.0,
        "wrong": 0.0,
    }
    return ReporterHistory.model_validate(history | fields)


def make_sighting(number: int, time_ns: int, **fields: Any) -> Sighting:
    sighting = {
        "id": f"sighting-{number}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "sighting_id": f"node/sighting/{number}",
        "state": "unconfirmed",
        "probability": 0.4,
        "voices": 1,
        "report_ids": ("report-1",),
        "seen": "drone",
        "observed_ns": time_ns,
        "expires_ns": time_ns + 900 * 10**9,
    }
    return Sighting.model_validate(sighting | fields)


def make_wind(time_ns: int, **fields: Any) -> WindTable:
    wind = {
        "id": f"wind-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "table_id": "model/0/region",
        "source": "model",
        "valid_ns": 0,
        "levels": ({"altitude_m": 0.0, "east_mps": 3.0, "north_mps": 1.0},),
    }
    return WindTable.model_validate(wind | fields)


def make_zone_change(time_ns: int, **fields: Any) -> ZoneChange:
    name = fields.pop("name", "Nauja")
    zone = {"id": "new", "name": name, "kind": "protected", "centre": (25.0, 55.0), "radius_m": 3e3}
    change = {
        "id": f"zone-{time_ns}", "time_ns": time_ns, "origin": "node", "label": LABEL, "zone_id": "new", "zone": zone,
        "entered_by": "jonas",
    }  # fmt: skip
    return ZoneChange.model_validate(change | fields)


def make_lost(time_ns: int, **fields: Any) -> LostTrack:
    track_id = fields.pop("track_id", 7)
    lost = {
        "id": f"lost-{track_id}-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "lost_id": f"node/lost/{track_id}/1",
        "track_id": track_id,
        "state": "lost",
        "last_seen_ns": 0,
        "last_seen": (25.0, 55.0),
        "course_deg": 270.0,
        "speed_mps": 45.0,
        "level": 0.8,
        "hypotheses": ({"name": "hidden", "probability": 1.0},),
        "regions": (),
        "area_km2": 3.7,
        "dead_reckoning_km2": 5.0,
        "most_probable": (24.9, 55.0),
    }
    return LostTrack.model_validate(lost | fields)


def make_source_pause(time_ns: int, **fields: Any) -> SourcePause:
    pause = {
        "id": f"pause-{time_ns}", "time_ns": time_ns, "origin": "node", "label": LABEL, "source": "karmelava",
        "state": "paused", "reason": "its clock is off", "entered_by": "rita",
    }  # fmt: skip
    return SourcePause.model_validate(pause | fields)


def make_source_label(time_ns: int, **fields: Any) -> SourceLabel:
    marking = {
        "classification": fields.pop("classification", 1), "releasable_to": fields.pop("releasable_to", ("POL",)),
        "originator": fields.pop("originator", "LTU"),
    }  # fmt: skip
    word = {
        "id": f"source-label-{time_ns}", "time_ns": time_ns, "origin": "node", "label": LABEL, "source": "karmelava",
        "state": "announced", "marking": marking, "from_ns": time_ns, "reason": "its owner asked",
        "entered_by": "rita",
    }  # fmt: skip
    return SourceLabel.model_validate(word | fields)


def make_policy_change(time_ns: int, **fields: Any) -> PolicyChange:
    policy = fields.get("policy", "alerting")
    change = {
        "id": f"policy-{time_ns}", "time_ns": time_ns, "origin": "node", "label": LABEL, "policy": "alerting",
        "state": "changed", "reason": "a busy night", "entered_by": "rita",
        **({"alerting": {"advisories_per_hour": 12}} if policy == "alerting" else {"warnings": {}}),
    }  # fmt: skip
    return PolicyChange.model_validate(change | fields)


def make_unit(time_ns: int, **fields: Any) -> Unit:
    unit = {
        "id": f"unit-{time_ns}", "time_ns": time_ns, "origin": "node", "label": LABEL, "unit_id": "patrol-7",
        "name": "Patrulis 7", "role": "patrol", "latitude_deg": 54.7, "longitude_deg": 25.3, "position_ns": time_ns,
        "ready_in_s": 60, "contact": "LV-7", "entered_by": "jonas",
    }  # fmt: skip
    return Unit.model_validate(unit | fields)


def make_launch(time_ns: int, **fields: Any) -> LaunchEstimate:
    ring = ((25.1, 54.6), (25.5, 54.6), (25.5, 54.8))
    launch = {
        "id": f"launch-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "launch_id": "node/launch/7",
        "state": "estimated",
        "track_ids": (7,),
        "latitude_deg": 54.7,
        "longitude_deg": 25.3,
        "region_50": ring,
        "region_90": ring,
        "earliest_ns": 1,
        "latest_ns": 2,
    }
    return LaunchEstimate.model_validate(launch | fields)


def make_closure(time_ns: int, **fields: Any) -> ClosureAdvice:
    closure = {
        "id": f"closure-{time_ns}",
        "time_ns": time_ns,
        "origin": "node",
        "label": LABEL,
        "advice_id": "node/closure/EYVI/1",
        "state": "expected",
        "zone_id": "EYVI",
        "zone_name": "Vilnius",
        "from_ns": time_ns + 10**12,
        "probability": 0.2,
        "probability_now": 0.0,
        "close_probability": 0.02,
        "open_probability": 0.01,
        "existence": 0.9,
    }
    return ClosureAdvice.model_validate(closure | fields)


def make_track_event(number: int, time_ns: int, event: str = "merged") -> TrackEvent:
    return TrackEvent.model_validate(
        {
            "id": f"track-event-{number}",
            "time_ns": time_ns,
            "origin": "node",
            "label": LABEL,
            "event": event,
            "track_ids": (number, number + 1),
            "reason": "one object",
        }
    )


POLYGON = Zone(
    id="vilnius",
    name="Vilnius",
    kind="protected",
    polygon=((25.0, 54.5), (25.5, 54.5), (25.5, 54.9)),
    holes=(((25.3, 54.6), (25.4, 54.6), (25.4, 54.7)),),
)
CYLINDER = Zone(
    id="airport", name="Airport", kind="restricted", centre=(25.28, 54.63), radius_m=5000.0, ceiling_m=900.0
)


def make_configuration(number: int, time_ns: int, zones: tuple[Zone, ...] = (POLYGON, CYLINDER)) -> Configuration:
    return Configuration(
        id=f"configuration-{number}",
        time_ns=time_ns,
        origin="node",
        label=LABEL,
        node="karmelava",
        nation="LTU",
        origin_latitude_deg=55.0,
        origin_longitude_deg=24.0,
        sources=(Source(name="radar", format="asterix", editions={"048": "1.32"}),),
        sensors=(Sensor(id="radar", kind="radar-3d", latitude_deg=55.0, longitude_deg=24.0),),
        zones=zones,
    )


def make_tick(time_ns: int) -> Tick:
    return Tick(id=f"tick-{time_ns}", time_ns=time_ns, origin="node", label=LABEL)


def make_north_mark(time_ns: int) -> SensorStatus:
    return SensorStatus(
        id=f"north-{time_ns}", time_ns=time_ns, origin="radar", label=LABEL, sensor_id="radar", report="north"
    )
