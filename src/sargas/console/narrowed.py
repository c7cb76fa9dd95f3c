"""The picture and what is on record, narrowed to a sight: what labels forbid is not in it, nor that there is such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sargas.console.shown import ShownHistory, ShownPicture
from sargas.console.sight import Sight, narrow_configuration
from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.records import (
    Alert,
    Claim,
    Configuration,
    Decision,
    SourceHealth,
    SourceLabel,
    SourcePause,
    TrackEvent,
)
from sargas.model.rising import are_among, missing_from
from sargas.model.tracks import Tracks
from sargas.runtime.live_picture import PictureChange
from sargas.runtime.network_shown import NetworkChange
from sargas.runtime.store.page import NEWEST_FIRST, Paged, Place, RecordPage, Walk
from sargas.runtime.store.read import AboutTrack, Revised

KEYS = {
    "alerts": "alert_id",
    "sources": "source",
    "registrations": "sensor_id",
    "interference": "event_id",
    "permissions": "permission_id",
    "warnings": "message_id",
    "sightings": "sighting_id",
    "winds": "table_id",
    "units": "unit_id",
    "drift": "track_id",
    "launches": "launch_id",
    "closures": "zone_id",
    "lost": "lost_id",
}
"""Fields of a change that hold records, and what tells their subjects apart."""
NETWORK_KEYS = {
    "identities": "track_id",
    "handovers": "handover_id",
    "cues": "cue_id",
    "notices": "notice_id",
    "take_overs": "subject",
}
MOST_READ = 10_000


class NarrowedPicture:
    """A picture as a sight allows; the deltas are for one reader, the broadcast of that sight, and snapshots for all.

    What a reader was shown and may see no more, for its label has become stricter, is taken from it: of tracks by
    deletion, of all else by a snapshot.
    """

    def __init__(self, picture: ShownPicture, sight: Sight) -> None:
        self._picture = picture
        self._sight = sight
        self._shown: Int64 = np.zeros(0, np.int64)
        self._told: set[tuple[str, Any]] = set()

    @property
    def revision(self) -> int:
        """Number of the newest state."""
        return self._picture.revision

    @property
    def count(self) -> int:
        """Number of tracks that may be seen, as of the newest change that was asked for."""
        return len(self._shown)

    @property
    def kept(self) -> int:
        """Number of things of which it is kept that the reader was told."""
        return len(self._told)

    def snapshot(self) -> PictureChange:
        """Return the whole state that may be seen."""
        return self._narrow(self._picture.snapshot())

    def changes(self, since_revision: int) -> PictureChange:
        """Return what changed of what may be seen; a snapshot where something may be seen no more."""
        change = self._picture.changes(since_revision)
        hides = any(key in self._told for key, record in _records(change) if not self._sight.may_see(record.label))
        if hides and not change.snapshot:
            change = self._picture.snapshot()
        narrowed = self._narrow(change)
        if change.snapshot:
            self._shown, self._told = narrowed.tracks.track_id, set()
        else:
            kept = narrowed.tracks.track_id
            hidden = change.tracks.track_id[~are_among(change.tracks.track_id, kept)]
            is_gone = are_among(self._shown, np.sort(np.concatenate([change.deleted, hidden])))
            narrowed = replace(narrowed, deleted=self._shown[is_gone])
            shown = self._shown[~is_gone]
            new = missing_from(shown, kept)
            self._shown = np.insert(shown, np.searchsorted(shown, new), new) if len(new) else shown
        self._told.update(key for key, _ in _records(narrowed))
        self._told.difference_update(_ended(narrowed))
        return narrowed

    def claims(self, track_id: int) -> tuple[Claim, ...]:
        """Return what is said about a live track that may be seen, as far as that may be seen too."""
        return self._sight.of(self._picture.claims(track_id)) if self.label_of(track_id) is not None else ()

    def rows_of(self, track_id: Int64) -> Tracks:
        """Return the newest rows of tracks that may be seen."""
        return self._rows(self._picture.rows_of(track_id))

    def label_of(self, track_id: int) -> Label | None:
        """Return the label of a live track that may be seen."""
        label = self._picture.label_of(track_id)
        return label if label is not None and self._sight.may_see(label) else None

    def configuration(self) -> Configuration | None:
        """Return what the picture runs with, as far as it may be seen."""
        held = self._picture.configuration()
        return None if held is None else narrow_configuration(held, self._sight)

    def pauses(self) -> tuple[SourcePause, ...]:
        """Return the newest word on each source that was ever paused, as far as it may be seen."""
        return self._sight.of(self._picture.pauses())

    def source_labels(self) -> tuple[SourceLabel, ...]:
        """Return the newest word on each source that was given another label, as far as it may be seen."""
        return self._sight.of(self._picture.source_labels())

    def configured_labels(self) -> dict[str, Label]:
        """Return by source that may be seen the label that the node was configured with."""
        held = self._picture.configured_labels()
        return {name: label for name, label in held.items() if self._sight.may_see(label)}

    async def wait_for_change(self, since_revision: int, timeout_s: float) -> bool:
        """Wait until what is shown changes after ``since_revision``; False when ``timeout_s`` went by first."""
        return await self._picture.wait_for_change(since_revision, timeout_s)

    def _narrow(self, change: PictureChange) -> PictureChange:
        kept = self._mask(change.tracks)
        tracks = self._rows(change.tracks)
        told = change.network
        network = NetworkChange(
            self._sight.of(told.identities),
            self._sight.of(told.handovers),
            self._sight.of(told.cues),
            self._sight.of(told.notices),
            self._sight.of(told.take_overs),
        )
        records: dict[str, Any] = {name: self._sight.of(getattr(change, name)) for name in KEYS}
        configuration = change.configuration
        return replace(
            change,
            tracks=tracks,
            receive_time_ns=change.receive_time_ns[kept],
            deleted=np.zeros(0, np.int64),
            claimed=np.array([n for n in change.claimed.tolist() if self.label_of(n) is not None], np.int64),
            network=network,
            configuration=None if configuration is None else narrow_configuration(configuration, self._sight),
            **records,
        )

    def _mask(self, tracks: Tracks) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Say of each row whether it may be seen."""
        labels, own = tracks.track_labels, self._sight.may_see(tracks.label)
        if labels is None:
            return np.full(len(tracks), own)
        allowed = np.array([*(self._sight.may_see(label) for label in labels.labels), own])
        return allowed[labels.rows(tracks.track_id)]

    def _rows(self, tracks: Tracks) -> Tracks:
        """Keep the rows that may be seen, without the names of the sensors behind them."""
        kept = tracks.take(self._mask(tracks))
        return replace(kept, contributing=np.zeros((len(kept), 1), np.uint64), sensor_ids=())


@dataclass(frozen=True, slots=True)
class NarrowedHistory:
    """What is on record as a sight allows."""

    history: ShownHistory
    sight: Sight

    def alerts(self, active_only: bool = False, since_ns: int | None = None, limit: int = 1000) -> Sequence[Alert]:
        """Read the current state of alerts, the latest change first."""
        return self.sight.of(self.history.alerts(active_only, since_ns, MOST_READ))[:limit]

    def newest(
        self, kind: type[Revised], state: str | None = None, limit: int = MOST_READ, since_ns: int | None = None
    ) -> Sequence[Revised]:
        """Read the newest revision of each, the latest first; of one state, or since."""
        return self.sight.of(self.history.newest(kind, state, MOST_READ, since_ns))[:limit]

    def page(
        self,
        kind: type[Paged],
        start_ns: int,
        end_ns: int,
        place: Place | None = None,
        limit: int = 500,
        walk: Walk = NEWEST_FIRST,
    ) -> RecordPage:
        """Read records of a time, in order of it, as far as they may be seen."""
        found = self.history.page(kind, start_ns, end_ns, place, limit, walk)
        return RecordPage(tuple(row for row in found.rows if self.sight.may_see(row[1].label)), found.last)

    def about_track(self, kind: type[AboutTrack], track_id: int, since_ns: int) -> Sequence[AboutTrack]:
        """Read every message of a kind about one track, the first first."""
        return self.sight.of(self.history.about_track(kind, track_id, since_ns))

    def decisions(
        self, subject: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> Sequence[Decision]:
        """Read decisions, the latest first; of one subject only, or since."""
        return self.sight.of(self.history.decisions(subject, since_ns, MOST_READ))[:limit]

    def source_health_changes(
        self, source: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> Sequence[SourceHealth]:
        """Read the changes of health of sources, the latest first."""
        return self.sight.of(self.history.source_health_changes(source, since_ns, MOST_READ))[:limit]

    def track_events(
        self, event: str | None = None, since_ns: int | None = None, limit: int = 1000
    ) -> Sequence[TrackEvent]:
        """Read what happened between tracks, the latest first."""
        return self.sight.of(self.history.track_events(event, since_ns, MOST_READ))[:limit]


def _records(change: PictureChange) -> Iterator[tuple[tuple[str, Any], Any]]:
    """Yield the records of a change with what tells their subjects apart."""
    for name, key in KEYS.items():
        for record in getattr(change, name):
            yield (name, getattr(record, key)), record
    for name, of_kind in zip(NetworkChange._fields, change.network, strict=True):
        for record in of_kind:
            yield (name, getattr(record, NETWORK_KEYS[name])), record


def _ended(change: PictureChange) -> Iterator[tuple[str, Any]]:
    """Yield what tells apart that ends with its track: nothing more is told of it, and tracks come without end."""
    yield from (("drift", one.track_id) for one in change.drift if one.state != "current")
    yield from (("identities", one.track_id) for one in change.network.identities if one.is_ended)
