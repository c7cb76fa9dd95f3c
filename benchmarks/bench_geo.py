"""Measure geodesy and zones: accuracy against PROJ, and the time of queries of 10,000 tracks against 100 zones.

Prints one JSON line a figure. Times are CPU times of the calling thread (everything here runs in one), median of 40
calls after a warm one, so that other load on the machine does not count; the note gives the wall time too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyproj

from sargas.assessment.zone_entry import ZoneEntry
from sargas.geo import enu, polar, wgs84
from sargas.geo.plane import RegionPlane
from sargas.geo.zones import ZoneIndex
from sargas.model.label import Label
from sargas.model.records import Zone
from sargas.model.tracks import Tracks

PLACES = ((54.9, 24.1), (0.0, 0.0), (-0.2, 179.99), (64.0, -180.0), (78.2, 15.6), (89.7, 140.0), (-90.0, 0.0))
"""Centres (lat, lon deg): the Baltics, equator, antimeridian, high latitudes, a pole."""
TRACKS, ZONES, CALLS = 10_000, 100, 40
START_NS = 1_800_000_000_000_000_000
CENTRE = RegionPlane(55.5, 24.0)


def main() -> None:
    """Print all figures."""
    measure_accuracy()
    measure_conversions()
    measure_zones()
    measure_alerts()


def measure_accuracy() -> None:
    """Compare all conversions with PROJ within 500 km of hard places."""
    metres, degrees = zip(*[_errors_around(*place) for place in PLACES], strict=True)
    where = f"WGS84, ENU, polar and plane, both ways, {len(PLACES)} places with both poles' latitudes and antimeridian"
    tell("geodesy error against PROJ, position", max(metres), "m", 1e-3, where)
    tell("geodesy error against PROJ, angle", max(degrees), "deg", 1e-9, f"{where}; longitude as great circle")


def _errors_around(latitude_deg: float, longitude_deg: float, n: int = 20_000) -> tuple[float, float]:
    random = np.random.default_rng(11)
    azimuth_deg, distance_m = random.uniform(0, 360, n), 500e3 * np.sqrt(random.uniform(0, 1, n))
    start = np.full(n, longitude_deg), np.full(n, latitude_deg)
    longitudes, latitudes, _ = pyproj.Geod(ellps="WGS84").fwd(*start, azimuth_deg, distance_m)
    heights = random.uniform(-400, 30_000, n)
    ecef = np.stack(
        pyproj.Transformer.from_pipeline("+proj=cart +ellps=WGS84").transform(longitudes, latitudes, heights), 1
    )
    topocentric = pyproj.Transformer.from_pipeline(
        "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=cart +ellps=WGS84 "
        f"+step +proj=topocentric +ellps=WGS84 +lat_0={latitude_deg} +lon_0={longitude_deg} +h_0=100"
    )
    local = np.stack(topocentric.transform(longitudes, latitudes, heights), 1)
    mercator = pyproj.Proj(
        f"+proj=tmerc +algo=poder_engsager +lat_0={latitude_deg} +lon_0={longitude_deg} +ellps=WGS84"
    )
    flat = np.stack(mercator(longitudes, latitudes), 1)

    frame, plane = enu.Frame(latitude_deg, longitude_deg, 100.0), RegionPlane(latitude_deg, longitude_deg)
    radar = polar.polar_from_enu(frame.enu_from_geodetic(latitudes, longitudes, heights))
    metres = [
        np.abs(wgs84.ecef_from_geodetic(latitudes, longitudes, heights) - ecef).max(),
        np.abs(frame.enu_from_geodetic(latitudes, longitudes, heights) - local).max(),
        np.abs(polar.enu_from_polar(*radar) - local).max(),
        np.abs(np.stack(plane.plane_from_geodetic(latitudes, longitudes), 1) - flat).max(),
    ]
    degrees = []
    for found in (
        wgs84.geodetic_from_ecef(ecef),
        frame.geodetic_from_enu(local),
        frame.geodetic_from_enu(polar.enu_from_polar(*radar)),
        (*plane.geodetic_from_plane(flat[:, 0], flat[:, 1]), heights),
    ):
        apart = np.abs((found[1] - longitudes + 180.0) % 360.0 - 180.0) * np.cos(np.radians(latitudes))
        degrees += [np.abs(found[0] - latitudes).max(), apart.max()]
        metres.append(np.abs(found[2] - heights).max())
    return float(max(metres)), float(max(degrees))


def measure_conversions() -> None:
    """Time the conversions of 10,000 positions."""
    latitudes, longitudes, heights = _positions()
    ecef = wgs84.ecef_from_geodetic(latitudes, longitudes, heights)
    x_m, y_m = CENTRE.plane_from_geodetic(latitudes, longitudes)
    for name, call in (
        ("geodetic to ECEF", lambda: wgs84.ecef_from_geodetic(latitudes, longitudes, heights)),
        ("ECEF to geodetic", lambda: wgs84.geodetic_from_ecef(ecef)),
        ("geodetic to plane", lambda: CENTRE.plane_from_geodetic(latitudes, longitudes)),
        ("plane to geodetic", lambda: CENTRE.geodetic_from_plane(x_m, y_m)),
    ):
        cpu_ms, wall_ms = timed(call)
        tell(f"{name}, {TRACKS} positions", cpu_ms, "ms", None, f"wall {wall_ms:.2f} ms")


def measure_zones() -> None:
    """Time point, segment and polygon queries."""
    index = ZoneIndex.of(mixed_zones(), CENTRE)
    latitudes, longitudes, heights = _positions()
    random = np.random.default_rng(5)
    next_latitudes = latitudes + random.normal(0, 0.01, TRACKS)
    next_longitudes = longitudes + random.normal(0, 0.02, TRACKS)
    ring = [(23.0, 55.0), (24.0, 55.0), (24.0, 56.0), (23.5, 56.3), (23.0, 56.0)]

    def cross() -> Any:
        return index.crossed(latitudes, longitudes, heights, next_latitudes, next_longitudes, heights)

    for name, call, hits in (
        ("point", lambda: index.contains(latitudes, longitudes, heights), "of points in zones"),
        ("segment", cross, "of segments through zones"),
        ("polygon", lambda: index.overlaps(ring), "zones overlapped"),
    ):
        cpu_ms, wall_ms = timed(call)
        note = f"{int(call().sum())} pairs {hits}; wall {wall_ms:.2f} ms; from latitude and longitude to (n, z) answers"
        tell(f"zone {name} query, {TRACKS} tracks x {ZONES} zones", cpu_ms, "ms", 5.0, note)


def measure_alerts() -> None:
    """Time the zone-entry assessment: a tick over all tracks, and one small batch of touched tracks."""
    zones = site_zones()
    entry = ZoneEntry.of(zones, CENTRE, node=Label(originator="bench"), exercise=False)
    flights = [_tracks(step) for step in range(CALLS + 3)]
    batches = [flight.take(slice(500, 520)) for flight in flights]
    raised = [entry.assess(flight, START_NS + step * 1_000_000_000) for step, flight in enumerate(flights[:2])]
    steps = iter(range(2, CALLS + 3))
    times = [_assess_one(entry, flights[step], step) for step in steps]
    note = f"{len(entry.active())} alerts active, {sum(map(len, raised))} told at the start"
    tell(f"zone-entry tick, {TRACKS} tracks x {ZONES} zones", float(np.median(times)) * 1e3, "ms", 20.0, note)
    times = [_assess_one(entry, batch, CALLS + 3) for batch in batches]
    tell("zone-entry update of 20 touched tracks", float(np.median(times)) * 1e3, "ms", 2.0, note)


def _assess_one(entry: ZoneEntry, tracks: Tracks, step: int) -> float:
    start_s = time.thread_time()
    entry.assess(tracks, START_NS + step * 1_000_000_000)
    return time.thread_time() - start_s


def mixed_zones() -> list[Zone]:
    """Make 100 zones over the Baltics: a border of 2,000 corners, 50 cylinders of 3-30 km, 49 polygons of 5-60."""
    random = np.random.default_rng(1)
    angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    reach = 1 + 0.05 * np.sin(17 * angle)
    zones = [_polygon("border", "border", 24 + 4 * reach * np.cos(angle), 55.5 + 2 * reach * np.sin(angle))]
    for i in range(1, ZONES):
        longitude, latitude = random.uniform(20.5, 27.5), random.uniform(53.7, 57.3)
        if i % 2:
            centre, radius_m = (longitude, latitude), random.uniform(3e3, 30e3)
            zones.append(Zone(id=f"c{i}", name=f"c{i}", kind="protected", centre=centre, radius_m=radius_m))
            continue
        corners = int(random.integers(5, 60))
        angle = np.sort(random.uniform(0, 2 * np.pi, corners))
        reach = random.uniform(0.05, 0.3, corners)
        ring = longitude + 1.7 * reach * np.cos(angle), latitude + reach * np.sin(angle)
        zones.append(_polygon(f"p{i}", "restricted", *ring, ceiling_m=6000.0))
    return zones


def site_zones() -> list[Zone]:
    """Make 100 zones as a node would have them: the border, 49 sites of 3 km, 50 restricted polygons, all low."""
    zones = [zone.model_copy(update={"ceiling_m": 1500.0}) for zone in mixed_zones()]
    smaller = [zone.model_copy(update={"radius_m": 3e3}) if zone.radius_m else zone for zone in zones]
    return [smaller[0].model_copy(update={"ceiling_m": 100_000.0}), *smaller[1:]]


def _polygon(zone_id: str, kind: str, longitudes: Any, latitudes: Any, **fields: Any) -> Zone:
    ring = tuple(zip(longitudes.tolist(), latitudes.tolist(), strict=True))
    return Zone.model_validate({"id": zone_id, "name": zone_id, "kind": kind, "polygon": ring} | fields)


def _positions() -> tuple[Any, Any, Any]:
    random = np.random.default_rng(2)
    return random.uniform(53, 58, TRACKS), random.uniform(19.5, 28.5, TRACKS), random.uniform(0, 12_000, TRACKS)


def _tracks(step: int) -> Tracks:
    latitudes, longitudes, heights = _positions()
    random = np.random.default_rng(3)
    east_mps, north_mps = random.normal(0, 100, (2, TRACKS))
    return Tracks.of(
        time_ns=np.full(TRACKS, START_NS + step * 1_000_000_000),
        track_id=np.arange(TRACKS, dtype=np.int64),
        latitude_deg=latitudes + step * north_mps / 111e3,
        longitude_deg=longitudes + step * east_mps / 63e3,
        altitude_m=heights,
        velocity_east_mps=east_mps,
        velocity_north_mps=north_mps,
        velocity_up_mps=np.zeros(TRACKS),
        label=Label(originator="bench"),
    )


def timed(call: Callable[[], Any]) -> tuple[float, float]:
    """Return the median CPU and wall time of a call, ms."""
    call()
    spent = []
    for _ in range(CALLS):
        wall_s, cpu_s = time.perf_counter(), time.thread_time()
        call()
        spent.append((time.thread_time() - cpu_s, time.perf_counter() - wall_s))
    cpu_ms, wall_ms = np.median(spent, axis=0) * 1e3
    return float(cpu_ms), float(wall_ms)


def tell(figure: str, value: float, unit: str, limit: float | None, note: str) -> None:
    """Print one figure as a JSON line; ``ok`` is null where there is no limit."""
    line = {
        "figure": figure,
        "value": float(f"{value:.3g}"),
        "unit": unit,
        "limit": None if limit is None else f"<= {limit:g} {unit}",
        "ok": None if limit is None else bool(value <= limit),
        "command": "python benchmarks/bench_geo.py",
        "note": note,
    }
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
