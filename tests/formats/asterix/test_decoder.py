"""The decoder of a source behaves on real bytes: editions, duplicates, clocks, days, framing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sargas.formats import registry
from sargas.formats.asterix import encode_service_message, warm_up
from sargas.formats.asterix.decoder import AsterixDecoder
from sargas.formats.asterix.specs import category, default_category, editions
from sargas.formats.asterix.write import encode_block, encode_record
from sargas.formats.contract import Decoded
from sargas.formats.pcap import packets
from sargas.model.plots import concatenate
from sargas.model.records import Source
from tests.formats.asterix.build import MIDNIGHT_NS, NOON_NS, RADAR, S, only_plot, opened, plot, record

RECORDING = "real/asterix/{}.pcap"


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


def test_more_frames_than_any_recorder_packs_are_refused() -> None:
    result = opened(framing="final").decode(NOON_NS, final(*(plot(43_200 + i / 128) for i in range(260))))
    assert result.records == 256
    assert [reject.reason for reject in result.rejects] == ["expected at most 256 frames, was more"]


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


def test_a_datagram_of_bad_blocks_alone_quarantines_without_reading_them_all() -> None:
    result = opened().decode(NOON_NS, b"\x30\x00\x04\x00" * 200)
    assert len(result.rejects) == 6
    assert result.quarantine


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
    assert decoder.clock_offsets_s == {"025/012": pytest.approx(-1581.75)}
    assert decoder.clock_offset_s == pytest.approx(0.0)


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
