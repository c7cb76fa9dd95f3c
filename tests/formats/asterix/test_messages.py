"""What a record says becomes what the model says: plots, flags, scans, quality codes, statuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sargas.formats.asterix import encode_adsb_reports, encode_service_message
from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.asterix.specs import editions
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots
from sargas.model.records import SensorStatus
from tests.formats.asterix.build import NOON_NS, RADAR, S, only_plot, opened, plot, record

# Plots


def test_sensors_are_named_as_configured_else_by_their_numbers() -> None:
    decoder = opened((RADAR,))
    first = only_plot(decoder.decode(NOON_NS, plot()))
    second = only_plot(decoder.decode(NOON_NS, plot(sic=13)))
    assert first.sensor_ids[first.sensor[0]] == "LT-1"
    assert second.sensor_ids[second.sensor[0]] == "025/013"


def test_the_label_of_the_source_is_on_everything() -> None:
    label = Label(originator="LTU", releasable_to=("LVA",))
    decoder = opened(label=label)
    assert only_plot(decoder.decode(NOON_NS, plot())).label == label
    (north,) = decoder.decode(NOON_NS, encode_service_message(25, 12, message="north", time_of_day_s=43_200)).statuses
    assert (north.label, north.origin) == (label, "test")


def target(**items: Any) -> Plots:
    base = {"010": {"SAC": 25, "SIC": 12}, "140": 43_200 * 128, "020": {"TYP": 5}, "040": {"RHO": 256, "THETA": 0}}
    return only_plot(opened().decode(NOON_NS, record(48, {**base, **items})))


@pytest.mark.parametrize(("bit", "kept"), [({}, True), ({"V": 1}, False), ({"G": 1}, False), ({"L": 1}, False)])
def test_a_mode_3a_code_counts_only_when_validated_ungarbled_and_new(bit: dict[str, int], kept: bool) -> None:
    assert target(**{"070": {"MODE3A": 0o7700, **bit}}).mode_3a.tolist() == [0o7700 if kept else -1]


def test_an_older_mode_3a_code_counts_beside_a_mode_s_address() -> None:
    assert target(**{"070": {"MODE3A": 0o1234, "L": 1}, "220": 0x4CA123}).mode_3a.tolist() == [0o1234]


@pytest.mark.parametrize("edition", editions("048"))
def test_flight_levels_below_zero_are_read_in_every_edition(edition: str) -> None:
    decoder = opened(editions={"048": edition, "048/RE": "1.11"})
    datagram = plot(flight_level_ft=[-300.0])
    assert only_plot(decoder.decode(NOON_NS, datagram)).flight_level_ft.tolist() == [-300.0]


@pytest.mark.parametrize(("bits", "level"), [({}, 35_000.0), ({"V": 1}, None), ({"G": 1}, None)])
def test_a_flight_level_counts_only_when_validated_and_ungarbled(bits: dict[str, int], level: float | None) -> None:
    found = target(**{"090": {"FL": 1400, **bits}}).flight_level_ft[0]
    assert np.isnan(found) if level is None else found == level


@pytest.mark.parametrize(("sign", "expected"), [("away", 120.0), ("towards", -120.0)])
def test_the_sign_of_doppler_is_a_setting(sign: str, expected: float) -> None:
    decoder = opened(doppler_positive=sign)
    assert only_plot(decoder.decode(NOON_NS, plot(doppler_mps=[120.0]))).range_rate_mps.tolist() == [expected]


def test_a_doubtful_doppler_is_no_doppler() -> None:
    assert np.isnan(target(**{"120": {"CAL": {"D": 1, "CAL": 100}}}).range_rate_mps).all()


@pytest.mark.parametrize(
    ("items", "flag"),
    [
        ({"020": {"TYP": 5, "SIM": 1}}, PlotFlag.SIMULATED),
        ({"020": {"TYP": 5, "TST": 1}}, PlotFlag.TEST),
        ({"020": {"TYP": 5, "RAB": 1}}, PlotFlag.FIELD_MONITOR),
        ({"020": {"TYP": 5, "SPI": 1}}, PlotFlag.SPI),
        ({"230": {"STAT": 1}}, PlotFlag.ON_GROUND),
        ({"030": [20]}, PlotFlag.SENSOR_DOUBTS),
        ({"030": [25, 5]}, PlotFlag.SENSOR_DOUBTS),
        ({"030": [8, 13, 14]}, PlotFlag(0)),
        ({"170": {"CNF": 1}}, PlotFlag.SENSOR_TENTATIVE),
        ({}, PlotFlag(0)),
    ],
)
def test_marks_of_a_record_are_flags_of_the_plot(items: dict[str, Any], flag: PlotFlag) -> None:
    assert target(**items).flags.tolist() == [flag]


def test_the_sensors_own_track_comes_with_its_velocity() -> None:
    plots = target(**{"161": {"TRN": 77}, "200": {"GSP": 1 << 12, "HDG": 1 << 14}})
    assert plots.sensor_track.tolist() == [77]
    assert (plots.velocity_east_mps[0], plots.velocity_north_mps[0]) == pytest.approx((463.0, 0.0), abs=1e-9)


@pytest.mark.parametrize("items", [{"020": {"TYP": 0}, "161": {"TRN": 1}}, {"040": None}])
def test_an_extrapolation_or_a_report_without_position_is_no_plot(items: dict[str, Any]) -> None:
    base: dict[str, Any] = {"010": {"SAC": 1}, "140": 0, "020": {"TYP": 5}, "040": {"RHO": 256}} | items
    result = opened().decode(NOON_NS, record(48, {name: item for name, item in base.items() if item is not None}))
    assert (result.records, result.plots, result.rejects) == (1, None, ())


# Scans


def scans(decoder: AsterixDecoder, azimuths: list[float], period_s: float = 4.0) -> list[int]:
    found: list[int] = []
    for i, azimuth in enumerate(azimuths):
        time_s = 43_200 + i * period_s / 4
        found += only_plot(decoder.decode(NOON_NS + round((time_s - 43_200) * S), plot(time_s, azimuth))).scan.tolist()
    return found


def test_without_north_marks_a_scan_begins_where_azimuths_pass_north() -> None:
    assert scans(opened(), [10, 100, 190, 280, 10, 100, 190, 280, 5]) == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_jitter_about_north_begins_no_scan_of_its_own() -> None:
    assert scans(opened(), [359.9, 0.1, 359.9, 0.1, 90], period_s=0.01) == [0, 1, 1, 1, 1]


def test_north_marks_number_the_scans() -> None:
    decoder = opened()
    found: list[int] = []
    for i in range(4):
        time_s = 43_200 + 4 * i
        north = encode_service_message(25, 12, message="north", time_of_day_s=time_s)
        assert decoder.decode(NOON_NS, north).statuses[0].report == "north"
        found += only_plot(decoder.decode(NOON_NS, plot(time_s + 0.5, 359.0))).scan.tolist()
        found += only_plot(decoder.decode(NOON_NS, plot(time_s + 1.0, 1.0))).scan.tolist()
    assert found == [1, 1, 2, 2, 3, 3, 4, 4]


def test_adsb_reports_are_numbered_in_their_order() -> None:
    codes = np.ones(3, int)
    (datagram,) = encode_adsb_reports(
        1, 2, time_of_day_s=43_200 + np.arange(3), latitude_deg=np.full(3, 55.0), longitude_deg=np.full(3, 24.0),
        altitude_m=np.zeros(3), flight_level_ft=np.zeros(3), icao_address=codes, callsign=[b""] * 3,
        velocity_east_mps=np.zeros(3), velocity_north_mps=np.zeros(3), nic=codes, nac_p=codes, sil=codes,
    )  # fmt: skip
    plots = opened().decode(NOON_NS, datagram).plots
    assert plots is not None
    assert plots.scan.tolist() == [1, 2, 3]


# ADS-B quality


def report(**items: Any) -> Plots:
    base = {
        "010": {"SAC": 1, "SIC": 2},
        "040": {"ATP": 0},
        "071": 43_200 * 128,
        "080": 0x4CA123,
        "130": {"LAT": 1 << 21, "LON": 1 << 20},
    }
    chosen = {name: item for name, item in (base | items).items() if item is not None}
    return only_plot(opened().decode(NOON_NS, record(21, chosen)))


QUALITY = {"NUCRNACV": 0, "NUCPNIC": 8, "NICBARO": 1, "SIL": 3, "NACP": 9}


@pytest.mark.parametrize(
    ("version", "expected"), [(None, (10, -1, -1)), (0, (10, -1, -1)), (1, (8, 9, 3)), (2, (8, 9, 3))]
)
def test_quality_codes_mean_what_the_transponders_standard_says(
    version: int | None, expected: tuple[int, int, int]
) -> None:
    plots = report(**{"090": QUALITY, "210": None if version is None else {"VN": version}})
    assert (plots.nic[0], plots.nac_p[0], plots.sil[0]) == expected


def test_a_high_resolution_position_is_preferred() -> None:
    plots = report(**{"131": {"LAT": 1 << 29, "LON": 1 << 28}})
    assert (plots.latitude_deg[0], plots.longitude_deg[0]) == (90.0, 45.0)
    assert (report().latitude_deg[0], report().longitude_deg[0]) == (45.0, 22.5)


@pytest.mark.parametrize(
    ("items", "offset_ns"),
    [
        ({"071": None, "073": 43_201 * 128 + 64}, 1_500_000_000),
        ({"071": None, "073": 43_201 * 128, "074": {"FSI": 0, "TOMRP": 1 << 28}}, 1_250_000_000),
        ({"071": None, "073": 43_201 * 128, "074": {"FSI": 1, "TOMRP": 0}}, 2_000_000_000),
        ({"071": None, "073": 43_201 * 128, "074": {"FSI": 2, "TOMRP": 0}}, 0),
        ({"071": None, "077": 43_203 * 128}, 3_000_000_000),
        ({"073": 43_201 * 128}, 0),
    ],
)
def test_the_best_time_of_a_report_is_taken(items: dict[str, Any], offset_ns: int) -> None:
    assert report(**items).time_ns.tolist() == [NOON_NS + offset_ns]


def test_a_report_without_time_or_place_is_no_plot() -> None:
    for missing in ("071", "130"):
        items = {"010": {"SAC": 1}, "040": {"ATP": 0}, "080": 1, "071": 0, "130": {"LAT": 1}}
        del items[missing]
        assert opened().decode(NOON_NS, record(21, items)).plots is None


def test_values_beyond_their_field_are_unknown() -> None:
    plots = report(**{"140": 0x7FFF, "160": {"RE": 1, "GS": 100, "TA": 0}, "157": {"RE": 1, "GVR": 100}})
    assert np.isnan([plots.altitude_m[0], plots.velocity_east_mps[0], plots.velocity_up_mps[0]]).all()
    plots = report(**{"155": {"BVR": (1 << 15) - 16}, "157": {"RE": 1, "GVR": 100}})
    assert plots.velocity_up_mps[0] == pytest.approx(-100 * 0.3048 / 60)


@pytest.mark.parametrize(
    ("items", "flag"),
    [
        ({"040": {"ATP": 3}}, PlotFlag.NOT_ICAO),
        ({"040": {"GBS": 1}}, PlotFlag.ON_GROUND),
        ({"040": {"SIM": 1}}, PlotFlag.SIMULATED),
        ({"040": {"TST": 1}}, PlotFlag.TEST),
        ({"040": {"RAB": 1}}, PlotFlag.FIELD_MONITOR),
        ({"040": {"CL": 1}}, PlotFlag.SENSOR_DOUBTS),
        ({"040": {"IPC": 1}}, PlotFlag.SENSOR_DOUBTS),
        ({"200": {"SS": 3}}, PlotFlag.SPI),
    ],
)
def test_marks_of_a_report_are_flags_of_the_plot(items: dict[str, Any], flag: PlotFlag) -> None:
    plots = report(**items)
    assert plots.flags.tolist() == [flag]
    assert plots.icao_address.tolist() == [-1 if flag == PlotFlag.NOT_ICAO else 0x4CA123]


# System tracks


def accuracy(**told: Any) -> list[float]:
    items = {
        "010": {"SAC": 25, "SIC": 12}, "070": 43_200 * 128, "105": {"LAT": 1 << 23, "LON": 1 << 22}, "040": 7,
        "080": {"MON": 1}, "500": told,
    }  # fmt: skip
    decoded = opened().decode(NOON_NS, record(62, items))
    assert (decoded.rejects, decoded.records) == ((), 1)
    assert decoded.tracks is not None
    covariance: list[float] = decoded.tracks.covariance[0].tolist()
    return covariance


@pytest.mark.parametrize(
    ("cov", "expected"),
    [(100, 2500.0), (-100 & 0xFFFF, -2500.0), (201, 10_000.0), (205, 0.0), (20_000, 0.0), (-20_000 & 0xFFFF, 0.0)],
)
def test_a_covariance_is_one_that_such_sigmas_can_have(cov: int, expected: float) -> None:
    found = accuracy(APC={"X": 200, "Y": 200}, COV=cov)
    assert (found[0], found[1], found[6]) == (10_000.0, expected, 10_000.0)


def test_accuracies_of_height_and_velocity_count_without_one_of_position() -> None:
    found = accuracy(AGA=16, ATV={"X": 8, "Y": 12})
    assert np.isnan([found[0], found[1], found[6], found[20]]).all()
    assert [found[11], found[15], found[18]] == pytest.approx([30.48**2, 4.0, 9.0])
    assert np.isnan(accuracy(COV=100)).all()


# Statuses


def status(number: int, items: dict[str, Any]) -> SensorStatus:
    (found,) = opened((RADAR,)).decode(NOON_NS, record(number, items)).statuses
    return found


OWN = {"010": {"SAC": 25, "SIC": 12}, "030": 43_200 * 128}


@pytest.mark.parametrize(
    ("number", "items", "report", "operational"),
    [
        (34, {"000": 1, "050": {"COM": {"NOGO": 1}}}, "north", False),
        (34, {"000": 2, "020": 64, "050": {"COM": {}}}, "sector", True),
        (34, {"000": 2}, "status", None),
        (34, {"000": 4}, "status", None),
        (63, {"050": {"SAC": 25, "SIC": 12}, "060": {"CON": 0}}, "status", True),
        (63, {"050": {"SAC": 25, "SIC": 12}, "060": {"CON": 3}}, "status", False),
        (63, {"050": {"SAC": 25, "SIC": 12}}, "status", None),
        (65, {"000": 1, "040": {"NOGO": 2}}, "status", False),
        (65, {"000": 2}, "end_of_batch", None),
    ],
)
def test_statuses_say_what_the_sensor_says(
    number: int, items: dict[str, Any], report: str, operational: bool | None
) -> None:
    found = status(number, OWN | items)
    assert (found.sensor_id, found.report, found.operational) == ("LT-1", report, operational)
    assert found.time_ns == NOON_NS


def test_a_radar_whose_place_was_never_set_is_not_moved_to_the_gulf_of_guinea() -> None:
    found = status(34, OWN | {"000": 1, "120": {"HGT": 0, "LAT": 0, "LON": 0}})
    assert (found.latitude_deg, found.longitude_deg, found.height_m) == (None, None, None)
    on_the_equator = status(34, OWN | {"000": 1, "120": {"HGT": 9, "LAT": 0, "LON": 1 << 22}})
    assert (on_the_equator.latitude_deg, on_the_equator.longitude_deg, on_the_equator.height_m) == (0.0, 90.0, 9.0)


def test_what_a_radar_repeats_in_one_block_becomes_one_status_with_the_newest_of_each_fact() -> None:
    def message(seconds: int, **items: Any) -> bytes:
        return record(34, {"010": {"SAC": 25, "SIC": 12}, "030": (43_200 + seconds) * 128, **items})[3:]

    inner = (
        message(0, **{"000": 2, "020": 32, "041": 512}) + message(1, **{"000": 1}) + message(2, **{"000": 2, "020": 64})
    )
    decoded = opened().decode(NOON_NS + 3 * S, bytes((34,)) + (len(inner) + 3).to_bytes(2, "big") + inner)
    assert decoded.records == 3
    north, sector = decoded.statuses
    assert (north.report, north.time_ns) == ("north", NOON_NS + S)
    assert (sector.report, sector.time_ns) == ("sector", NOON_NS + 2 * S)
    assert (sector.azimuth_deg, sector.rotation_period_s) == (90.0, 4.0)
