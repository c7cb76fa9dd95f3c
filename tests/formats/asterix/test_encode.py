"""What the columnar encoders write decodes to what they were given, with our decoder and with libasterix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from asterix.base import Bits, RawDatablock

from sargas.formats.asterix import (
    encode_adsb_reports,
    encode_service_message,
    encode_system_tracks,
    encode_target_reports,
    open_decoder,
)
from sargas.formats.asterix.pack import six_bit_strings
from sargas.formats.cooperative import EMITTER_CLAIMS
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import SENSOR_CLAIMS, Plots, concatenate
from sargas.model.records import Source
from sargas.model.tracks import Tracks, TrackStatus
from tests.formats.asterix.oracle import generated

NOON_NS = 1_760_011_200_000_000_000
NOON_S = 43_200.0
N = 500


def decode_all(datagrams: list[bytes]) -> list[Any]:
    decoder = open_decoder(Source(name="test", format="asterix"), ())
    results = [decoder.decode(NOON_NS, datagram) for datagram in datagrams]
    assert not any(result.rejects for result in results)
    assert all(len(datagram) <= 1400 for datagram in datagrams)
    return results


def plots_of(datagrams: list[bytes]) -> Plots:
    return concatenate([result.plots for result in decode_all(datagrams) if result.plots is not None])


def oracle_records(category: Any, datagrams: list[bytes]) -> list[Any]:
    records: list[Any] = []
    for datagram in datagrams:
        for block in RawDatablock.parse(Bits.from_bytes(datagram)):
            records += category.cv_uap.parse(block.get_raw_records())
    return records


def test_target_reports_survive() -> None:
    rng = np.random.default_rng(1)
    given: dict[str, Any] = {
        "time_of_day_s": NOON_S + np.arange(N) / 128,
        "range_m": rng.uniform(1e3, 470e3, N),
        "azimuth_deg": rng.uniform(0, 360, N),
        "flight_level_ft": np.where(rng.random(N) < 0.3, np.nan, rng.uniform(-900, 45e3, N)),
        "height_ft": rng.uniform(0, 60e3, N),
        "icao_address": rng.integers(-1, 1 << 24, N),
        "mode_3a": rng.integers(-1, 4096, N),
        "callsign": np.array([b"", b"LOT123", b"A B 1"])[rng.integers(0, 3, N)],
        "doppler_mps": rng.uniform(-500, 500, N),
        "rcs_dbsm": rng.uniform(-40, 30, N),
    }
    datagrams = encode_target_reports(25, 12, simulated=True, **given)
    plots = plots_of(datagrams)
    assert len(plots) == N
    assert set(plots.sensor_ids) == {"025/012"}
    np.testing.assert_array_equal(plots.time_ns, NOON_NS + np.arange(N) * 7_812_500)
    np.testing.assert_allclose(plots.range_m, given["range_m"], atol=1852 / 512)
    turn = (plots.azimuth_deg - given["azimuth_deg"] + 180) % 360 - 180
    np.testing.assert_allclose(turn, 0, atol=360 / 2**17 + 1e-9)
    np.testing.assert_allclose(plots.flight_level_ft, given["flight_level_ft"], atol=12.5)
    np.testing.assert_allclose(plots.altitude_m, given["height_ft"] * 0.3048, atol=12.5 * 0.3048)
    np.testing.assert_array_equal(plots.icao_address, given["icao_address"])
    np.testing.assert_array_equal(plots.mode_3a, given["mode_3a"])
    np.testing.assert_array_equal(plots.callsign, given["callsign"])
    np.testing.assert_allclose(plots.range_rate_mps, given["doppler_mps"], atol=0.5)
    np.testing.assert_allclose(plots.rcs_dbsm, given["rcs_dbsm"], atol=0.005 + 1e-9)
    assert (plots.flags == PlotFlag.SIMULATED).all()


def test_target_reports_are_what_libasterix_reads() -> None:
    datagrams = encode_target_reports(
        1, 2, time_of_day_s=[NOON_S], range_m=[185_200.0], azimuth_deg=[-90.0], mode_3a=[0o7700], doppler_mps=[-3.0]
    )
    (record,) = oracle_records(generated().Cat_048_1_32, datagrams)
    polar = record.get_item("040").variation
    assert polar.get_item("RHO").variation.content.as_quantity("NM") == 100.0
    assert polar.get_item("THETA").variation.content.as_quantity("°") == 270.0
    assert record.get_item("070").variation.get_item("MODE3A").variation.content.as_string() == "7700"
    assert record.get_item("020").variation.get_item("TYP").as_uint() == 2
    doppler = record.get_item("120").variation.get_item("CAL").variation.get_item("CAL")
    assert doppler.variation.content.as_quantity("m/s") == -3.0


def test_ranges_beyond_256_nautical_miles_go_through_the_expansion() -> None:
    ranges = np.array([473e3, 474.1e3, 600e3, 20.0])
    plots = plots_of(
        encode_target_reports(1, 2, time_of_day_s=NOON_S + np.arange(4), range_m=ranges, azimuth_deg=np.zeros(4))
    )
    np.testing.assert_allclose(plots.range_m, ranges, atol=1852 / 512)


def test_a_row_without_position_is_written_and_is_no_plot() -> None:
    datagrams = encode_target_reports(
        1, 2, time_of_day_s=[NOON_S, NOON_S], range_m=[np.nan, 1e4], azimuth_deg=[10.0, 20.0]
    )
    (result,) = decode_all(datagrams)
    assert result.records == 2
    assert result.plots is not None
    assert result.plots.azimuth_deg == pytest.approx([20.0], abs=0.003)


def test_no_rows_make_no_datagram() -> None:
    empty = np.zeros(0)
    assert encode_target_reports(1, 2, time_of_day_s=empty, range_m=empty, azimuth_deg=empty) == []
    assert encode_system_tracks(1, 2, Tracks.none(Label())) == []


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("doppler_mps", 600.0, "expected doppler_mps within -512..511, was 600 in row 1"),
        ("rcs_dbsm", 100.0, "expected rcs_dbsm within"),
        ("flight_level_ft", 300e3, "expected flight_level_ft within"),
        ("mode_3a", 4096, "expected mode_3a within 0..4095 or -1, was 4096 in row 1"),
        ("callsign", b"A-1", "expected callsign of A-Z, 0-9 and space, was b'A-1' in row 1"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_with_its_row(column: str, value: Any, words: str) -> None:
    base = {"time_of_day_s": [0.0, 0.0], "range_m": [1.0, 1.0], "azimuth_deg": [0.0, 0.0]}
    good: Any = b"" if column == "callsign" else 0
    with pytest.raises(ValueError, match=words):
        encode_target_reports(1, 2, **base, **{column: [good, value]})


def test_a_time_that_rounds_up_to_midnight_becomes_zero() -> None:
    message = encode_service_message(1, 2, message="north", time_of_day_s=86_399.999)
    assert message[-3:] == bytes(3)


def test_service_messages_survive() -> None:
    north = encode_service_message(
        25, 12, message="north", time_of_day_s=NOON_S, rotation_period_s=4.0, position=(55.5, 24.25, 130.0)
    )
    sector = encode_service_message(25, 12, message="sector", time_of_day_s=NOON_S + 1, azimuth_deg=90.0)
    (first,), (second,) = (result.statuses for result in decode_all([north, sector]))
    assert (first.report, first.rotation_period_s, first.height_m) == ("north", 4.0, 130.0)
    assert (first.latitude_deg, first.longitude_deg) == pytest.approx((55.5, 24.25), abs=1.1e-5)
    assert (second.report, second.azimuth_deg, second.time_ns) == ("sector", 90.0, NOON_NS + 10**9)
    assert {first.sensor_id, second.sensor_id} == {"025/012"}


def test_a_sector_message_needs_its_azimuth() -> None:
    with pytest.raises(ValueError, match="expected azimuth_deg with a sector message"):
        encode_service_message(1, 2, message="sector", time_of_day_s=0.0)


def adsb(**changes: Any) -> dict[str, Any]:
    rng = np.random.default_rng(2)
    return {
        "time_of_day_s": NOON_S + np.arange(N) / 128,
        "latitude_deg": rng.uniform(-90, 90, N),
        "longitude_deg": rng.uniform(-180, 180, N),
        "altitude_m": rng.uniform(0, 13e3, N),
        "flight_level_ft": np.where(rng.random(N) < 0.3, np.nan, rng.uniform(-900, 45e3, N)),
        "icao_address": rng.integers(0, 1 << 24, N),
        "callsign": np.array([b"", b"LOT123"])[rng.integers(0, 2, N)],
        "velocity_east_mps": rng.uniform(-300, 300, N),
        "velocity_north_mps": rng.uniform(-300, 300, N),
        "nic": rng.integers(0, 12, N),
        "nac_p": rng.integers(0, 12, N),
        "sil": rng.integers(0, 4, N),
    } | changes


@pytest.mark.parametrize("simulated", [False, True])
def test_adsb_reports_survive(simulated: bool) -> None:
    given = adsb()
    plots = plots_of(encode_adsb_reports(25, 13, simulated=simulated, **given))
    assert len(plots) == N
    np.testing.assert_array_equal(plots.time_ns, NOON_NS + np.arange(N) * 7_812_500)
    np.testing.assert_allclose(plots.latitude_deg, given["latitude_deg"], atol=180 / 2**31 + 1e-12)
    np.testing.assert_allclose(plots.longitude_deg, given["longitude_deg"], atol=180 / 2**31 + 1e-12)
    np.testing.assert_allclose(plots.altitude_m, given["altitude_m"], atol=3.13 * 0.3048)
    np.testing.assert_allclose(plots.flight_level_ft, given["flight_level_ft"], atol=12.5)
    np.testing.assert_allclose(plots.velocity_east_mps, given["velocity_east_mps"], atol=0.08)
    np.testing.assert_allclose(plots.velocity_north_mps, given["velocity_north_mps"], atol=0.08)
    for column in ("icao_address", "callsign", "nic", "nac_p", "sil"):
        np.testing.assert_array_equal(getattr(plots, column), given[column], err_msg=column)
    assert (plots.flags == (PlotFlag.SIMULATED if simulated else 0)).all()


def test_adsb_reports_are_what_libasterix_reads() -> None:
    given = adsb(nic=np.full(N, 8), nac_p=np.full(N, 9), sil=np.full(N, 3))
    records = oracle_records(
        generated().Cat_021_2_6, encode_adsb_reports(1, 2, emitter_category=np.full(N, 13), **given)
    )
    assert len(records) == N
    quality = records[0].get_item("090").variation
    assert [quality.get_item(name).as_uint() for name in ("NUCPNIC", "SIL", "NACP")] == [8, 3, 9]
    assert records[0].get_item("020").as_uint() == 13
    latitude = records[0].get_item("131").variation.get_item("LAT").variation.content.as_quantity("°")
    assert latitude == pytest.approx(given["latitude_deg"][0], abs=1e-7)


def tracks(n: int = 60) -> Tracks:
    rng = np.random.default_rng(3)
    covariance = np.zeros((n, 21))
    covariance[:, [0, 6]] = rng.uniform(10, 5000, (n, 2)) ** 2
    covariance[:, 1] = rng.uniform(-80, 80, n)
    covariance[:, [11, 15, 18, 20]] = rng.uniform(1, 7, (n, 4)) ** 2
    covariance[0] = np.nan
    return Tracks.of(
        time_ns=np.full(n, NOON_NS),
        track_id=np.arange(n) + 65_000,
        latitude_deg=rng.uniform(-80, 80, n),
        longitude_deg=rng.uniform(-180, 180, n),
        altitude_m=rng.uniform(0, 13e3, n),
        velocity_east_mps=rng.uniform(-300, 300, n),
        velocity_north_mps=rng.uniform(-300, 300, n),
        velocity_up_mps=rng.uniform(-20, 20, n),
        covariance=covariance,
        status=np.arange(n).astype(np.uint8) % 4,
        icao_address=rng.integers(-1, 3, n).astype(np.int32),
        mode_3a=rng.integers(-1, 4096, n).astype(np.int16),
        callsign=np.array([b"", b"LOT123"])[rng.integers(0, 2, n)].astype("S8"),
        flags=(np.arange(n) % 32).astype(np.uint16) & np.uint16(PlotFlag.SPI | PlotFlag.ON_GROUND),
        label=Label(),
    )


def test_system_tracks_survive_with_their_covariance() -> None:
    given = tracks()
    datagrams = encode_system_tracks(25, 100, given, simulated=True)
    results = decode_all(datagrams)
    assert [status.report for status in results[-1].statuses] == ["end_of_batch"]
    found = np.concatenate([r.tracks.track_id for r in results if r.tracks is not None])
    np.testing.assert_array_equal(found, given.track_id % 65_536)
    start = 0
    for result in results[:-1]:
        part = given.take(slice(start, start + len(result.tracks)))
        start += len(result.tracks)
        assert_same_tracks(result.tracks, part)
    assert start == len(given)


def assert_same_tracks(found: Tracks, given: Tracks) -> None:
    np.testing.assert_array_equal(found.time_ns, given.time_ns)
    np.testing.assert_allclose(found.latitude_deg, given.latitude_deg, atol=180 / 2**26 + 1e-12)
    np.testing.assert_allclose(found.longitude_deg, given.longitude_deg, atol=180 / 2**26 + 1e-12)
    np.testing.assert_allclose(found.altitude_m, given.altitude_m, atol=3.13 * 0.3048)
    for column in ("velocity_east_mps", "velocity_north_mps"):
        np.testing.assert_allclose(getattr(found, column), getattr(given, column), atol=0.125)
    np.testing.assert_allclose(found.velocity_up_mps, given.velocity_up_mps, atol=0.016)
    np.testing.assert_array_equal(found.status, given.status)
    np.testing.assert_array_equal(found.flags, given.flags | PlotFlag.SIMULATED)
    for column in ("icao_address", "mode_3a", "callsign"):
        np.testing.assert_array_equal(getattr(found, column), getattr(given, column), err_msg=column)
    sigma, expected = np.sqrt(found.covariance[:, [0, 6]]), np.sqrt(given.covariance[:, [0, 6]])
    np.testing.assert_allclose(sigma, expected, atol=0.25)
    root = np.sign(given.covariance[:, 1]) * np.sqrt(np.abs(given.covariance[:, 1]))
    found_root = np.sign(found.covariance[:, 1]) * np.sqrt(np.abs(found.covariance[:, 1]))
    np.testing.assert_allclose(found_root, root, atol=0.25)
    np.testing.assert_array_equal(np.isnan(found.covariance[:, 0]), np.isnan(given.covariance[:, 0]))


def test_accuracies_saturate() -> None:
    given = tracks(2)
    given.covariance[1, [0, 6, 11, 15, 18, 20]] = 1e12
    (result, _) = decode_all(encode_system_tracks(1, 2, given))
    assert result.tracks is not None
    assert np.sqrt(result.tracks.covariance[1, [0, 15]]) == pytest.approx([32_767.5, 63.75])


def test_two_tracks_of_one_number_are_refused() -> None:
    given = tracks(2)
    given.track_id[:] = (1, 65_537)
    with pytest.raises(ValueError, match="expected tracks whose track_id differs modulo 65,536"):
        encode_system_tracks(1, 2, given)


def test_statuses_are_the_bits_of_the_standard() -> None:
    records = oracle_records(generated().Cat_062_1_21, encode_system_tracks(1, 2, tracks(4))[:-1])
    bits = {TrackStatus.TENTATIVE: "CNF", TrackStatus.COASTING: "CST", TrackStatus.DROPPED: "TSE"}
    for status, record in zip(TrackStatus, records, strict=True):
        found = record.get_item("080").variation
        for other, name in bits.items():
            item = found.get_item(name)
            assert (item is not None and item.as_uint() == 1) == (other == status)


def test_lower_case_call_signs_become_upper_case() -> None:
    raw, present = six_bit_strings("callsign", [b"lot1", b""])
    assert raw[0] == six_bit_strings("callsign", [b"LOT1"])[0][0]
    assert present.tolist() == [True, False]


def test_the_emitter_category_is_what_it_says_of_its_kind() -> None:
    categories = np.arange(N) % 25
    plots = plots_of(encode_adsb_reports(25, 13, emitter_category=categories, **adsb()))
    words = [SENSOR_CLAIMS[code] if code >= 0 else None for code in plots.claim.tolist()]
    assert words == [EMITTER_CLAIMS.get(category) for category in categories.tolist()]
    assert (plots_of(encode_adsb_reports(25, 13, **adsb())).claim == -1).all()
