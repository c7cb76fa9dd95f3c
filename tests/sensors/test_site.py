"""Sites lie where geodesy says, keep their index, and a sensors file is read or refused with a reason."""

import numpy as np
import pytest

from sargas.geo.enu import Frame
from sargas.geo.wgs84 import ecef_from_geodetic
from sargas.model.records import Sensor
from sargas.sensors.site import Sites, read_sensors

FRAME = Frame(56.2, 24.5, 0.0)
RADAR = Sensor(id="kaunas", kind="radar-3d", latitude_deg=54.9, longitude_deg=23.9, height_m=120.0, scan_period_s=5.0)


def test_a_site_lies_and_looks_where_geodesy_says() -> None:
    site = Sites([RADAR], FRAME).table[0]
    at_site = Frame(54.9, 23.9, 120.0)
    target = ecef_from_geodetic(55.4, 25.0, 7000.0)
    in_region = FRAME.enu_from_ecef(target)
    np.testing.assert_allclose(
        site["rotation"] @ (in_region - site["position_enu"]), at_site.enu_from_ecef(target), atol=1e-6
    )
    assert site["placed"] == 1
    assert site["sigma_azimuth_rad"] == pytest.approx(np.radians(RADAR.sigma_azimuth_deg))
    assert np.exp(site["ln_max_range"]) == pytest.approx(RADAR.max_range_m)


def test_a_sensor_never_heard_of_gets_an_entry_without_a_place() -> None:
    sites = Sites([RADAR], FRAME)
    assert sites.indices(["025/201", "kaunas", "025/201"]).tolist() == [1, 0, 1]
    assert sites.ids == ("kaunas", "025/201")
    assert sites.table["placed"].tolist() == [1, 0]


def test_placing_a_sensor_makes_a_new_table_and_keeps_the_rest() -> None:
    sites = Sites([RADAR], FRAME)
    before = sites.table
    assert sites.place("025/201", 55.0, 24.0, 90.0)
    assert not sites.place("025/201", 55.0, 24.0, 90.0)
    after = sites.table
    assert after is not before
    assert after is sites.table
    assert after["placed"].tolist() == [1, 1]
    assert after[0] == before[0]


def test_radars_without_end_that_say_where_they_stand_are_not_all_believed() -> None:
    sites = Sites([RADAR], FRAME)
    placed = [sites.place(f"025/{number:03d}", 55.0, 24.0 + number / 1000, 90.0) for number in range(200)]
    assert placed == [True] * 63 + [False] * 137
    assert np.count_nonzero(sites.table["scans"]) == 64
    assert sites.place("025/007", 55.5, 24.0, 90.0), "a radar that is known may still move"


def test_sensors_without_false_plots_keep_a_finite_clutter() -> None:
    quiet = RADAR.model_copy(update={"clutter_per_scan": 0.0})
    assert np.isfinite(Sites([quiet], FRAME).table["ln_clutter"]).all()


def test_the_same_id_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="'kaunas' twice"):
        Sites([RADAR, RADAR], FRAME)


def test_a_sensors_file_is_read() -> None:
    text = '[[sensor]]\nid = "a"\nkind = "radar-3d"\nlatitude_deg = 55.0\nlongitude_deg = 24.0\nscan_period_s = 5.0\n'
    (sensor,) = read_sensors(text)
    assert sensor == Sensor(id="a", kind="radar-3d", latitude_deg=55.0, longitude_deg=24.0, scan_period_s=5.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not toml", "expected TOML"),
        ("", "none: add a table"),
        ('[[sensor]]\nkind = "radar-3d"\n', r"\[\[sensor\]\] 1: id: Field required"),
        ('[[sensor]]\nid = "a"\nkind = "sonar"\n', r"kind: .*was 'sonar'"),
        ('[[sensor]]\nid = "a"\nkind = "radar-3d"\nlatitude_deg = 95.0\n', r"latitude_deg: .*was 95.0"),
        ('[[sensor]]\nid = "a"\nkind = "radar-3d"\nspeed = 1\n', "speed"),
        ('[[sensor]]\nid = "a"\nkind = "rf"\n[[sensor]]\nid = "a"\nkind = "rf"\n', "more than one .* with id a"),
    ],
)
def test_a_bad_sensors_file_says_where_and_what(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_sensors(text)
