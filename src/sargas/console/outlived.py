"""Records that still say "it goes on" and that nobody keeps: a node that began anew did not take them up.

Pure. ``held`` names what the picture keeps; of all else each kind ends as it would have by itself.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from sargas.assessment.lost.book import LAST_NS
from sargas.model.records import GnssInterference, LostTrack, Sighting


def end_lost(cases: Iterable[LostTrack], held: Container[str], now_ns: int) -> Iterator[LostTrack]:
    """End the cases that are looked for no longer, at the age at which every search ends."""
    for case in cases:
        end_ns = case.last_seen_ns + LAST_NS
        if case.state == "lost" and case.lost_id not in held and end_ns <= now_ns:
            yield case.model_copy(update={"state": "ended", "end": "too_long_ago", "ended_ns": end_ns})
        else:
            yield case


def end_sightings(sightings: Iterable[Sighting], held: Container[str], now_ns: int) -> Iterator[Sighting]:
    """End the sightings that have run out."""
    for one in sightings:
        if one.state != "ended" and one.sighting_id not in held and one.expires_ns <= now_ns:
            yield one.model_copy(update={"state": "ended", "time_ns": one.expires_ns})
        else:
            yield one


def end_interference(events: Iterable[GnssInterference], held: Container[str]) -> Iterator[GnssInterference]:
    """End the events with their last word: what still goes on is told anew, as another."""
    for one in events:
        if one.state != "ended" and one.event_id not in held:
            yield one.model_copy(update={"state": "ended", "end_ns": one.time_ns})
        else:
            yield one
