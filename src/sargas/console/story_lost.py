"""The loss of a track as its story tells it: since when, what may have become of it, and how it was found or given up.

Pure: messages of lost tracks in, lines out. A message repeats what the one before said while its region grows; a line
comes of it only when the likeliest hypothesis is another one, when a newer track may be it, and when the case ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from sargas.console.story_messages import StoryLine, StoryShare
from sargas.model.records import LostTrack

LEAST_SHARE = 0.005
"""A hypothesis that rounds to no per cent is left out."""


def lines_of_lost(messages: Iterable[LostTrack], track_id: int) -> Iterator[StoryLine]:
    """Yield the lines of a track that was lost, or of a newer one that may be a lost one.

    ``messages`` are those that name the track, in order of time.
    """
    by_case = sorted(messages, key=lambda message: message.lost_id)  # stable: each case stays in order of time
    for _, told in groupby(by_case, key=lambda message: message.lost_id):
        case = tuple(told)
        yield from _of_its_own(case) if case[0].track_id == track_id else _of_the_newer(case, track_id)


def _of_its_own(case: tuple[LostTrack, ...]) -> Iterator[StoryLine]:
    first = case[0]
    yield StoryLine(time_ns=first.last_seen_ns, what="lost", state="lost")
    likeliest, named = "", set[int]()
    for message in case:
        if message.hypotheses and message.hypotheses[0].name != likeliest:
            likeliest = message.hypotheses[0].name
            yield StoryLine(time_ns=message.time_ns, what="lost", state="may_be", shares=_shares(message))
        for other in message.may_be:
            if other.track_id not in named:
                named.add(other.track_id)
                yield _naming(message, "newer", other.track_id, other.probability)
        if message.ended_ns is not None:
            found = message.may_be[0] if message.end == "is_newer_track" and message.may_be else None
            yield StoryLine(
                time_ns=message.ended_ns, what="lost", state=message.end, shares=_shares(message),
                subject="" if found is None else str(found.track_id),
                probability=None if found is None else found.probability,
            )  # fmt: skip


def _of_the_newer(case: tuple[LostTrack, ...], track_id: int) -> Iterator[StoryLine]:
    """Yield when a newer track was first named as one that may be the lost one, and that it was held to be it."""
    first = case[0]
    share = next(one.probability for one in first.may_be if one.track_id == track_id)
    yield _naming(first, "may_be_lost", first.track_id, share)
    last = case[-1]
    if last.end == "is_newer_track" and last.may_be[0].track_id == track_id:
        yield _naming(last, "is_lost", last.track_id, last.may_be[0].probability)


def _naming(message: LostTrack, state: str, other: int, probability: float) -> StoryLine:
    return StoryLine(time_ns=message.time_ns, what="lost", state=state, subject=str(other), probability=probability)


def _shares(message: LostTrack) -> tuple[StoryShare, ...]:
    return tuple(
        StoryShare(name=one.name, probability=one.probability)
        for one in message.hypotheses
        if one.probability >= LEAST_SHARE
    )
