"""Compile or load the kernels of lost tracks before the first one is lost."""

from __future__ import annotations

import numpy as np

from sargas.assessment.lost.book import WATCHED_NS, LostBook
from sargas.geo.enu import Frame
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.model.records import Sensor
from sargas.model.tracks import Tracks
from sargas.sensors.site import Sites

PLACE = (56.0, 24.0)
RADAR = Sensor(
    id="warm-up", kind="radar-3d", latitude_deg=PLACE[0], longitude_deg=PLACE[1], scan_period_s=2.0, reach_m=1e5
)


def warm_up() -> None:
    """Lose one made-up track, and search for it until its region is told."""
    sites, label = Sites((RADAR,), Frame(*PLACE, 0.0)), Label()
    book = LostBook.of("warm-up", label, RegionPlane(*PLACE))
    followed_s = WATCHED_NS // NS_PER_S + 2
    for second in range(followed_s + 14):
        time_ns = second * NS_PER_S
        sites.table["heard_ns"][0] = time_ns
        tracks = _one_track(time_ns, label) if second < followed_s else Tracks.none(label)
        book.tick(tracks, tracks.track_id, np.full(len(tracks), 0.5), sites, {}, time_ns)


def _one_track(time_ns: int, label: Label) -> Tracks:
    one = np.ones(1)
    return Tracks.of(
        time_ns=np.array([time_ns]), track_id=np.array([1]), latitude_deg=PLACE[0] + 0.3 * one,
        longitude_deg=PLACE[1] * one, altitude_m=300.0 * one, velocity_east_mps=40.0 * one,
        velocity_north_mps=0.0 * one, velocity_up_mps=0.0 * one, label=label, sensor_ids=(RADAR.id,),
    )  # fmt: skip
