"""From what trackers, groups and correlation found to the records that tell of it."""

from __future__ import annotations

from collections.abc import Sequence

from sargas.model.label import Label, most_restrictive
from sargas.model.records import Configuration, TrackEvent
from sargas.model.saying import as_reason
from sargas.model.tracks import Tracks
from sargas.picture.partner_tracks import FIRST_NUMBER
from sargas.tracking.correlation import CorrelationChange
from sargas.tracking.groups import GroupChange
from sargas.tracking.saying import say
from sargas.tracking.tracker import TrackChange


def group_events(
    changes: Sequence[GroupChange], configuration: Configuration, tracks: Tracks, time_ns: int
) -> tuple[TrackEvent, ...]:
    """Tell what happened to groups at ``time_ns`` (UTC ns), under the label of their tracks."""
    return tuple(
        TrackEvent(
            id=f"{configuration.node}/group/{change.group_id}/{time_ns}",
            time_ns=time_ns,
            origin=configuration.node,
            label=most_restrictive((tracks.label_of(*change.track_ids), configuration.label)),
            event=change.event,
            track_ids=change.track_ids,
            group_id=change.group_id,
            count_low=change.count_low,
            count_high=change.count_high,
            **as_reason(change.reason),
        )
        for change in changes
    )


def correlation_events(
    changes: Sequence[CorrelationChange],
    configuration: Configuration,
    tracks: Tracks,
    partners: Sequence[Label],
    time_ns: int,
) -> tuple[TrackEvent, ...]:
    """Tell which own (``tracks``) and partner's tracks were joined or parted; ``partners``: the labels of theirs."""
    return tuple(
        TrackEvent(
            id=f"{configuration.node}/correlation/{change.own}/{change.remote}/{time_ns}",
            time_ns=time_ns,
            origin=configuration.node,
            label=most_restrictive((*_of_own(tracks, change.own), *partners, configuration.label)),
            event="correlated" if change.joined else "decorrelated",
            track_ids=(change.own, change.remote),
            **as_reason(change.reason),
        )
        for change in changes
    )


def _of_own(tracks: Tracks, number: int) -> tuple[Label, ...]:
    return (tracks.label_of(number),) if number < FIRST_NUMBER else ()


def number_events(
    changes: Sequence[TrackChange], configuration: Configuration, tracks: Tracks
) -> tuple[TrackEvent, ...]:
    """Tell which numbers were stitched, merged or split off, each at its own time."""
    return tuple(
        TrackEvent(
            id=f"{configuration.node}/{change.kind}/{change.kept}/{change.other}/{change.time_ns}",
            time_ns=change.time_ns,
            origin=configuration.node,
            label=most_restrictive((tracks.label_of(change.kept, change.other), configuration.label)),
            event=change.kind,
            track_ids=(change.kept, change.other),
            gap_s=change.gap_s if change.kind == "stitched" else None,
            **as_reason(say(change.kind, gap_s=f"{change.gap_s:.0f}")),
        )
        for change in changes
    )
