"""Radar minus ADS-B: three scans of one radar name who is elsewhere; a radar that fits nobody names no one."""

from __future__ import annotations

import numpy as np

from sargas.geo.enu import Frame
from sargas.identification.address_table import AddressTable
from sargas.identification.residuals import Disagreement, Residuals
from sargas.model.columns import Float64
from sargas.model.plots import Plots
from sargas.sensors.site import Sites
from sargas.tracking.ellipsoid import region_of
from tests.sensors.test_registration import crowd
from tests.tracking.scene import FRAME, LABEL, ORIGIN, at_ns, radar, see

SENSOR = radar("kaunas", 55.6, 23.2, sigma_range_m=50.0, sigma_azimuth_deg=0.06)
FLIGHTS = crowd(np.random.default_rng(3), 20)
ADDRESSES = np.arange(100, 100 + len(FLIGHTS))


def compare(
    count: int, scans: int, moved_m: Float64, *, is_registered: bool = False, heights: bool = True
) -> list[Disagreement]:
    """Let a radar see the first ``count`` aircraft, which claim to be ``moved_m`` (count,) farther east."""
    rng, table, sites = np.random.default_rng(1), AddressTable(), Sites([SENSOR], Frame(*ORIGIN, 0.0))
    residuals, told = Residuals(table), list[Disagreement]()
    table.rows(ADDRESSES[:count].astype(np.int32))
    sites.table["registered"] = is_registered
    for scan in range(scans):
        second = 4.0 * scan
        states = np.array([flight.at(second) for flight in FLIGHTS[:count]])
        places = states[:, :3] + rng.normal(0.0, 8.0, (count, 3))
        places[:, 0] += moved_m
        latitude, longitude, altitude = FRAME.geodetic_from_enu(places)
        time_ns = np.full(count, at_ns(second))
        claims = Plots.of(
            time_ns=time_ns, receive_time_ns=time_ns, sensor_ids=("adsb",), label=LABEL, icao_address=ADDRESSES[:count],
            latitude_deg=latitude, longitude_deg=longitude, altitude_m=altitude if heights else np.full(count, np.nan),
            velocity_east_mps=states[:, 3], velocity_north_mps=states[:, 4], nic=np.full(count, 8),
            nac_p=np.full(count, 9), sil=np.full(count, 3),
        )  # fmt: skip
        residuals.update(claims, np.ones(count, np.bool_), sites, region_of(FRAME))
        looks = see(SENSOR, FLIGHTS[:count], second + 1.5, scan, rng, icao_address=ADDRESSES[:count])
        residuals.update(looks, np.zeros(count, np.bool_), sites, region_of(FRAME))
        told += residuals.advance(at_ns(second + 2.0), sites)
    again = Residuals(table)
    again.restore(residuals.snapshot())
    assert again.snapshot() == residuals.snapshot()
    return told


def moved(count: int, **by_m: float) -> Float64:
    """Return how far each aircraft claims to be moved; ``_3=900.0``: the fourth by 900 m."""
    off = np.zeros(count)
    for name, metres in by_m.items():
        off[int(name.removeprefix("_"))] = metres
    return off


def test_one_of_many_is_named_by_the_third_scan_that_may_judge() -> None:
    (found,) = compare(12, 5, moved(12, _3=1500.0))
    assert (found.icao_address, found.sensor_id, found.end_ns) == (103, "kaunas", None)
    assert 1200.0 < found.distance_m < 1800.0
    assert found.sigmas > 3.0
    assert found.found_ns <= at_ns(4.0 * 4 + 1.5)


def test_truthful_aircraft_are_not_named_over_many_scans_also_without_a_height() -> None:
    assert compare(20, 80, moved(20)) == []
    assert compare(20, 80, moved(20), heights=False) == []


def test_a_shift_of_all_is_the_radars() -> None:
    assert compare(12, 10, np.full(12, 400.0)) == []


def test_a_radar_that_fits_nobody_names_no_one() -> None:
    scattered = np.random.default_rng(2).uniform(-20e3, 20e3, 12)
    assert compare(12, 10, scattered) == []


def test_of_few_aircraft_only_a_registered_radar_judges() -> None:
    lies = moved(2, _1=2000.0)
    assert compare(2, 10, lies) == []
    assert [one.icao_address for one in compare(2, 10, lies, is_registered=True)] == [101]
