"""What the core tells of a recording or a journal: what ``sargas assess`` writes down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sargas.model.envelope import Envelope
from sargas.model.identity_records import About
from sargas.model.message import Message
from sargas.model.records import (
    Alert,
    ClosureAdvice,
    Configuration,
    DriftForecast,
    LaunchEstimate,
    LostTrack,
    PublicWarning,
    SourceHealth,
)
from sargas.model.tracks import Tracks
from sargas.picture.state import Picture, State
from sargas.picture.step import step

HELD: tuple[About, ...] = ("class", "identity", "cooperation", "origin", "danger", "intent")
_TICK = b'"kind":"tick"'


@dataclass(slots=True)
class Told:
    """What came out: alerts with their changes, messages of warnings and lost tracks, confirmed tracks each second."""

    alerts: dict[str, list[Alert]] = field(default_factory=dict)
    warnings: list[PublicWarning] = field(default_factory=list)
    lost: list[LostTrack] = field(default_factory=list)
    closures: list[ClosureAdvice] = field(default_factory=list)
    drift: list[DriftForecast] = field(default_factory=list)
    launches: list[LaunchEstimate] = field(default_factory=list)
    tracks: list[Tracks] = field(default_factory=list)
    held: dict[About, list[str]] = field(default_factory=lambda: {about: [] for about in HELD})
    """Of each row of tracks."""
    danger: list[float | None] = field(default_factory=list)
    configuration: Configuration | None = None
    """The last one."""
    had_wind: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    """Plots by what became of them."""
    refused: dict[str, int] = field(default_factory=dict)
    """Why records of the sources were refused, and how often."""
    faults: dict[str, SourceHealth] = field(default_factory=dict)
    """The last fault of each part of the core."""
    quarantined: dict[str, SourceHealth] = field(default_factory=dict)
    """Sources of which nothing is taken at the end, by name."""

    @classmethod
    def of(cls, inputs: Iterable[Envelope]) -> Told:
        """Run all inputs through the core. Raises ValueError for inputs that do not begin with a configuration."""
        told, state = cls(), State()
        for envelope in inputs:
            for message in step(state, envelope).messages:
                told._take(message)
            if state.picture is not None and envelope.kind == "record":
                told.had_wind |= bool(state.picture.drifting.drifters.wind)
                if _TICK in envelope.data:
                    told._hold(state.picture, envelope.receive_time_ns)
        if state.picture is not None and told.configuration is not None:
            told.counts = dict(state.picture.tracker.counts)
            for source in told.configuration.sources:
                for reason, count in state.picture.health.rejects_of(source.name).items():
                    told.refused[reason] = told.refused.get(reason, 0) + count
        return told

    def _take(self, message: Message) -> None:
        match message:
            case Alert():
                self.alerts.setdefault(message.alert_id, []).append(message)
            case PublicWarning():
                self.warnings.append(message)
            case ClosureAdvice():
                self.closures.append(message)
            case DriftForecast():
                self.drift.append(message)
            case LaunchEstimate():
                self.launches.append(message)
            case LostTrack():
                self.lost.append(message)
            case Configuration():
                self.configuration = message
            case SourceHealth() if self._is_source(message.source):
                self.quarantined.pop(message.source, None)
                if message.state == "quarantined":
                    self.quarantined[message.source] = message
            case SourceHealth() if message.reason:
                self.faults[message.source] = message
            case _:
                pass

    def _is_source(self, name: str) -> bool:
        return self.configuration is not None and name in {source.name for source in self.configuration.sources}

    def _hold(self, picture: Picture, time_ns: int) -> None:
        """Take all confirmed tracks at a tick, with what is held of each."""
        tracks = picture.identity.mask(picture.appraisal.show(picture.tracker.report(time_ns)))
        if not len(tracks):
            return
        self.tracks.append(tracks)
        for track_id in tracks.track_id.tolist():
            for about, values in self.held.items():
                values.append(picture.identity.book.answer(track_id, about, time_ns).value)
            self.danger.append(picture.identity.suspects.get(track_id))
