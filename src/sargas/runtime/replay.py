"""Replay: the same core over a journal or a recording, as fast as it goes; what came out, track by track."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sargas.model.envelope import Envelope
from sargas.model.message import Message
from sargas.model.plots import Plots
from sargas.model.records import Alert, Configuration, Sensor, Source, SourceHealth
from sargas.model.tracks import Tracks
from sargas.picture.intake import Intake
from sargas.picture.state import State
from sargas.picture.step import step
from sargas.runtime.journal_read import is_start, journal_folder, read
from sargas.runtime.recording import Recording, envelopes

RECORDING = "recording"
"""Name of the one source of a replayed file."""


@dataclass(slots=True)
class TrackStory:
    """One track over its life, from its confirmed states."""

    track_id: int
    first_ns: int
    last_ns: int = 0
    updates: int = 0
    latitude_deg: float = 0.0
    longitude_deg: float = 0.0
    altitude_m: float = 0.0
    speed_mps: float = 0.0
    icao_address: str = ""
    callsign: str = ""
    sensors: set[str] = field(default_factory=set)


@dataclass(slots=True)
class ReplaySummary:
    """What a replay led to; ``digest`` is comparable between runs, machines and with the live run."""

    envelopes: int = 0
    plots: int = 0
    first_ns: int | None = None
    last_ns: int = 0
    digest: str = ""
    tracks: dict[int, TrackStory] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    sources: dict[str, SourceHealth] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def replay(
    inputs: Iterable[Envelope], state: State, summary: ReplaySummary
) -> Iterator[tuple[Envelope, tuple[Message, ...]]]:
    """Step the core through the inputs, yielding each with its outputs; ``summary`` is kept up to date.

    Raises ValueError for inputs that no node journaled (no configuration first).
    """
    for envelope in inputs:
        outputs = step(state, envelope)
        summary.envelopes += 1
        summary.first_ns = envelope.receive_time_ns if summary.first_ns is None else summary.first_ns
        summary.last_ns = max(summary.last_ns, envelope.receive_time_ns)
        for message in outputs.messages:
            _summarise(message, summary)
        yield envelope, outputs.messages
    summary.digest = state.digest.hex()
    if state.picture is not None:
        summary.counts = dict(state.picture.tracker.counts)


def journal_inputs(
    directory: Path, from_sequence: int = 0, tell: Callable[[str], object] = lambda text: None
) -> Iterator[Envelope]:
    """Yield the envelopes of a node's journal (``journal_folder``), from its first start of the node on.

    ``tell`` is told when retention took the beginning of a run, whose rest is passed over then. With ``from_sequence``
    a snapshot stands for what was before. Raises ValueError when there is no journal, or no start in it.
    """
    inputs = read(journal_folder(directory), from_sequence)
    first = next(inputs, None)
    if first is None:
        raise ValueError(f"{directory}: expected a journal (journal-*.arrows or .parquet), was empty of them")
    if from_sequence == 0 and not is_start(first):
        begins = first.sequence
        first = next((envelope for envelope in inputs if is_start(envelope)), None)
        if first is None:
            raise ValueError(
                f"{directory}: expected a start of the node in the journal, was none from sequence {begins} on: what "
                "was before is deleted, and nothing can be replayed before the node is started anew"
            )
        tell(f"{directory}: replayed from sequence {first.sequence} on; the beginning of the run before is deleted")
    yield first
    yield from inputs


def recording_inputs(
    recording: Recording, sensors: tuple[Sensor, ...], editions: dict[str, str], **settings: Any
) -> tuple[Configuration, Iterator[Envelope]]:
    """Return the configuration under which a recording can be replayed, and its envelopes.

    Places that radars tell themselves anywhere in the recording (I034/120) are known from the start; the region is
    centred on the sensors, or on the first reported positions. Reads the recording twice. ``settings``: further fields
    of the configuration, such as zones.
    """
    source = Source(name=RECORDING, format=recording.format, editions=editions)
    draft = _configuration(source, sensors, (0.0, 0.0))
    placed, centre = _survey(recording, draft)
    told = tuple(sensor for sensor in placed if sensor.id not in {known.id for known in sensors})
    configuration = _configuration(source, (*sensors, *told), centre, **settings)
    return configuration, envelopes(configuration, RECORDING, recording.datagrams())


def _survey(recording: Recording, draft: Configuration) -> tuple[tuple[Sensor, ...], tuple[float, float]]:
    intake, told = Intake(draft), dict[str, Sensor]()
    positions: list[tuple[float, float]] = []
    for time_ns, data in recording.datagrams():
        decoded = intake.decode(RECORDING, time_ns, data)
        for status in decoded.statuses:
            if status.latitude_deg is not None:
                told[status.sensor_id] = Sensor(
                    id=status.sensor_id, kind="radar-2d", latitude_deg=status.latitude_deg,
                    longitude_deg=status.longitude_deg, height_m=status.height_m or 0.0,
                )  # fmt: skip
        if decoded.plots is not None and not positions:
            known = np.isfinite(decoded.plots.latitude_deg)
            if known.any():
                first = int(np.argmax(known))
                positions = [(float(decoded.plots.latitude_deg[first]), float(decoded.plots.longitude_deg[first]))]
        if positions and recording.format != "asterix":
            break  # only radars tell of themselves later on
    sites = [(s.latitude_deg, s.longitude_deg) for s in (*draft.sensors, *told.values())]
    places = [(lat, lon) for lat, lon in sites if lat is not None and lon is not None] or positions or [(56.2, 24.5)]
    centre = np.mean(np.array(places), axis=0)
    return tuple(told[name] for name in sorted(told)), (round(float(centre[0]), 3), round(float(centre[1]), 3))


def _configuration(
    source: Source, sensors: tuple[Sensor, ...], origin: tuple[float, float], **settings: Any
) -> Configuration:
    return Configuration(
        id="replay/configuration", time_ns=0, origin="replay", label=source.label, node="replay", nation="LTU",
        exercise=True, origin_latitude_deg=origin[0], origin_longitude_deg=origin[1], sources=(source,),
        sensors=sensors, **settings,
    )  # fmt: skip


def _summarise(message: Message, summary: ReplaySummary) -> None:
    match message:
        case Plots():
            summary.plots += len(message)
        case Tracks():
            _tell_tracks(message, summary.tracks)
        case Alert():
            summary.alerts[message.alert_id] = message
        case SourceHealth():
            summary.sources[message.source] = message
        case _:
            pass  # ticks, statuses and decisions are inputs retold


def _tell_tracks(tracks: Tracks, stories: dict[int, TrackStory]) -> None:
    sensors = tracks.contributing_sensor_ids()
    speed = np.hypot(tracks.velocity_east_mps, tracks.velocity_north_mps)
    for row in np.flatnonzero(tracks.is_confirmed).tolist():
        number, time_ns = int(tracks.track_id[row]), int(tracks.time_ns[row])
        story = stories.setdefault(number, TrackStory(number, time_ns))
        story.last_ns, story.updates = max(story.last_ns, time_ns), story.updates + 1
        story.latitude_deg, story.longitude_deg = float(tracks.latitude_deg[row]), float(tracks.longitude_deg[row])
        story.altitude_m, story.speed_mps = float(tracks.altitude_m[row]), float(speed[row])
        if tracks.icao_address[row] >= 0:
            story.icao_address = f"{tracks.icao_address[row]:06x}"
        if tracks.callsign[row]:
            story.callsign = tracks.callsign[row].decode("ascii", "replace").strip()
        story.sensors.update(sensors[row])
