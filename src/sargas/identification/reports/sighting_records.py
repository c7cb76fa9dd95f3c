"""The record that tells of a sighting, when there is something new to tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from sargas.identification.reports.field import Field, observed_ns
from sargas.identification.reports.reliability import Reliability
from sargas.identification.reports.sightings import (
    ENOUGH_VOICES,
    LIFE_NS,
    SUPPORTED,
    Held,
    expires_ns,
    newest_of_each_voice,
    said_to_be,
)
from sargas.identification.saying import name_of, say
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label, most_restrictive
from sargas.model.records import HumanReport, Sighting
from sargas.model.saying import Said, in_english, in_lithuanian

STEP = 0.05
"""A sighting whose probability moved by less is not told for that."""
REGION_NS = 30 * NS_PER_S
"""So often where it may be is told anew: it grows."""
MOST_TRACKS = 3


class Shared(Protocol):
    """What a report was found to mean."""

    @property
    def tracks(self) -> Mapping[int, tuple[float, Sequence[float]]]:
        """Share and log-odds of the classes, by track."""
        ...


class Told(NamedTuple):
    """What is known of a sighting now."""

    node: str
    label: Label
    time_ns: int
    reports: Sequence[HumanReport]
    judged: Mapping[str, Shared]
    reliability: Reliability
    probability: float
    place: tuple[float, Field] | None


def tell_sighting(held: Held, now: Told, *, ended: bool = False) -> Sighting | None:
    """Make the record of a sighting; none where what was told last still holds."""
    voices = newest_of_each_voice(now.reports)
    state = _state(held, now.probability, len(voices), ended=ended)
    before = held.told
    changed = state != before[0] or abs(now.probability - before[1]) >= STEP or len(now.reports) != before[2]
    has_region = held.track_id < 0 and not ended
    if not changed and not (has_region and now.time_ns - before[3] >= REGION_NS):
        return None
    held.told = (state, now.probability, len(now.reports), now.time_ns)
    place = now.place[1].later(now.time_ns) if now.place is not None and has_region else None
    here = place.likeliest() if place is not None else (None, None)
    tracks = _tracks(now, held.track_id)
    believed = {one.report_id: now.reliability.of(one) for one in voices}
    reasons = _reasons(held, now, voices, believed)
    return Sighting(
        id=f"{held.sighting_id}/{now.time_ns}",
        time_ns=now.time_ns,
        origin=now.node,
        label=most_restrictive((now.label, *(one.label for one in now.reports))),
        sighting_id=held.sighting_id,
        state=state,
        probability=round(now.probability, 4),
        voices=len(voices),
        report_ids=tuple(one.report_id for one in now.reports),
        seen=said_to_be(voices, believed) if voices else "unknown",
        observed_ns=max((observed_ns(one) for one in now.reports), default=now.time_ns),
        expires_ns=expires_ns(now.reports) if now.reports else now.time_ns + LIFE_NS,
        polygon=place.outline() if place is not None else (),
        latitude_deg=here[0],
        longitude_deg=here[1],
        track_ids=tuple(number for number, _ in tracks),
        shares=tuple(round(share, 4) for _, share in tracks),
        reasons=in_english(reasons),
        reasons_lt=in_lithuanian(reasons),
    )


def end_anew(shown: Sighting, time_ns: int) -> Sighting:
    """End a sighting as it was last told, for reports begin anew after a fault (UTC ns)."""
    why = say("sighting_anew")
    told = {"reasons": (why.en, *shown.reasons), "reasons_lt": (why.lt, *shown.reasons_lt)}
    nowhere = {"polygon": (), "latitude_deg": None, "longitude_deg": None}
    changed = {"id": f"{shown.sighting_id}/{time_ns}", "time_ns": time_ns, "state": "ended", **told, **nowhere}
    return shown.model_copy(update=changed)


def describe(report: HumanReport) -> Said:
    """Say what was reported and by whom."""
    what, how = name_of("object", report.seen), name_of("sense", report.sense)
    if report.reporter == "hearsay":
        return say("hearsay", what=what, how=how)
    return say("reported", what=what, how=how, whom=name_of("reporter", report.reporter))


def say_noticed(report: HumanReport) -> Said:
    """Say what was noticed, with the person's own words."""
    what, how = name_of("object", report.seen), name_of("sense", report.sense)
    if not report.words:
        return say("noticed", what=what, how=how)
    return say("noticed_words", what=what, how=how, words=report.words)


def _state(
    held: Held, probability: float, voices: int, *, ended: bool
) -> Literal["unconfirmed", "supported", "tracked", "ended"]:
    if ended:
        return "ended"
    if held.track_id >= 0:
        return "tracked"
    if held.verdict == "confirmed" or (probability >= SUPPORTED and voices >= ENOUGH_VOICES):
        return "supported"
    return "unconfirmed"


def _tracks(now: Told, meant: int) -> list[tuple[int, float]]:
    """Return the tracks that any report may mean with the highest share of each, the likeliest first."""
    best: dict[int, float] = {}
    for known in now.judged.values():
        for number, (share, _) in known.tracks.items():
            best[number] = max(best.get(number, 0.0), share)
    ordered = sorted(best.items(), key=lambda row: (row[0] != meant, -row[1], row[0]))
    return ordered[:MOST_TRACKS]


def _reasons(held: Held, now: Told, voices: Sequence[HumanReport], believed: Mapping[str, float]) -> tuple[Said, ...]:
    told = [say(f"{held.verdict}_by_person")] if held.verdict else []
    if len(now.reports) > len(voices):
        told.append(say("repeated", reports=len(now.reports), voices=len(voices)))
    strongest = sorted(voices, key=lambda one: (-believed[one.report_id], one.report_id))[:3]
    told += [say("believed", what=describe(one), share=believed[one.report_id]) for one in strongest]
    return tuple(told)
