"""Nations with a radar each, whose pictures exchange what they offer each other, without a bus."""

from __future__ import annotations

import heapq
import json
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from sargas.formats.contract import Decoded
from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.message import Message
from sargas.model.parts import pack, unpack
from sargas.model.plots import Plots
from sargas.model.record_base import Ring
from sargas.model.records import (
    RECORD,
    Configuration,
    Cue,
    Decision,
    Handover,
    NetworkIdentity,
    Partner,
    Record,
    Source,
    Tick,
    Zone,
)
from sargas.model.tracks import Tracks, TrackStatus
from sargas.model.tracks_parts import pack_tracks, unpack_tracks
from sargas.picture.state import State
from sargas.picture.step import step
from tests.tracking.scene import EPOCH_NS, FRAME, Flight, at_ns, radar, see

MARK = b"TEST-WIRE\n"
CENTRES = {"LTU": (0.0, -30e3), "LVA": (0.0, 30e3)}
"""East and north of each radar, m."""
ORDER = ("LTU", "LVA")


def label_of(nation: str) -> Label:
    return Label(releasable_to=("LTU", "LVA"), originator=nation)


class Wire:
    """Reads what ``write`` wrote; ``memory``: of the decoder in whose place it stands, which hears nothing."""

    def __init__(self, memory: bytes) -> None:
        self.memory = memory

    def decode(self, receive_time_ns: int, data: bytes) -> Decoded:
        header, arrays = unpack(MARK, data)
        shared: Any = tuple(RECORD.validate_json(json.dumps(one)) for one in header["shared"])
        body = arrays[0].tobytes() if arrays else b""
        if header["kind"] == "plots":
            with pa.ipc.open_stream(body) as reader:
                return Decoded(plots=Plots.from_arrow(reader.read_all()))
        return Decoded(tracks=unpack_tracks(body) if body else None, shared=shared)

    def snapshot(self) -> bytes:
        return self.memory

    def restore(self, data: bytes) -> None:
        pass


def write(plots: Plots | None = None, tracks: Tracks | None = None, shared: tuple[Record, ...] = ()) -> bytes:
    header = {
        "kind": "plots" if plots is not None else "tracks",
        "shared": [json.loads(r.model_dump_json()) for r in shared],
    }
    if plots is not None:
        batch, sink = plots.to_arrow(), pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return pack(MARK, header, [sink.getvalue().to_pybytes()])
    return pack(MARK, header, [] if tracks is None else [pack_tracks(tracks)])


def place(east_m: float, north_m: float) -> tuple[float, float]:
    latitude, longitude, _ = FRAME.geodetic_from_enu(np.array([[east_m, north_m, 0.0]]))
    return float(latitude[0]), float(longitude[0])


def ring(south_m: float, north_m: float) -> Ring:
    corners = ((-90e3, south_m), (90e3, south_m), (90e3, north_m), (-90e3, north_m))
    return tuple((place(*corner)[1], place(*corner)[0]) for corner in corners)


AREAS = {"LTU": ring(-120e3, 0.0), "LVA": ring(0.0, 120e3)}


@dataclass
class Nation:
    """One node: its picture, its journal, all that it told and offered."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    range_m: float = 45e3
    state: State = field(default_factory=State)
    journal: list[Envelope] = field(default_factory=list)
    messages: list[tuple[int, Message]] = field(default_factory=list)
    offered: list[tuple[int, Tracks]] = field(default_factory=list)
    live: dict[int, tuple[str, int, int]] = field(default_factory=dict)
    """By number told: identity, status, time of the row."""
    is_alive: bool = True

    def __post_init__(self) -> None:
        latitude, longitude = place(*CENTRES[self.name])
        self.radar = radar(f"radar-{self.name}", latitude, longitude, scan_period_s=2.0, max_range_m=self.range_m)
        other = "LVA" if self.name == "LTU" else "LTU"
        sources = (
            Source(name="radar", format="readsb", sensor_id="x", label=label_of(self.name)),
            Source(name="hidden", format="readsb", sensor_id="x", label=Label(originator=self.name)),
            Source(name=f"from-{other}", format="readsb", sensor_id="x", partner=other),
        )
        configuration = Configuration(
            id="c", time_ns=EPOCH_NS, origin=self.name, label=label_of(self.name), node=f"node-{self.name}",
            nation=self.name, origin_latitude_deg=56.0, origin_longitude_deg=24.0, sources=sources,
            sensors=(self.radar,), area=AREAS[self.name],
            partners=(Partner(nation=other, node=f"node-{other}", verify_key="0" * 64, area=AREAS[other]),),
            first_track_number=100 if self.name == "LTU" else 700, **self.settings,
        )  # fmt: skip
        self.step(EPOCH_NS, "n", "record", configuration.model_dump_json().encode())
        use_wire(self.state)

    def step(self, time_ns: int, source: str, kind: Any, data: bytes) -> list[Message]:
        envelope = Envelope(len(self.journal) + 1, time_ns, source, kind, data)
        self.journal.append(envelope)
        outputs = step(self.state, envelope)
        self.messages += [(time_ns, message) for message in outputs.messages]
        self.offered += [(time_ns, batch) for batch in outputs.offered or ()]
        for message in outputs.messages:
            if isinstance(message, Tracks):
                self._note(message)
        return [*outputs.messages, *(outputs.offered or ())]

    def decide(self, time_ns: int, action: Any, subject: str, actor: str = "rita") -> list[Message]:
        decision = Decision(
            id=f"d/{action}/{time_ns}", time_ns=time_ns, origin=self.name, label=label_of(self.name), actor=actor,
            action=action, subject=subject,
        )  # fmt: skip
        return self.step(time_ns, "person", "record", decision.model_dump_json().encode())

    def _note(self, tracks: Tracks) -> None:
        rows = zip(
            tracks.track_id.tolist(), tracks.network_id.tolist(), tracks.status.tolist(), tracks.time_ns.tolist(),
            strict=True,
        )  # fmt: skip
        for number, network_id, status, time_ns in rows:
            if status == TrackStatus.DROPPED:
                self.live.pop(number, None)
            elif status != TrackStatus.TENTATIVE:
                self.live[number] = network_id.decode(), status, time_ns

    def told(self, kind: type[Any]) -> list[Any]:
        return [message for _, message in self.messages if isinstance(message, kind)]

    def identities(self) -> dict[str, int]:
        """Count the live rows of each identity."""
        found: dict[str, int] = {}
        for network_id, _, _ in self.live.values():
            found[network_id] = found.get(network_id, 0) + 1
        return found


def use_wire(state: State) -> None:
    assert state.picture is not None
    decoders = state.picture.intake._decoders
    for name, decoder in decoders.items():
        decoders[name] = Wire(decoder.snapshot())


class Night:
    """Two nations, the same flights, and a link that takes its time."""

    def __init__(
        self, flights: list[Flight], seed: int, *, range_m: float = 45e3, delay_s: tuple[float, float] = (0.2, 2.0),
        settings: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.flights, self.delay_s = flights, delay_s
        self.rng = np.random.default_rng(seed)
        self.nations = {name: Nation(name, settings or {}, range_m) for name in ORDER}
        self.link_is_up, self.second = True, 0
        self._due: list[tuple[int, int, str, str, bytes]] = []
        self._number = 0

    def __getitem__(self, name: str) -> Nation:
        return self.nations[name]

    def run(self, seconds: int) -> None:
        for _ in range(seconds):
            self.second += 1
            for k, nation in enumerate(self.nations.values()):
                at_s = self.second - 0.7 + 0.3 * k
                if self.second % 2 == k and nation.is_alive:
                    self._scan(nation, at_s)
            self._deliver(at_ns(self.second))
            for nation in self.nations.values():
                if nation.is_alive:
                    self._tick(nation)

    def say(self, sender: Nation, outputs: list[Message]) -> None:
        """Put on the way what a partner may have: offered tracks, hand-overs and cues of our own."""
        offered = [m for m in outputs if isinstance(m, Tracks) and m in [b for _, b in sender.offered[-4:]]]
        for batch in offered:
            if "LVA" in batch.label.releasable_to:
                nobody = np.zeros((len(batch), 1), np.uint64)
                self._send(sender, write(tracks=replace(batch, sensor_ids=(), contributing=nobody)))
        own = [m for m in outputs if isinstance(m, Handover | Cue) and m.origin == f"node-{sender.name}"]
        for record in own:
            self._send(sender, write(shared=(record,)))

    def decide(self, name: str, action: Any, subject: str) -> None:
        nation = self.nations[name]
        self.say(nation, nation.decide(at_ns(self.second + 0.05), action, subject))

    def _scan(self, nation: Nation, at_s: float) -> None:
        seen = [f for f in self.flights if self._is_in_reach(nation, f, at_s)]
        if seen:
            plots = see(nation.radar, seen, at_s, self.second // 2, self.rng, label=label_of(nation.name))
            self.say(nation, nation.step(at_ns(at_s + 0.05), "radar", "datagram", write(plots=plots)))

    def _is_in_reach(self, nation: Nation, flight: Flight, at_s: float) -> bool:
        return bool(np.hypot(*(flight.at(at_s)[:2] - CENTRES[nation.name])) <= nation.range_m)

    def _tick(self, nation: Nation) -> None:
        tick = Tick(id=f"t{self.second}", time_ns=at_ns(self.second), origin=nation.name, label=label_of(nation.name))
        self.say(nation, nation.step(at_ns(self.second), "n", "record", tick.model_dump_json().encode()))

    def _send(self, sender: Nation, data: bytes) -> None:
        if self.link_is_up:
            self._number += 1
            due_ns = at_ns(self.second + float(self.rng.uniform(*self.delay_s)))
            heapq.heappush(self._due, (due_ns, self._number, sender.name, "", data))

    def _deliver(self, until_ns: int) -> None:
        while self._due and self._due[0][0] <= until_ns:
            due_ns, _, sender, _, data = heapq.heappop(self._due)
            hearer = self.nations["LVA" if sender == "LTU" else "LTU"]
            if self.link_is_up and hearer.is_alive:
                self.say(hearer, hearer.step(due_ns, f"from-{sender}", "datagram", data))


def replayed(nation: Nation) -> State:
    """Step the journal of a nation through a new picture."""
    state = State()
    for envelope in nation.journal:
        step(state, envelope)
        if envelope.sequence == 1:
            use_wire(state)
    return state


def last_identities(nation: Nation) -> dict[int, NetworkIdentity]:
    """Return what was last told of each own track."""
    return {record.track_id: record for record in nation.told(NetworkIdentity)}


AIRPORT = Zone(id="z", name="Airport", kind="protected", centre=(24.0, 56.2), radius_m=5_000.0)
SECOND_NS = NS_PER_S
