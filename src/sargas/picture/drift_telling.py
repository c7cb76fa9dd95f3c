"""Say as records where drifters will be, and where they were let go."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sargas.assessment.drift.airports import LabelOf
from sargas.assessment.drift.drifters import Drifted, Drifter, Drifters
from sargas.assessment.drift.launch import SCALE_50, SCALE_90, Launch, Site, ellipse, find_sites
from sargas.assessment.drift.regions import area_km2, region_of
from sargas.assessment.drift.shares import entries_within
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.columns import NS_PER_S, Float64
from sargas.model.drift_records import DriftEntry, DriftPlace
from sargas.model.label import Label
from sargas.model.record_base import Ring
from sargas.model.records import Configuration, DriftForecast, LaunchEstimate

MINUTES = (10, 30, 60)
LEAST_ENTRY = 0.01
MOST_ENTRIES = 10
MOVED_M = 1000.0
"""A site is told again when its middle moved so far, or its balloons changed."""
NIGHT_S = 8 * 3600.0
"""A site whose balloons are all gone and were first seen longer ago is of another night: a new one may be there."""


def tell_forecast(
    one: Drifted, first_s: Float64, zones: ZoneIndex, drifters: Drifters, node: str, label: Label, time_ns: int
) -> DriftForecast:
    """Tell one drifter's ensemble; ``first_s`` (m, z): when its members first enter each zone."""
    track_id = one.drifter.followed.track_id
    start_ns = drifters.epoch_ns + round(one.start.time_s * NS_PER_S)
    return DriftForecast(
        id=f"{node}/drift/{track_id}/{time_ns}",
        time_ns=start_ns,
        origin=node,
        label=label,
        track_id=track_id,
        drifts=one.drifter.drifts,
        rising=min(1.0, one.phases.rising),
        floating=one.phases.floating,
        falling=min(1.0, one.phases.falling),
        wind=tell_wind(drifters, start_ns),
        places=tuple(_place(one, minute, drifters.plane) for minute in MINUTES),
        entries=_entries(first_s, zones, start_ns),
    )


def end_forecast(track_id: int, node: str, label: Label, time_ns: int) -> DriftForecast:
    """Tell that a track's forecast no longer holds."""
    return DriftForecast(
        id=f"{node}/drift/{track_id}/{time_ns}/ended", time_ns=time_ns, origin=node, label=label, track_id=track_id,
        state="ended", drifts=0.0, rising=0.0, floating=0.0, falling=0.0, wind="",
    )  # fmt: skip


def tell_wind(drifters: Drifters, time_ns: int) -> str:
    """Say in words what the wind is taken from."""
    balloons = len({track_id for track_id, _, _ in drifters.pooled.looks})
    shown = f"; {balloons} balloon(s) show it themselves" if balloons else ""
    if not drifters.wind:
        return f"no wind table in force: drift by the tracks' own motion only{shown}"
    tables = [table for column in drifters.wind.columns for table in column.tables]
    away_s = min((abs(time_ns - table.valid_ns) for table in tables), default=0) / NS_PER_S
    levels = max(len(table.levels) for table in tables)
    names = ", ".join(drifters.wind.names)
    return f"{names}: {len(tables)} table(s) of up to {levels} levels, nearest {away_s / 3600.0:.1f} h away{shown}"


def _place(one: Drifted, minute: int, plane: RegionPlane) -> DriftPlace:
    ensemble = one.ensemble
    x, y, aloft = ensemble.x_m[:, minute], ensemble.y_m[:, minute], ensemble.aloft[:, minute] > 0.0
    ring = region_of(x, y, 0.9)
    latitude, longitude = plane.geodetic_from_plane(x.mean(), y.mean())
    high = ensemble.altitude_m[aloft, minute] if aloft.any() else ensemble.altitude_m[:, minute]
    low_m, high_m = np.quantile(high, (0.05, 0.95)).tolist()
    return DriftPlace(
        ahead_s=float(ensemble.ahead_s[minute]),
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        altitude_low_m=low_m,
        altitude_high_m=high_m,
        aloft=float(aloft.mean()),
        region_90=ring_of(ring, plane),
        area_km2=area_km2(ring),
    )


def ring_of(ring: Float64, plane: RegionPlane) -> Ring:
    """Return a ring of plane metres as lon, lat, to a metre."""
    latitude, longitude = plane.geodetic_from_plane(ring[:, 0], ring[:, 1])
    return tuple(zip(longitude.round(5).tolist(), latitude.round(5).tolist(), strict=True))


def _entries(first_s: Float64, zones: ZoneIndex, start_ns: int) -> tuple[DriftEntry, ...]:
    found = entries_within(first_s, np.inf)
    likely = np.flatnonzero(found.probability >= LEAST_ENTRY)
    order = likely[np.argsort(-found.probability[likely], kind="stable")][:MOST_ENTRIES]
    times = (found.earliest_s, found.median_s, found.latest_s)
    return tuple(
        DriftEntry(
            zone_id=zones.zones[k].id,
            probability=float(found.probability[k]),
            **dict(
                zip(
                    ("earliest_ns", "median_ns", "latest_ns"),
                    (start_ns + round(float(column[k]) * NS_PER_S) for column in times),
                    strict=True,
                )
            ),
        )
        for k in order.tolist()
    )


@dataclass(slots=True)
class Sites:
    """The launch sites of the night: one estimate a site, told again when more is known of it."""

    configuration: Configuration
    plane: RegionPlane
    launches: dict[int, tuple[Launch, float]] = field(default_factory=dict)
    """By track: the launch, and when the track was first seen (s since the drifters' epoch)."""
    told: dict[int, LaunchEstimate] = field(default_factory=dict)
    """By the first track of a site: what was last told of it."""

    def take(self, held: Drifter, label_of: LabelOf, time_ns: int, drifters: Drifters) -> list[LaunchEstimate]:
        """Take a launch traced anew; tell the sites that it changed, and the end of those that went into others."""
        if held.launch is None:
            return []
        self._forget_other_nights(drifters, time_ns)
        track_id = held.followed.track_id
        self.launches[track_id] = (held.launch, held.followed.first[0])
        found = {tracks[0]: (site, tracks) for site, tracks in self._found()}
        told = [self._end(first, time_ns) for first in list(self.told) if first not in found]
        for first, (site, tracks) in found.items():
            before = self.told.get(first)
            if (
                before is None
                or before.track_ids != tuple(tracks)
                or (track_id in tracks and self._moved(before, site))
            ):
                self.told[first] = self._tell(site, tracks, label_of(*tracks), time_ns, drifters, before)
                told.append(self.told[first])
        return told

    def rename(self, old: int, new: int) -> None:
        """Carry a launch on under the number that its balloon was found again with."""
        if old in self.launches:
            self.launches = {new if number == old else number: held for number, held in self.launches.items()}
            self.told = {new if number == old else number: held for number, held in self.told.items()}

    def _found(self) -> list[tuple[Site, list[int]]]:
        """Find the sites of all launches, each with its tracks."""
        numbers = list(self.launches)
        sites = find_sites([launch for launch, _ in self.launches.values()])
        return [(site, [numbers[k] for k in site.members]) for site in sites]

    def _forget_other_nights(self, drifters: Drifters, time_ns: int) -> None:
        now_s = drifters.seconds(time_ns)
        old = {n for n, (_, first_s) in self.launches.items() if now_s - first_s > NIGHT_S} - drifters.by_track.keys()
        for _, tracks in self._found() if old else ():
            if old.issuperset(tracks):
                self.told.pop(tracks[0], None)
                for number in tracks:
                    del self.launches[number]

    def _moved(self, before: LaunchEstimate, site: Site) -> bool:
        x_m, y_m = self.plane.plane_from_geodetic(before.latitude_deg, before.longitude_deg)
        return bool(np.hypot(x_m - site.x_m, y_m - site.y_m) >= MOVED_M)

    def _end(self, first: int, time_ns: int) -> LaunchEstimate:
        before = self.told.pop(first)
        changed = {"id": f"{before.launch_id}/{time_ns}/ended", "time_ns": time_ns, "state": "ended"}
        return before.model_copy(update=changed)

    def _tell(
        self,
        site: Site,
        tracks: list[int],
        label: Label,
        time_ns: int,
        drifters: Drifters,
        before: LaunchEstimate | None,
    ) -> LaunchEstimate:
        launch_id = f"{self.configuration.node}/launch/{tracks[0]}" if before is None else before.launch_id
        latitude, longitude = self.plane.geodetic_from_plane(site.x_m, site.y_m)
        rings = [ring_of(ellipse(site.x_m, site.y_m, site.covariance_m2, s), self.plane) for s in (SCALE_50, SCALE_90)]
        let_go = [(first_s - one.before_s[2], first_s - one.before_s[0]) for one, first_s in self._of(tracks)]
        earliest, latest = min(low for low, _ in let_go), max(high for _, high in let_go)
        counted = f"{len(tracks)} balloon(s) drifted back from where they were first seen"
        return LaunchEstimate(
            id=f"{launch_id}/{time_ns}",
            time_ns=time_ns,
            origin=self.configuration.node,
            label=label,
            launch_id=launch_id,
            state="estimated" if before is None else "revised",
            track_ids=tuple(tracks),
            latitude_deg=float(latitude),
            longitude_deg=float(longitude),
            region_50=rings[0],
            region_90=rings[1],
            earliest_ns=drifters.epoch_ns + round(earliest * NS_PER_S),
            latest_ns=drifters.epoch_ns + round(latest * NS_PER_S),
            reasons=(counted, f"wind: {tell_wind(drifters, time_ns)}"),
        )

    def _of(self, tracks: list[int]) -> list[tuple[Launch, float]]:
        return [self.launches[track_id] for track_id in tracks]
