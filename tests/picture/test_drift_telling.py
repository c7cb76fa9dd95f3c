"""Launch sites of a night: which balloons are of one may change, and what is no site any more is told as ended."""

from __future__ import annotations

import numpy as np

from sargas.assessment.drift.drifters import Drifter, Drifters
from sargas.assessment.drift.following import Followed
from sargas.assessment.drift.launch import Launch
from sargas.geo.plane import RegionPlane
from sargas.model.columns import NS_PER_S
from sargas.model.label import Label
from sargas.picture.drift_telling import Sites
from sargas.picture.drifting import Drifting
from tests.picture.balloon_night import configuration
from tests.tracking.scene import EPOCH_NS

CONFIGURATION = configuration()
PLANE = RegionPlane(CONFIGURATION.origin_latitude_deg, CONFIGURATION.origin_longitude_deg)


class Night:
    """Launches traced one after the other."""

    def __init__(self) -> None:
        self.sites, self.second = Sites(CONFIGURATION, PLANE), 0

    def trace(self, track_id: int, x_km: float) -> list[tuple[str, str, tuple[int, ...]]]:
        """Trace a balloon's launch to a place; returns launch, state and balloons of what is told."""
        self.second += 1
        traced = Launch(x_km * 1e3, 0.0, 1000.0**2 * np.eye(2), (100.0, 200.0, 300.0))
        held = Drifter(Followed(track_id, first=[float(self.second)]), launch=traced)
        time_ns = EPOCH_NS + self.second * NS_PER_S
        told = self.sites.take(held, lambda *_: Label(), time_ns, Drifters(PLANE, epoch_ns=EPOCH_NS))
        return [(one.launch_id.rpartition("/")[2], one.state, one.track_ids) for one in told]


def test_a_site_that_turns_out_to_be_part_of_another_ends() -> None:
    night = Night()
    assert night.trace(5, 0.0) == [("5", "estimated", (5,))]
    assert night.trace(9, 30.0) == [("9", "estimated", (9,))]
    assert night.trace(9, 1.0) == [("9", "ended", (9,)), ("5", "revised", (5, 9))]
    assert night.trace(9, 1.0) == []


def test_a_site_that_loses_a_balloon_to_another_is_told_without_it() -> None:
    night = Night()
    night.trace(5, 0.0)
    assert night.trace(9, 1.0) == [("5", "revised", (5, 9))]
    assert night.trace(9, 30.0) == [("5", "revised", (5,)), ("9", "estimated", (9,))]


def test_a_balloon_found_again_under_another_number_keeps_its_site() -> None:
    night = Night()
    night.trace(5, 0.0)
    night.sites.rename(5, 12)
    assert night.trace(12, 0.1) == [("5", "revised", (12,))]


def test_a_site_of_another_night_is_forgotten_and_one_that_is_used_on_stays_whole() -> None:
    night = Night()
    night.trace(5, 0.0)
    night.trace(7, 30.0)
    night.second += 5 * 3600
    assert night.trace(9, 1.0) == [("5", "revised", (5, 9))]
    night.second += 5 * 3600
    assert night.trace(12, 1.0) == [("5", "revised", (5, 9, 12))]
    assert list(night.sites.launches) == [5, 9, 12]
    night.second += 17 * 3600
    assert night.trace(20, 0.0) == [("20", "estimated", (20,))]
    assert (list(night.sites.launches), list(night.sites.told)) == ([20], [20])


def test_what_was_told_of_sites_is_in_a_snapshot() -> None:
    night = Night()
    night.trace(5, 0.0)
    one, other = Drifting.of(CONFIGURATION, PLANE), Drifting.of(CONFIGURATION, PLANE)
    one.sites = night.sites
    other.restore(one.snapshot())
    assert other.sites.told == night.sites.told
    assert other.snapshot() == one.snapshot()
