"""A picture that hears one readsb receiver, so that tests say in a line who flies where."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from sargas.model.columns import NS_PER_S
from sargas.model.envelope import Envelope
from sargas.model.label import Label
from sargas.model.message import Message
from sargas.model.records import Configuration, Record, Sensor, Source, Tick
from sargas.picture.state import State
from sargas.picture.step import step

START_S = 1_790_020_800
LABEL = Label(releasable_to=("LTU", "LVA"), originator="LTU")
METRES_NORTH = 111_320.0


class Sky:
    """Steps a picture second by second; ``messages`` holds all that came out."""

    nac_p = 10
    """Navigation accuracy that aircraft report."""

    def __init__(self, *sources: Source, sensors: tuple[Sensor, ...] = (), **settings: Any) -> None:
        self.state, self.messages, self._sequence = State(), list[Message](), 0
        own = Source(name="receiver", format="readsb", sensor_id="vilnius-adsb", label=LABEL)
        configuration = Configuration(
            id="c", time_ns=START_S * NS_PER_S, origin="n", label=LABEL, node="n", nation="LTU",
            origin_latitude_deg=55.0, origin_longitude_deg=24.0, sources=(own, *sources), sensors=sensors, **settings,
        )  # fmt: skip
        self.record(START_S, configuration)

    def record(self, second: float, value: Record) -> tuple[Message, ...]:
        return self._step(second, "n", "record", value.model_dump_json().encode())

    def tick(self, second: int) -> tuple[Message, ...]:
        value = Tick(id=f"t{second}", time_ns=second * NS_PER_S, origin="n", label=LABEL)
        return self.record(second, value)

    def datagram(self, second: float, source: str, data: bytes) -> tuple[Message, ...]:
        return self._step(second, source, "datagram", data)

    def hear(self, second: float, **aircraft: tuple[float, float, float, float]) -> tuple[Message, ...]:
        """Report aircraft by address: metres east and north of (55 N, 24 E), m/s east and north, at 1,000 m."""
        document = [describe(name, *state, self.nac_p) for name, state in aircraft.items()]
        return self.datagram(second, "receiver", json.dumps({"now": second, "aircraft": document}).encode())

    def _step(self, second: float, source: str, kind: Any, data: bytes) -> tuple[Message, ...]:
        self._sequence += 1
        out = step(self.state, Envelope(self._sequence, int(second * NS_PER_S), source, kind, data)).messages
        self.messages.extend(out)
        return out


def place(east_m: float, north_m: float) -> tuple[float, float]:
    """Return latitude and longitude (deg) of a point near (55 N, 24 E)."""
    return 55.0 + north_m / METRES_NORTH, 24.0 + east_m / (METRES_NORTH * float(np.cos(np.radians(55.0))))


def describe(
    address: str, east_m: float, north_m: float, east_mps: float, north_mps: float, nac_p: int
) -> dict[str, Any]:
    latitude, longitude = place(east_m, north_m)
    return {
        "hex": address.removeprefix("x"), "type": "adsb_icao", "lat": latitude, "lon": longitude, "seen_pos": 0.0,
        "alt_geom": 1000 / 0.3048, "gs": float(np.hypot(east_mps, north_mps)) / 0.514444, "nac_p": nac_p, "nic": 8,
        "track": float(np.degrees(np.arctan2(east_mps, north_mps))) % 360.0, "sil": 3, "version": 2,
    }  # fmt: skip
