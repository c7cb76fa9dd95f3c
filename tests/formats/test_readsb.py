"""readsb documents give plots of what was measured, once, and never raise."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.contract import Decoded
from sargas.formats.readsb import ReadsbDecoder, open_decoder
from sargas.formats.readsb.recording import slices
from sargas.formats.rows import Malformed
from sargas.model.columns import PlotFlag
from sargas.model.label import Label
from sargas.model.plots import SENSOR_CLAIMS
from sargas.model.records import Source

NOW_S = 1_700_000_000.5
LABEL = Label(releasable_to=("LTU",), originator="LTU")


def decoder() -> ReadsbDecoder:
    return open_decoder(Source(name="receiver", format="readsb", sensor_id="vilnius-adsb", label=LABEL), ())


def airliner(**changes: Any) -> dict[str, Any]:
    whole = {
        "hex": "4CA7B4", "type": "adsb_icao", "flight": "RYR1AB  ", "alt_baro": 35000, "alt_geom": 35500, "gs": 400.0,
        "track": 90.0, "geom_rate": 600, "baro_rate": -9999, "squawk": "4637", "lat": 54.7, "lon": 25.3,
        "seen_pos": 0.5, "nic": 8, "nac_p": 10, "sil": 3, "version": 2, "spi": 0,
    }  # fmt: skip
    return {name: value for name, value in {**whole, **changes}.items() if value is not ...}


def document(*aircraft: Any, now: Any = NOW_S) -> bytes:
    return json.dumps({"now": now, "messages": 1, "aircraft": aircraft}).encode()


def decode(*aircraft: Any) -> Decoded:
    return decoder().decode(7, document(*aircraft))


def reasons(decoded: Decoded) -> list[tuple[int, str]]:
    return [(reject.offset, reject.reason) for reject in decoded.rejects]


def test_an_aircraft_is_a_plot_in_our_units() -> None:
    decoded = decode(airliner())
    plots = decoded.plots
    assert plots is not None
    assert decoded.records == len(plots) == 1
    assert plots.time_ns[0] == 1_700_000_000_000_000_000
    assert plots.receive_time_ns[0] == 7
    assert plots.sensor_ids == ("vilnius-adsb",)
    assert plots.label == LABEL
    assert (plots.latitude_deg[0], plots.longitude_deg[0]) == (54.7, 25.3)
    assert plots.altitude_m[0] == pytest.approx(35_500 * 0.3048)
    assert plots.flight_level_ft[0] == 35_000
    assert plots.velocity_east_mps[0] == pytest.approx(400 * 1852 / 3600)
    assert plots.velocity_north_mps[0] == pytest.approx(0, abs=1e-9)
    assert plots.velocity_up_mps[0] == pytest.approx(600 * 0.3048 / 60)
    assert plots.icao_address[0] == 0x4CA7B4
    assert plots.mode_3a[0] == 0o4637
    assert plots.callsign[0] == b"RYR1AB"
    assert (plots.nic[0], plots.nac_p[0], plots.sil[0], plots.flags[0]) == (8, 10, 3, 0)


def test_the_clock_correction_is_added_to_its_stamps() -> None:
    late = Source(name="receiver", format="readsb", clock_correction_s=-12.5)
    plots = open_decoder(late, ()).decode(7, document(airliner())).plots
    assert plots is not None
    assert (plots.time_ns[0], plots.receive_time_ns[0]) == (1_699_999_987_500_000_000, 7)


def test_what_is_absent_is_null() -> None:
    plots = decode({"hex": "4ca7b4", "lat": 54.7, "lon": 25.3, "seen_pos": 0}).plots
    assert plots is not None
    for name in ("altitude_m", "flight_level_ft", "velocity_east_mps", "velocity_up_mps"):
        assert np.isnan(getattr(plots, name)).all(), name
    assert (plots.nic[0], plots.nac_p[0], plots.sil[0], plots.mode_3a[0], plots.callsign[0]) == (-1, -1, -1, -1, b"")


def test_the_barometric_rate_serves_where_the_geometric_is_absent() -> None:
    plots = decode(airliner(geom_rate=..., baro_rate=-1200)).plots
    assert plots is not None
    assert plots.velocity_up_mps[0] == pytest.approx(-6.096)


def test_ground_spi_and_foreign_addresses_are_flagged() -> None:
    plots = decode(airliner(alt_baro="ground", spi=1), airliner(hex="~2a0001")).plots
    assert plots is not None
    assert plots.flags.tolist() == [PlotFlag.ON_GROUND | PlotFlag.SPI, PlotFlag.NOT_ICAO]
    assert np.isnan(plots.flight_level_ft[0])
    assert plots.icao_address.tolist() == [0x4CA7B4, -1]


def test_version_0_sends_neither_accuracy_nor_integrity_level() -> None:
    plots = decode(airliner(version=0)).plots
    assert plots is not None
    assert (plots.nic[0], plots.nac_p[0], plots.sil[0]) == (8, -1, -1)


@pytest.mark.parametrize(
    "hidden", [{"lastPosition": {"lat": 54.7, "lon": 25.3, "nic": 8, "seen_pos": 70}}, {"rr_lat": 54.7, "rr_lon": 25.3}]
)
def test_old_and_rough_positions_are_no_plots_and_no_errors(hidden: dict[str, Any]) -> None:
    decoded = decode({"hex": "4ca7b4", **hidden})
    assert decoded.plots is not None
    assert (len(decoded.plots), decoded.rejects) == (0, ())


def test_a_position_is_reported_once() -> None:
    one = decoder()
    first = one.decode(0, document(airliner(seen_pos=0.5)))
    again = one.decode(0, document(airliner(seen_pos=1.6), now=NOW_S + 1.0))
    moved = one.decode(0, document(airliner(seen_pos=0.1, lon=25.31), now=NOW_S + 2.0))
    assert [(d.records, d.duplicates) for d in (first, again, moved)] == [(1, 0), (0, 1), (1, 0)]


def test_a_transponder_that_repeats_its_place_in_flight_is_held() -> None:
    one = decoder()
    counts = [one.decode(0, document(airliner(), now=NOW_S + second)).records for second in range(5)]
    assert counts == [1, 0, 0, 0, 0]


def test_a_parked_aircraft_is_measured_again_each_time() -> None:
    one = decoder()
    parked = airliner(gs=0.0, alt_baro="ground")
    assert [one.decode(0, document(parked, now=NOW_S + second)).records for second in range(3)] == [1, 1, 1]


def test_a_position_older_than_15_s_is_held() -> None:
    decoded = decode(airliner(seen_pos=15.1))
    assert (decoded.records, decoded.duplicates, decoded.rejects) == (0, 1, ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lat": 91}, "expected lat within -90..90; field dropped"),
        ({"lat": ...}, "expected lat and lon both; aircraft dropped"),
        ({"lon": "25"  "x"}, "expected lon within -180..180; field dropped"),
        ({"seen_pos": ...}, "expected seen_pos with a position; aircraft dropped"),
        ({"hex": "xyz"}, "expected hex of 6 digits; aircraft dropped"),
        ({"hex": 5}, "expected hex of 6 digits; aircraft dropped"),
    ],
)  # fmt: skip
def test_an_aircraft_without_place_time_or_address_is_refused_alone(changes: dict[str, Any], reason: str) -> None:
    decoded = decode(airliner(hex="aaaaaa"), airliner(**changes), airliner(hex="bbbbbb"))
    assert decoded.plots is not None
    assert decoded.plots.icao_address.tolist() == [0xAAAAAA, 0xBBBBBB]
    assert (1, reason) in reasons(decoded)


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"gs": -1}, "velocity_east_mps", "expected gs within 0..3000; field dropped"),
        ({"track": True}, "velocity_north_mps", "expected track within 0..360; field dropped"),
        ({"alt_geom": [1]}, "altitude_m", "expected alt_geom within -2000..130000; field dropped"),
        ({"alt_baro": "sky"}, "flight_level_ft", "expected alt_baro within -2000..130000; field dropped"),
        ({"nic": 12}, "nic", "expected nic within 0..11; field dropped"),
        ({"squawk": "8888"}, "mode_3a", "expected squawk of 4 digits to base 8; field dropped"),
        ({"flight": "a" * 9}, "callsign", "expected a call sign of up to 8 printable ASCII characters; field dropped"),
    ],
)
def test_a_garbage_field_is_dropped_and_the_aircraft_kept(changes: dict[str, Any], column: str, reason: str) -> None:
    decoded = decode(airliner(hex="aaaaaa"), airliner(**changes))
    assert decoded.plots is not None
    assert reasons(decoded) == [(1, reason)]
    value = getattr(decoded.plots, column)[1]
    assert value in (-1, b"") or np.isnan(value)


@pytest.mark.parametrize("now", [None, "1700000000", float("nan"), -5, 1e20])
def test_a_document_without_its_time_is_refused(now: Any) -> None:
    decoded = decoder().decode(0, document(airliner(), now=now))
    assert decoded.plots is None
    assert reasons(decoded) == [(0, "expected now in Unix seconds; document dropped")]


def test_aircraft_lines_each_have_their_own_time() -> None:
    lines = b"\n".join(json.dumps({"now": NOW_S + i, **airliner(lon=25.3 + i / 100)}).encode() for i in range(3))
    plots = decoder().decode(0, lines).plots
    assert plots is not None
    assert np.diff(plots.time_ns).tolist() == [1_000_000_000] * 2


TRACE = {
    "icao": "ac671b", "timestamp": 1_700_000_000.0,
    "trace": [
        [0.0, 54.0, 25.0, 1000, 200.0, 0.0, 1, 64, {"flight": "DAL1", "nic": 8, "nac_p": 10, "sil": 3, "version": 2}],
        [10.0, 54.1, 25.0, 1100, 200.0, 0.0, 4, 64, None, "adsb_icao", 1300, 128, 150, 0.0],
        [20.0, 54.2, 25.0, 1200, 200.0, 0.0, 8, 64, None, "adsb_icao", 1400, None, 150, 0.0],
        [30.0, 54.3, 25.0, "ground", 20.0, 90.0, 0, None, {"nic": 7}],
    ],
}  # fmt: skip


def test_a_trace_carries_its_sparse_details_forward() -> None:
    plots = decoder().decode(0, json.dumps(TRACE).encode()).plots
    assert plots is not None
    assert plots.time_ns.tolist() == [(1_700_000_000 + s) * 10**9 for s in (0, 10, 20, 30)]
    assert plots.callsign.tolist() == [b"DAL1", b"DAL1", b"DAL1", b""]
    assert plots.nic.tolist() == [8, 8, 8, 7]
    assert plots.nac_p.tolist() == [10, 10, 10, -1]
    np.testing.assert_allclose(plots.altitude_m, np.array([np.nan, 1300, 1200, np.nan]) * 0.3048)
    np.testing.assert_allclose(plots.flight_level_ft, [1000, 1100, np.nan, np.nan])
    assert np.isnan(plots.velocity_east_mps[3])  # column 5 is a heading on the ground, not a track
    assert plots.flags.tolist() == [0, 0, 0, PlotFlag.ON_GROUND]


def test_slices_of_a_trace_decode_to_what_the_whole_does(shared_data: Path) -> None:
    data = (shared_data / "real/adsb/readsb_trace_ac671b.json").read_bytes()
    whole = decoder().decode(0, gzip.compress(data))
    assert whole.plots is not None
    assert (whole.records, whole.duplicates, whole.rejects) == (2498, 2, ())
    cut = list(slices(data))
    assert [time_ns for time_ns, _ in cut] == sorted(time_ns for time_ns, _ in cut)
    one, half = decoder(), len(cut) // 8
    pieces = [one.decode(time_ns, piece) for time_ns, piece in cut[:half]]
    rows = sum(piece.records for piece in pieces)
    for name in ("time_ns", "latitude_deg", "altitude_m", "nac_p", "callsign", "mode_3a"):
        joined = np.concatenate([getattr(piece.plots, name) for piece in pieces])
        np.testing.assert_array_equal(joined, getattr(whole.plots, name)[:rows], err_msg=name)
    assert all(
        (piece.plots.time_ns <= time_ns).all() for piece, (time_ns, _) in zip(pieces, cut, strict=False) if piece.plots
    )


def test_slices_keep_rows_they_cannot_place_for_the_decoder_to_count() -> None:
    broken = {**TRACE, "trace": [*TRACE["trace"], "?", []]}  # type: ignore[misc]
    cut = list(slices(json.dumps(broken).encode()))
    assert len(cut) == 4
    assert len(decoder().decode(0, cut[-1][1]).rejects) == 2


def test_slices_refuse_what_is_no_recording() -> None:
    for wrong in (b"", b"[]", b'{"trace": []}', b'{"now": "x", "aircraft": []}'):
        with pytest.raises(Malformed, match="expected"):
            list(slices(wrong))


JSON_VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just([]) | st.just({"lat": 1})
)
CHANGES = st.dictionaries(st.sampled_from(sorted(airliner())), JSON_VALUES, max_size=3)


@given(st.binary(max_size=200) | st.binary(max_size=80).map(lambda data: b"\x1f\x8b" + data))
def test_random_bytes_never_raise(data: bytes) -> None:
    decoded = decoder().decode(0, data)
    assert decoded.plots is None
    assert decoded.rejects, "what is no report is refused with a reason"


@settings(max_examples=150)
@given(CHANGES, JSON_VALUES, st.just(NOW_S) | JSON_VALUES)
def test_random_values_in_an_aircraft_never_raise(changes: dict[str, Any], other: Any, now: Any) -> None:
    assert is_sound(decoder().decode(0, document(airliner(**changes), other, now=now)))


@settings(max_examples=150)
@given(st.dictionaries(st.integers(0, 11), JSON_VALUES, max_size=3), JSON_VALUES)
def test_random_values_in_a_trace_never_raise(changes: dict[int, Any], other: Any) -> None:
    row = [changes.get(place, value) for place, value in enumerate(TRACE["trace"][1])]  # type: ignore[index]
    assert is_sound(decoder().decode(0, json.dumps({**TRACE, "trace": [row, other]}).encode()))


def is_sound(decoded: Decoded) -> bool:
    """Say whether all that was decoded has a place and a time."""
    plots = decoded.plots
    return plots is None or bool(np.isfinite(plots.latitude_deg).all() and (plots.time_ns > 10**17).all())


def test_deep_nesting_is_refused() -> None:
    decoded = decoder().decode(0, b"[" * 100_000)
    assert decoded.plots is None
    assert len(decoded.rejects) == 1


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sargas.formats.cooperative.REMEMBERED_OBJECTS", 10)
    monkeypatch.setattr("sargas.formats.readsb.decode.REMEMBERED_OBJECTS", 10)
    one = decoder()
    one.decode(0, document(*(airliner(hex=f"{i:06x}") for i in range(50))))
    assert list(one.memory.last) == [f"{i:06x}" for i in range(40, 50)]
    for i in range(50):
        one.decode(0, json.dumps({**TRACE, "icao": f"{i:06x}"}).encode())
    assert len(one.details) == 10


@pytest.mark.parametrize(
    ("category", "word"),
    [("A1", "adsb_light"), ("A7", "adsb_rotorcraft"), ("B6", "adsb_unmanned"), ("A0", None), (7, None)],
)
def test_the_category_is_what_it_says_of_its_kind(category: Any, word: str | None) -> None:
    plots = decode(airliner(category=category)).plots
    assert plots is not None
    assert plots.claim.tolist() == [-1 if word is None else SENSOR_CLAIMS.index(word)]
