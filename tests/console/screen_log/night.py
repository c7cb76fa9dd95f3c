"""A scripted night through the real broadcast: what live clients were given, and the log of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sargas.console.broadcast import Broadcast
from sargas.console.frame import HEADER, decode_frame
from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.screen_log.recorder import ScreenRecorder
from sargas.console.screen_log.tap import ScreenTap
from sargas.console.screen_log.writer import Retention, ScreenWriter
from sargas.model.tracks import TrackStatus
from sargas.runtime.live_picture import LivePicture
from tests.console.node import NOW_NS, make_alert, make_configuration, make_health, make_lost, make_tracks
from tests.runtime.store_cases import make_interference, make_permission

FOREVER = Retention(2**62, 1 << 40)
START_NS = NOW_NS
STEP_NS = 250_000_000


@dataclass
class Client:
    """A client that does with frames and sections what the page does."""

    rows: dict[int, dict[str, bytes]] = field(default_factory=dict)
    names: dict[int, list[Any]] = field(default_factory=dict)
    sections: dict[str, Any] = field(default_factory=dict)
    head: tuple[float, int] = (0.0, 0)
    sequence: int = 0

    def take(self, message: str | bytes) -> None:
        """Take a message of the stream."""
        self._take_frame(message) if isinstance(message, bytes) else self._take_text(json.loads(message))

    def shown(self) -> tuple[Any, ...]:
        """Return all that is drawn: rows by the bits of every column, names of tracks, sections, time and flags."""
        named = {number: self.names.get(number) for number in self.rows}
        sections = {name: text for name, text in self.sections.items() if name not in ("clock", "playback")}
        return {n: dict(row) for n, row in self.rows.items()}, named, sections, self.head

    def _take_frame(self, data: bytes) -> None:
        frame = decode_frame(data)
        assert frame.base_sequence in (0, self.sequence), "no gap in the sequence"
        if frame.base_sequence == 0:
            self.rows = {}
        for number in frame.deleted.tolist():
            self.rows.pop(number, None)
            self.names.pop(number, None)
        for i, number in enumerate(frame.columns["track_id"].tolist()):
            self.rows[number] = {name: values[i].tobytes() for name, values in frame.columns.items()}
        self.sequence, self.head = frame.sequence, (frame.valid_time_ms, int(frame.flags) & ~3)

    def _take_text(self, told: dict[str, Any]) -> None:
        if told["type"] != "names":
            self.sections[told["type"]] = told
            return
        if told["snapshot"]:
            self.names = {}
        for i, number in enumerate(told["track_id"]):
            sensors = [told["sensor_ids"][index] for index in told["sensors"][i]]
            self.names[number] = [told[name][i] for name in ("callsign", "icao_address", "mode_3a", "network_id")]
            self.names[number].append(sensors)


class FullDisk:
    """Stands in for the recorder where a test wants every update on the disk at once."""

    def __init__(self, writer: ScreenWriter) -> None:
        self.writer, self.wants_whole, self.waiting = writer, True, list[ScreenUpdate]()

    def take(self, update: ScreenUpdate) -> None:
        """Keep an update for the next block."""
        self.wants_whole = False
        self.waiting.append(update)
        if update.time_ns - self.waiting[0].time_ns >= 1_000_000_000:
            self.write()

    def write(self) -> None:
        """Write what waits as a block."""
        waiting, self.waiting = self.waiting, []
        self.writer.write(waiting) if waiting else None


@dataclass
class Night:
    """One run of a node: ``shown`` has what a live client had drawn after each moment, by the time of the log."""

    folder: Path
    start_ns: int = START_NS
    seed: int = 1
    shown: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)
    frames: list[tuple[int, bytes]] = field(default_factory=list)
    recorder: ScreenRecorder | None = None

    def __post_init__(self) -> None:
        self.now_ns = self.start_ns
        self.picture = LivePicture()
        self.broadcast = Broadcast(self.picture, lambda: self.now_ns)
        self.client = Client()
        self.sink = self.recorder or FullDisk(ScreenWriter(self.folder, FOREVER))
        self.tap = ScreenTap(self.broadcast, self.sink, lambda: self.now_ns)  # type: ignore[arg-type]
        self.broadcast.on_announce = self._announced
        self._rng = np.random.default_rng(self.seed)
        self._numbers = dict[str, int]()
        self._alive = set[int]()
        self._next = 1

    def run(self, steps: int) -> Night:
        """Let some moments pass."""
        for i in range(steps):
            self.now_ns += STEP_NS
            self._happen(i)
            self.broadcast.set_clock()
            self.broadcast.advance()
            self.broadcast._announce()
        return self

    def end(self) -> None:
        """Stop the node."""
        if isinstance(self.sink, FullDisk):
            self.sink.write()
            self.sink.writer.close()
        else:
            self.sink.close()

    def _happen(self, i: int) -> None:
        rng = self._rng
        if i == 0:
            self.picture.apply(
                [make_configuration(exercise=self.seed % 2 == 0), make_health("radar-east")], self.now_ns
            )
        told: list[Any] = []
        new = list(range(self._next, self._next + int(rng.integers(0, 4))))
        self._next += len(new)
        self._alive.update(new)
        moving = sorted(number for number in self._alive if number in new or rng.random() < 0.4)
        if moving:
            told.append(self._tracks(moving))
        ending = [number for number in sorted(self._alive) if number not in moving and rng.random() < 0.05]
        if ending:
            told.append(make_tracks(ending, status=np.full(len(ending), TrackStatus.DROPPED, np.uint8)))
            self._alive -= set(ending)
        if rng.random() < 0.3 and self._alive:
            number = int(rng.choice(sorted(self._alive)))
            state = str(rng.choice(["raised", "acknowledged", "ended"]))
            told.append(
                make_alert(f"a/{number}", number, state=state, acknowledged_by="ona" if state != "raised" else None)
            )
        if rng.random() < 0.3:
            told.append(make_health("radar-west", str(rng.choice(["ok", "silent"])), received=i))
        if rng.random() < 0.1:
            told += [make_lost(10_000 + i), make_permission(i, self.now_ns), make_interference(f"{i:06x}", self.now_ns)]
        if told:
            self.picture.apply(told, self.now_ns)

    def _tracks(self, numbers: list[int]) -> Any:
        rng, n = self._rng, len(numbers)
        named = np.array([f"LY{number % 7}{int(rng.integers(0, 2))}" for number in numbers], "S8")
        return make_tracks(
            numbers, time_ns=self.now_ns, longitude_deg=rng.uniform(20, 28, n), latitude_deg=rng.uniform(53, 58, n),
            altitude_m=rng.uniform(50, 9000, n), velocity_east_mps=rng.normal(0, 90, n),
            velocity_up_mps=rng.normal(0, 9, n), callsign=named,
            update_time_ns=np.full(n, self.now_ns) - rng.integers(0, 10**10, n),
        )  # fmt: skip

    def _announced(self) -> None:
        self.tap.take()
        if self.broadcast.update.sequence != self.client.sequence:
            update = self.broadcast.update
            for message in (update.names, update.frame):
                if message is not None:
                    self.client.take(message)
            self.frames.append((self.now_ns, update.frame))
        for name, (number, text) in self.broadcast.sections.items():
            if self._numbers.get(name) != number:
                self._numbers[name] = number
                self.client.take(text)
        self.shown.append((self.now_ns, self.client.shown()))


def body(frame: bytes) -> tuple[int, bytes]:
    """Return what a frame says of tracks, byte by byte: counts of rows, and all columns."""
    return decode_frame(frame).columns["track_id"].size, frame[HEADER.size :]
