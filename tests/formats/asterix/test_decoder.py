"""The decoder of a source behaves on real bytes: editions, duplicates, clocks, days, framing, scans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sargas.formats import registry
from sargas.formats.asterix import (
    encode_adsb_reports,
    encode_service_message,
    encode_target_reports,
    open_decoder,
    warm_up,
)
from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.asterix.specs import category, default_category, editions
from sargas.formats.asterix.write import encode_block, encode_record
from sargas.formats.contract import Decoded
from sargas.formats.pcap import packets
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import Plots, concatenate
from sargas.model.records import Sensor, SensorStatus, Source

S = 1_000_000_000
MIDNIGHT_NS = 1_760_054_400 * S
NOON_NS = MIDNIGHT_NS - 43_200 * S
RADAR = Sensor(id="LT-1", kind="radar-3d", sac=25, sic=12, scan_period_s=5.0)
RECORDING = "real/asterix/{}.pcap"


def opened(sensors: tuple[Sensor, ...] = (), **settings: Any) -> AsterixDecoder:
    return open_decoder(Source(name="test", format="asterix", **settings), sensors)


def plot(time_of_day_s: float = 43_200.0, azimuth_deg: float = 10.0, sic: int = 12, **columns: Any) -> bytes:
    (datagram,) = encode_target_reports(
        25, sic, time_of_day_s=[time_of_day_s % 86_400], range_m=[50e3], azimuth_deg=[azimuth_deg], **columns
    )
    return datagram


def record(number: int, items: dict[str, Any]) -> bytes:
    layout = default_category(number)
    return encode_block(layout, [encode_record(layout, items)])


def only_plot(result: Decoded) -> Plots:
    assert result.rejects == ()
    assert result.plots is not None
    assert len(result.plots) == 1
    return result.plots


def replay(path: Path, decoder: AsterixDecoder) -> list[Decoded]:
    return [decoder.decode(packet.time_ns, packet.payload) for packet in packets(path.read_bytes())]


# Real recordings


def test_the_mode_s_recording_gives_each_plot_of_two_multicast_groups_once(shared_data: Path) -> None:
    decoder = opened((RADAR,))
    results = replay(shared_data / RECORDING.format("cat034_048"), decoder)
    assert sum(result.records for result in results) == 81
    assert sum(result.duplicates for result in results) == 81
    assert not any(result.rejects or result.trailing_bytes or result.quarantine for result in results)
    plots = concatenate([result.plots for result in results if result.plots is not None])
    assert len(plots) == 63
    first = plots.take(slice(0, 1)).to_arrow().to_pylist()[0]
    assert (first["icao_address"], first["mode_3a"], first["callsign"]) == ("3c660c", "1000", "DLH65A")
    assert first["range_m"] == pytest.approx(197.68359375 * 1852)
    assert first["flight_level_ft"] == 33_000
    assert (plots.icao_address >= 0).sum() == 62
    assert "LT-1" in plots.sensor_ids
    site = [status for result in results for status in result.statuses if status.latitude_deg is not None]
    assert [(status.sensor_id, status.report, status.rotation_period_s) for status in site] == [
        ("LT-1", "north", 4.9453125)
    ]
    assert (site[0].latitude_deg, site[0].longitude_deg) == pytest.approx((43.57103, 16.40606), abs=1e-5)
    assert all(0.4 < offset < 2.5 for offset in decoder.clock_offsets_s.values())


@pytest.mark.parametrize("edition", editions("062"))
def test_an_edition_older_than_any_known_is_quarantined_and_nothing_of_it_is_emitted(
    shared_data: Path, edition: str
) -> None:
    results = replay(shared_data / RECORDING.format("cat062_old_edition"), opened(editions={"062": edition}))
    assert sum(result.records for result in results) == 0
    assert all(result.tracks is None and result.plots is None and not result.statuses for result in results)
    assert f"category 062 does not fit edition {edition}" in results[-1].quarantine
    assert [bool(result.quarantine) for result in results].index(True) == 4


def test_no_block_of_the_old_edition_would_pass_even_a_guard_that_forgets(shared_data: Path) -> None:
    capture = packets((shared_data / RECORDING.format("cat062_old_edition")).read_bytes())
    for packet in capture:
        result = opened().decode(packet.time_ns, packet.payload)
        assert result.tracks is None
        assert result.rejects


def test_final_frames_are_refused_by_name_or_read(shared_data: Path) -> None:
    path = shared_data / RECORDING.format("cat001_002_final_framed")
    (refused,) = replay(path, opened())
    assert refused.quarantine == 'datagrams are FINAL frames: set framing = "final" of this source'
    (read,) = replay(path, opened(framing="final"))
    assert {reject.reason for reject in read.rejects} == {
        "category 001 is not configured",
        "category 002 is not configured",
    }
    assert read.trailing_bytes == 0


def test_a_partner_track_recording_gives_tracks_and_the_end_of_the_batch(shared_data: Path) -> None:
    (result,) = replay(shared_data / RECORDING.format("cat062_065"), opened())
    assert result.tracks is not None
    assert result.tracks.callsign.tolist() == [b"RYR174C", b"ISS2007"]
    assert result.tracks.altitude_m == pytest.approx([36_481.25 * 0.3048, 12_902.565])
    ages_s = (result.tracks.time_ns - result.tracks.update_time_ns) / S
    assert ages_s.tolist() == [3.25, 4.0]
    assert [status.report for status in result.statuses] == ["end_of_batch"]


# Framing and trailing octets


def final(*blocks: bytes) -> bytes:
    return b"".join((len(block) + 6).to_bytes(2, "big") + b"\x02\xbb\x40\x35" + block for block in blocks)


def test_final_frames_hold_the_same_plots() -> None:
    blocks = [plot(), plot(43_200.5)]
    framed = opened(framing="final").decode(NOON_NS, final(*blocks) + b"\x00\x01")
    plain = opened().decode(NOON_NS, b"".join(blocks))
    assert framed.plots is not None
    assert plain.plots is not None
    assert framed.plots.time_ns.tolist() == plain.plots.time_ns.tolist()
    assert framed.trailing_bytes == 2


def test_unframed_octets_are_refused_where_frames_are_expected() -> None:
    result = opened(framing="final").decode(NOON_NS, plot())
    assert [reject.reason for reject in result.rejects] == [
        'expected FINAL frames, was none: set framing = "none" of this source'
    ]


def test_trailing_octets_are_counted_and_the_rest_decoded() -> None:
    decoder = opened()
    for i in range(30):
        result = decoder.decode(NOON_NS, plot(43_200 + i / 128) + bytes.fromhex("4012345678900000"))
        only_plot(result)
        assert (result.trailing_bytes, result.quarantine) == (8, "")


# The edition guard


IMPLAUSIBLE = record(62, {"010": {"SAC": 1}, "070": 1, "040": 1, "080": {}, "105": {"LAT": 1 << 30}})
TRACK = {"010": {"SAC": 1}, "070": 43_200 * 128, "040": 1, "080": {"CNF": 0}, "105": {"LAT": 10 << 18}}


def track_block(numbers: range, *extra: bytes) -> bytes:
    layout = default_category(62)
    return encode_block(layout, [*(encode_record(layout, {**TRACK, "040": n}) for n in numbers), *extra])


def test_before_a_source_proved_itself_a_bad_record_holds_back_its_whole_block() -> None:
    result = opened().decode(NOON_NS, track_block(range(3), IMPLAUSIBLE[3:]))
    assert result.tracks is None
    assert result.records == 0
    reasons = [reject.reason for reject in result.rejects]
    assert reasons[0] == "expected I062/105/LAT within -90..90, was outside: wrong edition?"
    assert len([reason for reason in reasons if reason.startswith("held back")]) == 3


def test_a_proven_source_loses_the_bad_record_alone_and_is_not_blinded_by_noise() -> None:
    decoder = opened()
    assert decoder.decode(NOON_NS, track_block(range(150))).records == 150
    for i in range(20):
        result = decoder.decode(NOON_NS, track_block(range(200 + i, 201 + i), IMPLAUSIBLE[3:], b"\x40\x00"))
        assert (result.records, result.quarantine) == (1, "")
        assert len(result.rejects) == (2 if i == 0 else 1)  # the same octets again are a duplicate


def test_a_proven_source_whose_records_all_turn_bad_is_quarantined() -> None:
    decoder = opened()
    decoder.decode(NOON_NS, track_block(range(150)))
    results = [decoder.decode(NOON_NS + i, track_block(range(0), b"\x40\x00")) for i in range(60)]
    assert [bool(result.quarantine) for result in results].index(True) == 49
    assert decoder.decode(NOON_NS, plot()).plots is None


def test_garbage_that_is_no_block_never_quarantines() -> None:
    decoder = opened()
    for i in range(200):
        assert decoder.decode(NOON_NS, bytes([i, 255, 255, 0, 1])).rejects
    only_plot(decoder.decode(NOON_NS, plot()))


@pytest.mark.parametrize(
    "items", [{"140": 1, "020": {}}, {"010": {"SAC": 1}, "020": {}}, {"010": {"SAC": 1}, "140": 1}]
)
def test_a_record_without_its_mandatory_items_is_refused(items: dict[str, Any]) -> None:
    (reject,) = opened().decode(NOON_NS, record(48, items)).rejects
    assert "was absent" in reject.reason


def test_a_time_beyond_the_day_is_refused() -> None:
    (reject,) = opened().decode(NOON_NS, record(48, {"010": {"SAC": 1}, "140": 86_400 * 128, "020": {}})).rejects
    assert "I048/140 within" in reject.reason


# Duplicates


def test_a_record_comes_again_only_after_a_rotation() -> None:
    decoder = opened((RADAR,))
    results = [decoder.decode(NOON_NS + age_ns, plot()) for age_ns in (0, 2 * S, 4 * S, 6 * S)]
    assert [result.duplicates for result in results] == [0, 1, 1, 0]


def test_two_paths_may_share_their_memory_of_records() -> None:
    first, second = opened(), opened()
    second.share_memory(first)
    only_plot(first.decode(NOON_NS, plot()))
    assert second.decode(NOON_NS, plot()).duplicates == 1


def test_two_paths_of_one_radar_number_its_scans_alike() -> None:
    first, second = opened(), opened()
    second.share_memory(first)
    for turn in range(3):
        time_s = 43_200 + 4 * turn
        north = encode_service_message(25, 12, message="north", time_of_day_s=time_s)
        assert first.decode(NOON_NS, north).records == 1
        assert second.decode(NOON_NS, north).duplicates == 1
        one = only_plot(first.decode(NOON_NS, plot(time_s + 1, 90)))
        other = only_plot(second.decode(NOON_NS, plot(time_s + 2, 180)))
        assert one.scan.tolist() == other.scan.tolist() == [turn + 1]


def test_the_offset_of_a_source_is_that_of_its_own_sensors() -> None:
    first, second = opened(), opened()
    second.share_memory(first)
    for i in range(20):
        first.decode(NOON_NS + i * S, plot(43_200 + i))
        second.decode(NOON_NS + i * S, plot(43_260 + i, sic=13))
    assert first.clock_offsets_s == {"025/012": 0.0}
    assert second.clock_offsets_s == {"025/013": -60.0}


def test_equal_octets_of_another_category_are_no_duplicate() -> None:
    decoder = opened()
    empty = {"010": {"SAC": 1, "SIC": 2}, "000": 2, "015": 0, "030": 128}
    north = encode_record(default_category(65), empty)
    assert decoder.decode(NOON_NS, b"\x41" + (len(north) + 3).to_bytes(2, "big") + north).records == 1
    result = decoder.decode(NOON_NS, b"\x22" + (len(north) + 3).to_bytes(2, "big") + north)
    assert result.duplicates == 0


# Time


@pytest.mark.parametrize(
    ("stamp_s", "received_s"),
    [
        (86_399.9921875, 0.4),
        (86_399.9921875, -0.004),
        (0.0, 0.6),
        (0.0, -0.2),
        (86_390.0, 30.0),
        (10.0, -3600.0),
    ],
)
def test_the_day_is_the_one_that_brings_the_stamp_near_the_receive_time(stamp_s: float, received_s: float) -> None:
    receive_ns = MIDNIGHT_NS + round(received_s * S)
    plots = only_plot(opened().decode(receive_ns, plot(stamp_s)))
    expected = MIDNIGHT_NS + round(stamp_s * S) - (86_400 * S if stamp_s > 43_200 else 0)
    assert plots.time_ns.tolist() == [expected]


def test_times_go_on_across_midnight_with_a_clock_that_is_1581_s_ahead() -> None:
    decoder = opened()
    times_ns: list[int] = []
    for i in range(-2000, 500, 4):
        receive_ns = MIDNIGHT_NS + i * S
        times_ns += only_plot(decoder.decode(receive_ns, plot(1581.75 + i))).time_ns.tolist()
    assert times_ns == [MIDNIGHT_NS + round((i + 1581.75) * S) for i in range(-2000, 500, 4)]
    assert decoder.clock_offset_s == pytest.approx(-1581.75)


def test_a_clock_half_a_day_off_is_followed_through_the_day() -> None:
    decoder = opened()
    late_ns = 11 * 3600 * S + 3500 * S
    for i in range(20):
        only_plot(decoder.decode(NOON_NS + late_ns + i * S, plot(43_200 + i)))
    jumped_ns = NOON_NS + late_ns + 20 * S + 600 * S  # now more than 12 h old: only the known offset tells the day
    plots = only_plot(decoder.decode(jumped_ns, plot(43_220)))
    assert plots.time_ns.tolist() == [NOON_NS + 20 * S]


def test_the_offset_is_robust_and_is_corrected_only_when_asked_to() -> None:
    decoder = opened(clock_correction_s=-1581.75)
    assert decoder.clock_offset_s is None
    for i in range(40):
        wild = 300 if i % 5 == 0 else 0
        plots = only_plot(decoder.decode(NOON_NS + i * S, plot(43_200 + 1581.75 + i + wild)))
        if not wild:
            assert plots.time_ns.tolist() == [NOON_NS + i * S]
    assert decoder.clock_offset_s == pytest.approx(-1581.75)
    assert decoder.clock_offsets_s == {"025/012": pytest.approx(-1581.75)}


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


# Settings


def test_the_registry_opens_it() -> None:
    assert registry.manifest("asterix").maturity == "gold"
    assert registry.open_decoder(Source(name="x", format="asterix"), ()).decode(NOON_NS, plot()).records == 1


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"048": "9.9"}, "source test: expected an edition of category 048 out of 1.27.*was '9.9'"),
        ({"205": "1.0"}, "source test: expected editions of 021, .*, was 205"),
    ],
)
def test_editions_that_are_not_covered_are_refused_with_those_that_are(chosen: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        opened(editions=chosen)


def test_the_edition_decides_how_octets_are_read() -> None:
    older, newer = category(21, "2.1"), category(21, "2.6")
    items = {"010": {"SAC": 1}, "040": {"ATP": 0}, "071": 0, "080": 1, "130": {"LAT": 1}}
    datagram = encode_block(older, [encode_record(older, {**items, "271": {"POA": 1, "LW": 15}})])
    assert only_plot(opened(editions={"021": "2.1"}).decode(NOON_NS, datagram))
    assert opened(editions={"021": newer.edition}).decode(NOON_NS, datagram).rejects


def test_more_sensors_than_a_country_has_are_not_believed() -> None:
    decoder = opened()
    layout = default_category(48)
    rejects = 0
    for sac in range(20):
        sources = [{"010": {"SAC": sac, "SIC": sic}, "140": sic, "020": {}} for sic in range(256)]
        block = encode_block(layout, [encode_record(layout, items) for items in sources])
        rejects += len(decoder.decode(NOON_NS, block).rejects)
    assert rejects == 4


def test_two_runs_over_the_same_datagrams_are_equal(shared_data: Path) -> None:
    path = shared_data / RECORDING.format("cat034_048")
    runs = [[r.plots.to_arrow() for r in replay(path, opened()) if r.plots is not None] for _ in range(2)]
    assert all(first.equals(second) for first, second in zip(*runs, strict=True))


def test_warming_up_decodes_one_record_of_each_kind() -> None:
    assert warm_up() == 5
