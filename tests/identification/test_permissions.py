"""Which permission explains which track: place, height, time, class, identity, each as many tracks as it covers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.geo.plane import RegionPlane
from sargas.identification.permissions import Explanation, PermissionBook, area_km2
from sargas.model.identity_records import FlightPermission
from sargas.model.label import Label
from sargas.model.tracks import CLASSES, Tracks
from tests.runtime.store_cases import make_permission

PLANE = RegionPlane(55.0, 25.0)
NOW_NS = 10**15


def tracks(*places: tuple[float, float], altitude_m: float = 200.0, **columns: Any) -> Tracks:
    """Make tracks numbered from 1 at (latitude, longitude)."""
    n = len(places)
    latitude, longitude = np.array(places, np.float64).reshape(n, 2).T
    covariance = np.zeros((n, 21))
    covariance[:, 11] = 20.0**2
    zero = np.zeros(n)
    given: dict[str, Any] = {"altitude_m": np.full(n, altitude_m), "covariance": covariance} | columns
    return Tracks.of(
        time_ns=np.full(n, NOW_NS), track_id=np.arange(1, n + 1), latitude_deg=latitude, longitude_deg=longitude,
        velocity_east_mps=zero, velocity_north_mps=zero, velocity_up_mps=zero, label=Label(), **given,
    )  # fmt: skip


def permission(number: int = 1, **fields: Any) -> FlightPermission:
    """Make a permission of 3 km around 54.68 N 25.28 E up to 500 m."""
    return make_permission(number, 1, **({"ceiling_m": 500.0, "floor_m": 0.0} | fields))


def explain(
    permissions: list[FlightPermission],
    sky: Tracks,
    before: dict[int, str] | None = None,
    doubted: frozenset[int] = frozenset(),
) -> dict[int, Explanation]:
    """Return what explains the tracks."""
    book = PermissionBook(PLANE)
    for one in permissions:
        book.permit(one)
    return book.explain(sky, NOW_NS, before or {}, doubted)


INSIDE, OUTSIDE = (54.68, 25.28), (54.75, 25.28)


def test_a_track_inside_is_explained_and_one_outside_is_not() -> None:
    found = explain([permission()], tracks(OUTSIDE, INSIDE))
    assert list(found) == [2]
    assert found[2].permission.permission_id == "permission-1"
    assert found[2].equal == ()
    assert 0.9 < found[2].probability < 1.0


@pytest.mark.parametrize(
    "fields",
    [
        {"valid_from_ns": NOW_NS + 1},
        {"valid_until_ns": NOW_NS},
        {"ceiling_m": 100.0},
        {"floor_m": 300.0},
        {"callsign": "POLIC1"},
        {"state": "revoked"},
    ],
)
def test_time_height_identity_and_revocation_are_kept(fields: dict[str, Any]) -> None:
    assert explain([permission(**fields)], tracks(INSIDE)) == {}


def test_a_height_within_two_sigmas_is_inside() -> None:
    assert 1 in explain([permission(ceiling_m=165.0)], tracks(INSIDE))
    assert 1 not in explain([permission(ceiling_m=155.0)], tracks(INSIDE))
    assert 1 in explain([permission(ceiling_m=100.0)], tracks(INSIDE, altitude_m=np.nan))


def test_an_equal_identity_makes_it_all_but_sure_and_another_excludes_it() -> None:
    wide = {"radius_m": 200e3}
    named = permission(callsign="POLIC1", icao_address="4ca123", **wide)
    own = tracks(INSIDE, callsign=np.array([b"POLIC1"], "S8"))
    assert explain([permission(**wide)], own) == {}, "by place alone so wide an area explains nothing"
    found = explain([named], own)[1]
    assert found.equal == ("callsign",)
    assert found.probability > 0.7
    other = tracks(INSIDE, callsign=np.array([b"POLIC1"], "S8"), icao_address=np.array([0x4CA124], np.int32))
    assert explain([named], other) == {}
    serial = tracks(INSIDE, uas_id=np.array([b"1581F5BK"], "S20"))
    assert explain([permission(uas_id="1581F5BK")], serial)[1].equal == ("uas_id",)


def test_call_signs_and_serials_are_one_in_capitals_and_in_small_letters() -> None:
    own = tracks(INSIDE, callsign=np.array([b"POLIC1"], "S8"), uas_id=np.array([b"1581F5BK"], "S20"))
    assert explain([permission(callsign="polic1", uas_id="1581f5bk")], own)[1].equal == ("callsign", "uas_id")


@pytest.mark.parametrize("code", [0o7000, 0o7500, 0o7600, 0o7700, 0o0000])
def test_a_code_that_many_share_names_nobody_and_takes_no_name_away(code: int) -> None:
    own = tracks(INSIDE, mode_3a=np.array([code], np.int16), icao_address=np.array([0x4CA123], np.int32))
    assert explain([permission(mode_3a="4637", icao_address="4ca123")], own)[1].equal == ("icao_address",)
    assert explain([permission(mode_3a=f"{code:04o}")], own)[1].equal == ()
    assert explain([permission(mode_3a="4637")], own) == {}


def test_the_name_of_a_track_whose_word_is_doubtful_counts_for_nothing() -> None:
    named = permission(callsign="POLIC1", radius_m=200e3)
    own = tracks(INSIDE, callsign=np.array([b"POLIC1"], "S8"))
    assert 1 in explain([named], own)
    assert explain([named], own, doubted=frozenset({1})) == {}


def test_a_class_that_is_not_permitted_is_not_explained() -> None:
    bird = np.full((1, len(CLASSES)), 0.01, np.float32)
    bird[0, CLASSES.index("bird")] = 0.89
    assert explain([permission(classes=("multirotor",))], tracks(INSIDE, class_probabilities=bird)) == {}
    assert 1 in explain([permission(classes=("bird",))], tracks(INSIDE, class_probabilities=bird))
    assert 1 in explain([permission(classes=("multirotor",))], tracks(INSIDE)), "not classified: no contradiction"


def test_a_permission_explains_as_many_as_it_covers_and_keeps_to_whom_it_explained() -> None:
    three = tracks(INSIDE, INSIDE, INSIDE)
    assert len(explain([permission()], three)) == 1
    assert len(explain([permission(count=2)], three)) == 2
    for number in (1, 2, 3):
        assert list(explain([permission()], three, before={number: "permission-1"})) == [number]


def test_the_likeliest_choice_for_all_together_is_made_not_the_first() -> None:
    named = permission(2, callsign="POLIC1")
    sky = tracks(INSIDE, INSIDE, callsign=np.array([b"POLIC1", b""], "S8"))
    found = explain([permission(1), named], sky)
    assert {number: one.permission.permission_id for number, one in found.items()} == {
        1: "permission-2",
        2: "permission-1",
    }


def test_a_permission_outside_the_region_plane_explains_nothing_and_harms_nothing() -> None:
    assert list(explain([permission(1, centre=(-65.0, 10.0)), permission(2)], tracks(INSIDE))) == [1]


def test_a_snapshot_goes_on_as_before() -> None:
    book, again = PermissionBook(PLANE), PermissionBook(PLANE)
    book.permit(permission())
    again.restore(book.snapshot())
    assert again.snapshot() == book.snapshot()
    assert again.explain(tracks(INSIDE), NOW_NS, {}, frozenset()) == book.explain(
        tracks(INSIDE), NOW_NS, {}, frozenset()
    )


def test_the_area_of_a_ring_is_that_on_the_ground() -> None:
    square = ((25.0, 55.0), (25.1, 55.0), (25.1, 55.1), (25.0, 55.1))
    hole = ((25.04, 55.04), (25.06, 55.04), (25.06, 55.06), (25.04, 55.06))
    whole = permission(centre=None, radius_m=None, polygon=square)
    holed = permission(centre=None, radius_m=None, polygon=square, holes=(hole,))
    # 0.1 deg of latitude is 11.13 km, of longitude at 55.05 N 6.39 km on the ellipsoid
    assert area_km2(whole, PLANE) == pytest.approx(11.13 * 6.39, rel=0.005)
    assert area_km2(holed, PLANE) == pytest.approx(area_km2(whole, PLANE) * 0.96, rel=0.005)
