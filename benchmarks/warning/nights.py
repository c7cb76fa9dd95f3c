"""One night of public warnings through the core, as a node would have lived it; nobody decides on a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.warning.truth import INTRUDERS, TruePaths, match
from sargas.exercise.night import DEFAULT_START_NS, Night
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.records import Alert, Configuration, PublicWarning, Tick
from sargas.model.tracks import Tracks, TrackStatus
from sargas.picture.state import State
from sargas.picture.step import step

TARGETS, NIGHT_S, HORIZON_S = 80, 360, 600
LABEL = Label(originator="LTU", caveats=("EXERCISE",))


@dataclass
class Draft:
    """One message of a warning as drafted."""

    warning: PublicWarning
    at_s: float
    objects: tuple[int, ...]
    """True objects of its tracks, intruders alone."""
    kinds: tuple[str, ...]
    """Of whatever it is about."""
    threatening_s: dict[int, float] = field(default_factory=dict)
    """By true object: since when the core held it to threaten."""
    is_retold: bool = False
    """It stood already, and now covers more tracks."""
    withdrawn_s: float = float("inf")


@dataclass
class Told:
    """What one night gave."""

    seed: int
    paths: TruePaths
    drafts: list[Draft] = field(default_factory=list)
    firm_s: dict[int, float] = field(default_factory=dict)
    """By intruder: when its first track was firm."""
    alerted_s: dict[int, float] = field(default_factory=dict)
    most_standing: int = 0


def run_night(seed: int) -> Told:
    """Play a night."""
    night = Night.of(seed, targets=TARGETS, start_time_ns=DEFAULT_START_NS, duration_s=float(NIGHT_S))
    true_night, ahead = (Night.of(seed, targets=TARGETS, start_time_ns=DEFAULT_START_NS) for _ in range(2))
    state = State()
    inputs = night_inputs(night)
    step(state, next(inputs))
    assert state.picture is not None
    areas = state.picture.outlook.warnings.areas
    told = Told(seed, TruePaths(ahead, areas, NIGHT_S + HORIZON_S))
    firm, objects = dict[int, float](), dict[int, tuple[int, str]]()
    standing = dict[str, Draft]()
    for envelope in inputs:
        time_s = (state.time_ns - DEFAULT_START_NS) / NS_PER_S
        warnings = list[PublicWarning]()
        for message in step(state, envelope).messages:
            if isinstance(message, Tracks):
                now_s = (state.time_ns - DEFAULT_START_NS) / NS_PER_S
                for number in message.track_id[message.status == TrackStatus.CONFIRMED].tolist():
                    firm.setdefault(number, now_s)
            elif isinstance(message, PublicWarning):
                warnings.append(message)
            elif isinstance(message, Alert) and message.was_shown:
                for number in message.track_ids:
                    if objects.get(number, (0, ""))[1] in INTRUDERS:
                        told.alerted_s.setdefault(objects[number][0], time_s)
        if envelope.kind != "record":
            continue
        time_s = (state.time_ns - DEFAULT_START_NS) / NS_PER_S
        tracks = state.picture.tracker.report(state.time_ns)
        objects |= match(true_night, tracks.take(tracks.status == TrackStatus.CONFIRMED), time_s)
        for number, at_s in firm.items():
            if objects.get(number, (0, ""))[1] in INTRUDERS:
                first_s = told.firm_s.get(objects[number][0], float("inf"))
                told.firm_s[objects[number][0]] = min(first_s, at_s)
        for message in warnings:
            _note(told, standing, message, objects, time_s)
            if message.state == "drafted":
                told.drafts[-1].threatening_s = _threatening(state, message, objects)
        told.most_standing = max(told.most_standing, len(standing))
    return told


def _note(
    told: Told, standing: dict[str, Draft], message: PublicWarning, objects: dict[int, tuple[int, str]], time_s: float
) -> None:
    if message.state == "withdrawn" and message.message_id in standing:
        standing.pop(message.message_id).withdrawn_s = time_s
    if message.state != "drafted":
        return
    of = [objects.get(number, (-1, "nothing")) for number in message.track_ids]
    hit = tuple(sorted({number for number, kind in of if kind in INTRUDERS}))
    draft = Draft(message, time_s, hit, tuple(sorted({kind for _, kind in of})))
    if message.message_id in standing:
        draft.is_retold, standing[message.message_id].withdrawn_s = True, time_s
    told.drafts.append(draft)
    standing[message.message_id] = draft


def _threatening(state: State, message: PublicWarning, objects: dict[int, tuple[int, str]]) -> dict[int, float]:
    """Say since when each true object of a message was held to threaten, as the core's own watch has it."""
    assert state.picture is not None
    since, found = state.picture.outlook.threats.watch.since_ns, dict[int, float]()
    for track_id in message.track_ids:
        number = objects.get(track_id, (-1, ""))[0]
        if track_id in since and number >= 0:
            at_s = (since[track_id] - DEFAULT_START_NS) / NS_PER_S
            found[number] = min(at_s, found.get(number, at_s))
    return found


def night_inputs(night: Night) -> Iterator[Envelope]:
    """Yield the journal of a night: configuration, datagrams, a tick each second."""
    given = night.configuration()
    configuration = Configuration(
        id="c", time_ns=DEFAULT_START_NS, origin="bench", label=LABEL, node="bench", nation="LTU",
        origin_latitude_deg=given.origin[0], origin_longitude_deg=given.origin[1], sources=given.sources,
        sensors=given.sensors, zones=given.zones, exercise=True,
    )  # fmt: skip
    yield Envelope(0, DEFAULT_START_NS, "bench", "record", configuration.model_dump_json().encode())
    sequence, tick_ns = 1, DEFAULT_START_NS + NS_PER_S
    for datagram in night.datagrams():
        while DEFAULT_START_NS + datagram.offset_ns >= tick_ns:
            tick = Tick(id=f"t{tick_ns}", time_ns=tick_ns, origin="bench", label=LABEL)
            yield Envelope(sequence, tick_ns, "bench", "record", tick.model_dump_json().encode())
            sequence, tick_ns = sequence + 1, tick_ns + NS_PER_S
        yield Envelope(sequence, DEFAULT_START_NS + datagram.offset_ns, datagram.source, "datagram", datagram.data)
        sequence += 1
