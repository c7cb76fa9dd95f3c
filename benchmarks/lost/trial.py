"""One trial: some flights over one layout, tracked, lost and searched for, second by second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.lost.layouts import GROUND_M, LAYOUTS, ORIGIN, Radar
from benchmarks.lost.truths import AFTER_S, BEFORE_S, CAUSES, Flight, draw_flights
from sargas.geo.enu import Frame
from sargas.geo.plane import RegionPlane
from sargas.geo.polar import polar_from_enu
from sargas.identification.classifier import NIGHT, Classifier
from sargas.identification.model_file import ClassifierModel, shipped_model
from sargas.model.columns import NS_PER_S, Float64, Int64
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks
from sargas.tracking.tracker import Tracker

START_NS = 1_790_020_800 * NS_PER_S
FLIGHTS = 16
QUIET_S = 75
"""So long after the last plot every track is dropped."""
SMALL = ("small drone",)
FAR = ("one-way drone", "balloon", "light aircraft", "helicopter", "small drone")
PLANE = RegionPlane(*ORIGIN)


@dataclass
class Second:
    """What the node knows at one second, and what is so."""

    second: int
    tracks: Tracks
    heard_ns: Int64
    """By sensor: newest time it is known to have looked."""
    renamed: dict[int, int]
    detections: dict[int, float]
    """Flight to the second of its newest plot."""


@dataclass
class Trial:
    """Flights over a layout, from one seed."""

    seed: int
    layout: str
    flights: list[Flight] = field(default_factory=list)

    @property
    def radars(self) -> tuple[Radar, ...]:
        """The radars of the layout."""
        return LAYOUTS[self.layout]

    @classmethod
    def of(cls, seed: int) -> Trial:
        """Draw a trial: layout, whether sensors fail, and flights of several kinds and causes."""
        rng = np.random.default_rng([seed, 71])
        layout = list(LAYOUTS)[seed % len(LAYOUTS)]
        trial = cls(seed, layout)
        failing = seed // len(LAYOUTS) % 3 == 2
        fails = tuple(radar.id for radar in trial.radars if rng.random() < 0.7) if failing else ()
        groups = SMALL if layout == "site" else FAR
        plan: list[tuple[str, str]] = []
        for k in range(FLIGHTS):
            group = groups[int(rng.integers(len(groups)))]
            causes = [c for c in CAUSES if c != "sensor failed" and not (c == "dived" and group == "balloon")]
            plan.append((group, "sensor failed" if fails else causes[k % len(causes)]))
        trial.flights += draw_flights(trial.radars, plan, fails, rng)
        return trial

    def sensors(self) -> tuple[Sensor, ...]:
        """Return what the node knows of the radars."""
        return tuple(radar.told(PLANE) for radar in self.radars)

    def run(self) -> Iterator[Second]:
        """Track what is to be seen; yields at every second after its tick."""
        rng = np.random.default_rng([self.seed, 72])
        sensors = self.sensors()
        tracker = Tracker(sensors, ORIGIN)
        classifier = Classifier(ClassifierModel.from_bytes(shipped_model()), NIGHT)
        frames = [Frame(s.latitude_deg or 0.0, s.longitude_deg or 0.0, s.height_m) for s in sensors]
        detections: dict[int, float] = {}
        quiet_from, tracks = 0, Tracks.none(Label())
        for second in range(1, BEFORE_S + AFTER_S - 2):
            plots = self._plots(second, frames, rng, detections)
            now_ns = START_NS + second * NS_PER_S
            if plots is not None:
                tracker.update(plots)
            for k, radar in enumerate(self.radars):
                if second <= BEFORE_S or not self._has_failed(radar):
                    # the beam goes round whether it shows anything or not
                    tracker.hear(sensors[k].id, now_ns)
            renamed: dict[int, int] = {}
            quiet_from = second if plots is not None else quiet_from
            if second - quiet_from < QUIET_S:  # later there is nothing that could change
                tracker.advance(now_ns)
                tracks = tracker.report(now_ns)
                renamed = {change.other: change.kept for change in tracker.events() if change.kind != "split"}
            if len(tracks):
                found = classifier.update(tracks, tracks.rcs_dbsm, tracks.radial_speed_spread_mps)
                tracks = replace(tracks, class_probabilities=found)
            yield Second(second, tracks, tracker.sites.table["heard_ns"].copy(), renamed, dict(detections))

    def _has_failed(self, radar: Radar) -> bool:
        return bool(self.flights) and radar.id in self.flights[0].fails

    def _plots(
        self, second: int, frames: list[Frame], rng: np.random.Generator, detections: dict[int, float]
    ) -> Plots | None:
        """Return what the radars report in the second before ``second``."""
        parts: list[Float64] = []
        for k, (radar, frame) in enumerate(zip(self.radars, frames, strict=True)):
            if second > BEFORE_S and self._has_failed(radar):
                continue
            phase = (0.618 * k) % 1.0 * radar.scan_s
            turn = np.floor((second - phase) / radar.scan_s)
            at_s = phase + turn * radar.scan_s
            while at_s > second - 1:
                if at_s >= 0.0:
                    parts += self._look(k, radar, frame, at_s, int(turn), rng, detections)
                at_s, turn = at_s - radar.scan_s, turn - 1
        if not parts:
            return None
        rows = np.array(parts)
        rows = rows[np.argsort(rows[:, 0], kind="stable")]
        return Plots.of(
            time_ns=START_NS + (rows[:, 0] * NS_PER_S).astype(np.int64),
            receive_time_ns=np.full(len(rows), START_NS + second * NS_PER_S),
            sensor_ids=[radar.id for radar in self.radars], label=Label(), sensor=rows[:, 1].astype(np.int16),
            scan=rows[:, 2].astype(np.int64), range_m=rows[:, 3], azimuth_deg=rows[:, 4], elevation_deg=rows[:, 5],
            rcs_dbsm=rows[:, 6],
        )  # fmt: skip

    def _look(
        self, k: int, radar: Radar, frame: Frame, at_s: float, turn: int, rng: np.random.Generator,
        detections: dict[int, float],
    ) -> list[Float64]:  # fmt: skip
        found: list[Float64] = []
        for number, flight in enumerate(self.flights):
            s = int(at_s)
            share = at_s - s
            place = flight.position_m[s] * (1.0 - share) + flight.position_m[s + 1] * share
            pd = float(radar.detection_probability(place, flight.velocity_mps[s], flight.rcs_m2))
            u = rng.random()
            if pd <= 0.0 or u > pd:
                continue
            noise = rng.standard_normal(3)
            latitude, longitude = PLANE.geodetic_from_plane(place[0], place[1])
            enu = frame.enu_from_geodetic(float(latitude), float(longitude), float(place[2]) + GROUND_M)
            range_m, azimuth, elevation = polar_from_enu(enu)
            rcs = 10.0 * np.log10(flight.rcs_m2 * max(rng.gamma(2.0, 0.5), 1e-3))
            found.append(np.array([
                at_s, k, turn, float(range_m) + radar.sigma_range_m * noise[0],
                (float(azimuth) + radar.sigma_azimuth_deg * noise[1]) % 360.0,
                float(elevation) + radar.sigma_elevation_deg * noise[2], rcs,
            ]))  # fmt: skip
            detections[number] = at_s
        return found
