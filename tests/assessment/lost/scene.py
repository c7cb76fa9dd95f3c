"""One track that a radar follows and then shows no more, without a tracker: rows of tracks as a picture tells them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sargas.assessment.lost.book import LostBook
from sargas.geo.enu import Frame
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.lost_records import LostTrack
from sargas.model.records import Sensor
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.sensors.site import Sites

ORIGIN = (55.0, 24.0)
PLANE = RegionPlane(*ORIGIN)
START_S = 1_790_020_800
LABEL = Label(originator="LTU")
GROUND_M = 100.0


def radar(name: str = "radar", x_m: float = 0.0, y_m: float = 0.0, **fields: Any) -> Sensor:
    """Make a radar of 15 m mast that sees 1 m² to 140 km."""
    latitude, longitude = PLANE.geodetic_from_plane(x_m, y_m)
    told: dict[str, Any] = {
        "id": name, "kind": "radar-3d", "latitude_deg": float(latitude), "longitude_deg": float(longitude),
        "height_m": GROUND_M + 15.0, "ground_m": GROUND_M, "scan_period_s": 2.0, "max_range_m": 250e3,
        "reach_m": 140e3, "lowest_elevation_deg": -1.0, "highest_elevation_deg": 70.0,
    }  # fmt: skip
    return Sensor.model_validate(told | fields)


@dataclass
class Scene:
    """Ticks a book of lost tracks; tracks fly straight from where they are put."""

    sensors: tuple[Sensor, ...] = field(default_factory=lambda: (radar(),))
    kind: str = "one_way_drone"
    second: int = 0
    told: list[LostTrack] = field(default_factory=list)
    deaf: set[str] = field(default_factory=set)
    """Sensors that do not look any more."""
    covariance: bool = True

    def __post_init__(self) -> None:
        self.book = LostBook.of("n", LABEL, PLANE)
        self.sites = Sites(self.sensors, Frame(*ORIGIN, 0.0))

    def tick(self, tracks: Tracks, **renamed: int) -> tuple[LostTrack, ...]:
        """Let a second pass with these tracks; sensors that are not deaf have looked."""
        self.second += 1
        now_ns = self.now_ns
        for k, sensor in enumerate(self.sites.sensors):
            if sensor.id not in self.deaf:
                self.sites.table["heard_ns"][k] = now_ns
        armed = np.full(len(tracks), 0.6)
        names = {int(key.removeprefix("t")): kept for key, kept in renamed.items()}
        told = self.book.tick(tracks, tracks.track_id, armed, self.sites, names, now_ns)
        self.told += told
        return told

    @property
    def now_ns(self) -> int:
        """Time of the last tick."""
        return (START_S + self.second) * NS_PER_S

    def follow(self, seconds: int, *numbers: int, **where: Any) -> None:
        """Show tracks for some seconds."""
        for _ in range(seconds):
            self.tick(self.tracks(*numbers, **where))

    def wait(self, seconds: int) -> list[LostTrack]:
        """Show nothing for some seconds; return what is told in them."""
        return [one for _ in range(seconds) for one in self.tick(Tracks.none(LABEL))]

    def tracks(
        self, *numbers: int, x_m: float = 60e3, y_m: float = 0.0, height_m: float = 250.0,
        velocity: tuple[float, float, float] = (-45.0, 0.0, 0.0), **columns: Any,
    ) -> Tracks:  # fmt: skip
        """Return tracks as of the next second, flying since second 0 from places 5 km apart."""
        n, next_ns = len(numbers), self.now_ns + NS_PER_S
        at_s = self.second + 1
        x = x_m + velocity[0] * at_s + 5e3 * np.arange(n)
        latitude, longitude = PLANE.geodetic_from_plane(x, np.full(n, y_m + velocity[1] * at_s))
        classes = np.full((n, len(CLASSES)), np.nan, np.float32)
        if self.kind:
            classes[:] = 0.0
            classes[:, CLASSES.index(self.kind)] = 1.0
        packed = np.zeros((6, 6))
        np.fill_diagonal(packed, np.square([50.0, 50.0, 60.0, 2.0, 2.0, 1.0]))
        rows = np.repeat(packed[np.triu_indices(6)][None], n, axis=0)
        named: dict[str, Any] = {
            "time_ns": np.full(n, next_ns), "track_id": np.array(numbers, np.int64),
            "latitude_deg": latitude, "longitude_deg": longitude,
            "altitude_m": np.full(n, GROUND_M + height_m + velocity[2] * at_s),
            "velocity_east_mps": np.full(n, velocity[0]), "velocity_north_mps": np.full(n, velocity[1]),
            "velocity_up_mps": np.full(n, velocity[2]), "update_time_ns": np.full(n, next_ns),
            "status": np.full(n, TrackStatus.CONFIRMED, np.uint8), "class_probabilities": classes,
            "rcs_dbsm": np.full(n, -8.0, np.float32), "sensor_ids": self.sites.ids,
            "contributing": np.ones((n, 1), np.uint64), "label": LABEL,
        }  # fmt: skip
        if self.covariance:
            named["covariance"] = rows
        return Tracks.of(**(named | columns))
