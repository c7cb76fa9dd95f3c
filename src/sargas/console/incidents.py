"""Where something happened: incidents made of sightings, lost tracks, warnings and findings, open and closed.

Pure: records in, views out. What a label forbids was left out of the records before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sargas.assessment.lost.saying import say_fates
from sargas.console.incident_messages import IncidentView
from sargas.model.record_base import Ring
from sargas.model.records import GnssInterference, HumanReport, LostTrack, PublicWarning, Sighting
from sargas.model.saying import in_english, in_lithuanian

CRASH_FROM = 0.5
"""Probability of having come down from which a lost track is called a crash."""
Place = tuple[float, float]


def incidents_of_sightings(
    sightings: Iterable[Sighting], reports: Mapping[str, HumanReport], since_ns: int
) -> Iterator[IncidentView]:
    """Yield what people noticed: where it may be, else where the first of them stood."""
    for sighting in sightings:
        voices = [reports[name] for name in sighting.report_ids if name in reports]
        place = _place_of(sighting, voices)
        if place is None or sighting.time_ns < since_ns:
            continue
        times = [report.observed_ns or report.time_ns for report in voices]
        yield IncidentView(
            incident_id=f"sighting/{sighting.sighting_id}", incident="sighting", detail=sighting.seen,
            state="closed" if sighting.state == "ended" else "open",
            opened_ns=min([*times, sighting.observed_ns]), changed_ns=sighting.time_ns,
            longitude_deg=place[0], latitude_deg=place[1],
            track_ids=sighting.track_ids, reasons=sighting.reasons,
            reasons_lt=sighting.reasons_lt,
        )  # fmt: skip


def incidents_of_lost(lost: Iterable[LostTrack], since_ns: int) -> Iterator[IncidentView]:
    """Yield lost tracks at their likeliest place; as a crash where it most likely came down."""
    for case in lost:
        changed_ns = case.time_ns if case.ended_ns is None else case.ended_ns
        if changed_ns < since_ns:
            continue
        likeliest = case.hypotheses[0] if case.hypotheses else None
        down = likeliest if likeliest is not None and likeliest.name == "landed_or_crashed" else None
        crashed = down is not None and down.probability >= CRASH_FROM
        place = down.place if crashed and down is not None and down.place is not None else case.most_probable
        fates = say_fates(case.hypotheses)
        yield IncidentView(
            incident_id=f"lost/{case.lost_id}", incident="crash" if crashed else "lost", detail=case.end,
            state="open" if case.state == "lost" else "closed",
            opened_ns=case.last_seen_ns, changed_ns=changed_ns,
            longitude_deg=place[0], latitude_deg=place[1],
            track_ids=(case.track_id, *(one.track_id for one in case.may_be)),
            reasons=in_english(fates),
            reasons_lt=in_lithuanian(fates),
        )  # fmt: skip


def incidents_of_warnings(warnings: Iterable[PublicWarning], since_ns: int, now_ns: int) -> Iterator[IncidentView]:
    """Yield each warning once, by its newest message: it goes on until it is refused, over, withdrawn or called off.

    Where a person refused an update, what was approved before it still stands.
    """
    newest, first, approved = dict[str, PublicWarning](), dict[str, int](), dict[str, PublicWarning]()
    for message in sorted(warnings, key=lambda one: (one.number, one.time_ns)):
        first[message.warning_id] = min(first.get(message.warning_id, message.drafted_ns), message.drafted_ns)
        newest[message.warning_id] = message
        if message.state == "approved":
            approved[message.warning_id] = message
    for name, last in newest.items():
        message = approved.get(name, last) if last.state in ("refused", "withdrawn") else last
        place = _middle([point for area in message.areas for point in area.polygon])
        if place is None or message.time_ns < since_ns:
            continue
        over = (
            message.state in ("refused", "withdrawn") or message.message == "all_clear" or message.expires_ns <= now_ns
        )
        yield IncidentView(
            incident_id=f"warning/{name}", incident="warning", detail=message.level,
            state="closed" if over else "open", opened_ns=first[name], changed_ns=message.time_ns,
            longitude_deg=place[0], latitude_deg=place[1],
            track_ids=message.track_ids, reasons=message.reasons,
            reasons_lt=message.reasons_lt,
        )  # fmt: skip


def incidents_of_interference(events: Iterable[GnssInterference], since_ns: int) -> Iterator[IncidentView]:
    """Yield areas in which navigation was disturbed; aircraft alone have no place here."""
    for event in events:
        place = _middle(event.polygon)
        if not event.is_alarm or place is None or event.time_ns < since_ns:
            continue
        yield IncidentView(
            incident_id=f"finding/{event.event_id}", incident="finding", detail=event.cause,
            state="closed" if event.state == "ended" else "open",
            opened_ns=event.start_ns, changed_ns=event.time_ns,
            longitude_deg=place[0], latitude_deg=place[1],
            track_ids=event.track_ids, reasons=(event.reason,) if event.reason else (),
            reasons_lt=(event.reason_lt,) if event.reason_lt else (),
        )  # fmt: skip


def _place_of(sighting: Sighting, voices: Sequence[HumanReport]) -> Place | None:
    if sighting.longitude_deg is not None and sighting.latitude_deg is not None:
        return sighting.longitude_deg, sighting.latitude_deg
    return (voices[0].longitude_deg, voices[0].latitude_deg) if voices else None


def _middle(points: Sequence[Place] | Ring) -> Place | None:
    """Return the middle of the box around points; None of none."""
    if not points:
        return None
    longitude, latitude = [point[0] for point in points], [point[1] for point in points]
    return (min(longitude) + max(longitude)) / 2, (min(latitude) + max(latitude)) / 2
