"""A seeded sky for the screen log: every track told once a second, spread over ten updates, as a node's console is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sargas.console.frame import FrameFlag, TrackFrame, encode_frame
from sargas.console.messages import AlertsSection, ConfigurationSection, NamesSection, SourcesSection
from sargas.console.screen_log.block import ScreenUpdate
from sargas.console.track_rows import altitude_code
from sargas.model.columns import Int64
from sargas.model.label import Label
from sargas.model.records import Alert, Configuration, Source, SourceHealth, Zone

UPDATES_A_SECOND = 10
START_NS = 1_790_000_000_000_000_000 // 3_600_000_000_000 * 3_600_000_000_000
LIFE_S = 3600
"""A track is gone after an hour, and another takes its place."""
_LABEL = Label(originator="LTU")
SOURCES, ALERTS, ZONES, CORNERS = 12, 8, 70, 60


class Sky:
    """Tracks that turn now and then, as a filter reports them: every figure a little different each second."""

    def __init__(self, tracks: int, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        n = self._n = tracks
        self._id = np.arange(1, n + 1)
        self._born = -self._rng.integers(0, LIFE_S, n)
        self._place = np.column_stack([self._rng.uniform(20, 28, n), self._rng.uniform(53, 59, n)])
        self._course = self._rng.uniform(0, 360, n)
        self._speed = self._rng.uniform(20, 250, n)
        self._altitude = self._rng.uniform(50, 11_000, n)
        self._climb = self._rng.choice([0.0, 0.0, 0.0, 5.0, -5.0], n)
        self._codes = self._rng.integers(0, 12, n), self._rng.choice([1, 1, 1, 3, 5], n)
        self._next_id = n + 1
        self._sequence = 0

    def updates(self, second: int) -> Iterator[ScreenUpdate]:
        """Yield the updates of one second; the first second begins with everything."""
        group = np.arange(self._n) % UPDATES_A_SECOND
        for tenth in range(UPDATES_A_SECOND):
            rows = np.arange(self._n) if second == 0 and tenth == 0 else np.flatnonzero(group == tenth)
            self._move(rows)
            old, new = self._renew(rows, second) if second else (rows[:0], rows)
            named = rows if second == 0 and tenth == 0 else new
            time_ns = START_NS + second * 10**9 + tenth * 10**8
            yield ScreenUpdate(
                time_ns, self._frame(rows, old, time_ns), self._names(named) if len(named) else None,
                self._sections(second) if tenth == 0 else {}, is_whole=second == 0 and tenth == 0,
            )  # fmt: skip

    def _move(self, rows: Int64) -> None:
        rng, n = self._rng, len(rows)
        turning = rng.random(n) < 0.1
        self._course[rows] = (self._course[rows] + np.where(turning, rng.normal(0, 3, n), rng.normal(0, 0.2, n))) % 360
        self._speed[rows] += rng.normal(0, 0.5, n)
        self._altitude[rows] += self._climb[rows] + rng.normal(0, 3, n)
        east = self._speed[rows] * np.sin(np.radians(self._course[rows])) + rng.normal(0, 5, n)
        north = self._speed[rows] * np.cos(np.radians(self._course[rows])) + rng.normal(0, 5, n)
        self._place[rows, 0] += east / 62_000
        self._place[rows, 1] += north / 111_000

    def _renew(self, rows: Int64, second: int) -> tuple[Int64, Int64]:
        """End the tracks whose time is over and begin others; returns the numbers that ended, and the rows begun."""
        over = rows[second - self._born[rows] >= LIFE_S]
        ended = self._id[over].copy()
        self._id[over] = self._next_id + np.arange(len(over))
        self._next_id += len(over)
        self._born[over] = second
        return ended, over

    def _frame(self, rows: Int64, ended: Int64, time_ns: int) -> bytes:
        rows = rows[np.argsort(self._id[rows])]
        n, rng = len(rows), self._rng
        self._sequence += 1
        columns = {
            "track_id": self._id[rows], "longitude_deg": self._place[rows, 0], "latitude_deg": self._place[rows, 1],
            "altitude_code": altitude_code(self._altitude[rows]), "speed_dmps": np.rint(10 * self._speed[rows]),
            "course_code": np.rint(self._course[rows] * (65536 / 360)) % 65536,
            "affiliation": self._codes[1][rows], "type": self._codes[0][rows], "threat": np.zeros(n),
            "status": np.full(n, 1 + 64), "vertical_rate_dmps": 10 * self._climb[rows] + rng.normal(0, 5, n),
            "sigma_major_code": np.rint(12 * np.log2(121 + rng.normal(0, 8, n))),
            "sigma_minor_code": np.rint(12 * np.log2(41 + rng.normal(0, 4, n))),
            "sigma_bearing": rng.integers(0, 180, n), "age_half_s": rng.integers(0, 3, n),
        }  # fmt: skip
        base = 0 if self._sequence == 1 else self._sequence - 1
        flags = FrameFlag.SNAPSHOT if base == 0 else FrameFlag(0)
        deleted = np.zeros(0, np.uint32) if base == 0 else np.asarray(ended, np.uint32)
        return encode_frame(
            TrackFrame(
                sequence=self._sequence,
                base_sequence=base,
                valid_time_ms=time_ns / 1e6,
                send_time_ms=time_ns / 1e6,
                flags=flags,
                columns=columns,
                deleted=deleted,
            )
        )

    def _names(self, rows: Int64) -> str:
        ids = self._id[rows].tolist()
        return NamesSection.model_construct(
            snapshot=False, sensor_ids=("radar-east", "radar-west"), track_id=tuple(ids),
            callsign=tuple(f"LOT{i % 1000:03d}" for i in ids), icao_address=tuple(f"{i:06x}" for i in ids),
            mode_3a=tuple(f"{i % 4096:04o}" for i in ids), sensors=tuple((0, 1) for _ in ids),
            network_id=tuple("" for _ in ids),
        ).model_dump_json()  # fmt: skip

    def _sections(self, second: int) -> dict[str, str]:
        """Health of every source each second, alerts every fifth, the configuration once."""
        base = {"time_ns": START_NS + second * 10**9, "origin": "LTU-1", "label": _LABEL}
        told = [
            SourceHealth(id=f"h/{i}/{second}", source=f"radar-{i:02d}", state="ok", received=150 * second + i, **base)
            for i in range(SOURCES)
        ]
        sections = {"sources": SourcesSection(sources=tuple(told)).model_dump_json()}
        if second % 5 == 0:
            alerts = [
                Alert(
                    id=f"a/{i}/{second}",
                    alert_id=f"a/{i}",
                    tier="critical",
                    state="raised",
                    rule="zone_entry",
                    track_ids=(i + 1,),
                    zone_id="lt-east",
                    zone_name="Rytų siena",
                    raised_ns=START_NS,
                    reasons=("entered from the east", "no transponder reply", "flies at 45 m/s, 120 m high"),
                    **base,
                )
                for i in range(ALERTS)
            ]
            sections["alerts"] = AlertsSection(alerts=tuple(alerts)).model_dump_json()
        if second == 0:
            sections["configuration"] = ConfigurationSection(configuration=_configuration(base)).model_dump_json()
        return sections


def _configuration(base: dict[str, Any]) -> Configuration:
    """Make a configuration of the size of a country's: a zone for each municipality."""
    rng = np.random.default_rng(1)
    turn = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    zones = []
    for i in range(ZONES):
        lon, lat, r = rng.uniform(21, 26), rng.uniform(54, 56), rng.uniform(0.1, 0.3, CORNERS)
        ring = zip((lon + r * np.cos(turn)).round(5).tolist(), (lat + r * np.sin(turn)).round(5).tolist(), strict=True)
        zones.append(Zone(id=f"z{i}", name=f"Zone {i}", kind="protected", polygon=tuple(ring)))
    sources = tuple(Source(name=f"radar-{i:02d}", format="asterix") for i in range(SOURCES))
    return Configuration(
        id="configuration/1", node="LTU-1", nation="LTU", origin_latitude_deg=55.2, origin_longitude_deg=24.0,
        sources=sources, zones=tuple(zones), **base,
    )  # fmt: skip
