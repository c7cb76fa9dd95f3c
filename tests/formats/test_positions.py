"""Tables of positions are recognised by their header, read in our units, and never raise."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.formats.contract import Decoded
from sargas.formats.positions import PositionsDecoder, open_decoder
from sargas.formats.positions.dialect import DIALECTS
from sargas.formats.positions.recording import slices
from sargas.formats.rows import Malformed
from sargas.model.columns import PlotFlag
from sargas.model.plots import COLUMN_DTYPES, Plots, concatenate
from sargas.model.records import Source

STATES = [
    {"timestamp": 1_600_000_001_000, "icao24": "4b43ac", "latitude": 54.7, "longitude": 25.3, "groundspeed": 100.0,
     "track": -90.0, "vertical_rate": 600.0, "callsign": "REGA1 ", "altitude": 1000.0, "geoaltitude": 1100.0,
     "squawk": 7100, "onground": False, "spi": True, "last_position": 1_600_000_000_500},
    {"timestamp": 1_600_000_000_000, "icao24": "3003ae", "latitude": 54.6, "longitude": 25.2, "groundspeed": None,
     "track": None, "vertical_rate": None, "callsign": None, "altitude": None},
]  # fmt: skip
OPENSKY = (
    "time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,squawk,baroaltitude,geoaltitude,lastposupdate\n"
    "1626098400,3c4591,51.5,-0.5,250.0,90.0,-2.5,BOX413  ,False,1174.0,10668.0,10843.26,1626098398.996\n"
    "1626098400,43c8f4,52.7,-2.9,35.0,180.0,,,True,,,,\n"
)
GPS_LOG = (
    "time,timestamp,latitude,longitude,altitude (m),speed,heading\n2019-12-09 10:49:35,1,50.3,-30.9,708.5,4.0,180\n"
)
SONDE = (
    "STATION;SONDE;DateTime;Latitude;Longitude;Course;Speed;Altitude;Description\n"
    "B;R332;2021-05-02 19:01:30;49.8;8.7;90;36;342;Clb=-8.1m/s t=8.8C\n"
    "A;R332;2021-05-02 19:01:22;49.7;8.6;90;36;400;no rate\n"
)
SAMPLES = {
    "adsb/ambulances__rega_zh.json.gz": (336, 3),
    "adsb/ambulances__samu31.json.gz": (278, 100),
    "adsb/calibration_bornholm.json.gz": (2572, 0),
    "adsb/firefighting_calfire.json.gz": (9660, 295),
    "adsb/glider_franconia.json.gz": (2696, 1),
    "adsb/opensky_plane_states.csv": (5407, 645),
    "balloon/R3320833.csv.gz": (2573, 14),
    "balloon/S3140158.csv.gz": (2467, 7),
    "drone/uav_rot.csv": (965, 0),
}


def decoder() -> PositionsDecoder:
    return open_decoder(Source(name="table", format="positions"), ())


def decode(text: str | bytes) -> tuple[Plots, Decoded]:
    decoded = decoder().decode(9, text.encode() if isinstance(text, str) else text)
    assert decoded.plots is not None, decoded.rejects
    return decoded.plots, decoded


def test_a_state_table_is_read_in_order_of_time() -> None:
    plots, decoded = decode(json.dumps(STATES))
    assert (decoded.records, decoded.rejects) == (2, ())
    assert plots.sensor_ids == ("table",)
    assert plots.time_ns.tolist() == [1_600_000_000_000_000_000, 1_600_000_000_500_000_000]
    assert plots.icao_address.tolist() == [0x3003AE, 0x4B43AC]
    assert plots.flight_level_ft[1] == pytest.approx(1000)
    assert plots.altitude_m[1] == pytest.approx(335.28)
    assert plots.velocity_east_mps[1] == pytest.approx(-100 * 1852 / 3600)
    assert plots.velocity_up_mps[1] == pytest.approx(3.048)
    assert plots.mode_3a.tolist() == [-1, 0o7100]
    assert plots.callsign.tolist() == [b"", b"REGA1"]
    assert plots.flags.tolist() == [0, PlotFlag.SPI]
    assert np.isnan(plots.velocity_east_mps[0])


def test_opensky_states_are_metric_and_stamped_with_the_position() -> None:
    plots, decoded = decode(OPENSKY)
    assert decoded.rejects == ()
    assert plots.time_ns.tolist() == [1_626_098_398_996_000_000, 1_626_098_400_000_000_000]
    assert plots.altitude_m[0] == pytest.approx(10843.26)
    assert plots.flight_level_ft[0] == pytest.approx(35_000)
    assert (plots.velocity_east_mps[0], plots.velocity_up_mps[0]) == (pytest.approx(250), -2.5)
    assert plots.mode_3a.tolist() == [0o1174, -1]
    assert plots.flags.tolist() == [0, PlotFlag.ON_GROUND]


def test_a_gps_log_needs_no_address() -> None:
    plots, _ = decode(GPS_LOG)
    assert plots.time_ns[0] == np.datetime64("2019-12-09T10:49:35", "ns").astype(np.int64)
    assert (plots.altitude_m[0], plots.icao_address[0]) == (708.5, -1)
    assert plots.velocity_north_mps[0] == pytest.approx(-4.0)


def test_a_radiosonde_climbs_as_its_description_says() -> None:
    plots, decoded = decode(SONDE)
    assert decoded.rejects == ()
    assert np.diff(plots.time_ns).tolist() == [8_000_000_000]
    assert plots.velocity_east_mps.tolist() == pytest.approx([10, 10])
    np.testing.assert_array_equal(plots.velocity_up_mps, [np.nan, -8.1])
    assert plots.callsign.tolist() == [b"R332", b"R332"]


def test_an_unknown_header_names_those_that_are_known() -> None:
    decoded = decoder().decode(0, b"x,y,z\n1,2,3\n")
    assert decoded.plots is None
    for dialect in DIALECTS:
        assert f"{dialect.name} ({dialect.container})" in decoded.rejects[0].reason


def test_a_broken_row_is_refused_alone() -> None:
    plots, decoded = decode(OPENSKY + "1626098500,3c4592,95,-0.5,250,90,0,X,False,1174,0,0,\n" + "1626098510,\n")
    assert len(plots) == 2
    assert [(reject.offset, reject.reason) for reject in decoded.rejects] == [
        (2, "expected lat within -90..90; field dropped"),
        (2, "expected a row with time, latitude and longitude; row dropped"),
        (3, "expected a row with time, latitude and longitude; row dropped"),
    ]


@pytest.mark.parametrize("value", ["2019-13-09 10:49:35", "09.12.2019", "0000-01-01 00:00:00", "9999-01-01 00:00:00"])
def test_an_impossible_date_is_refused(value: str) -> None:
    plots, decoded = decode(GPS_LOG.replace("2019-12-09 10:49:35", value))
    assert len(plots) == 0
    assert decoded.rejects[0].reason == "expected time as YYYY-MM-DD HH:MM:SS in UTC; field dropped"


def test_a_held_position_is_reported_once() -> None:
    rows = [{**STATES[0], "timestamp": 1_600_000_000_000 + 1000 * i, "last_position": None} for i in range(4)]
    rows[3]["longitude"] = 25.31
    plots, decoded = decode(json.dumps(rows))
    assert (len(plots), decoded.duplicates) == (2, 2)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_recording_gives_plots_without_a_reject(shared_data: Path, name: str) -> None:
    plots, decoded = decode((shared_data / "real" / name).read_bytes())
    assert (decoded.records, decoded.duplicates) == SAMPLES[name]
    assert decoded.rejects == ()
    steps_s = np.diff(plots.time_ns) / 1e9
    assert (steps_s >= 0).all()
    assert not np.isnan(plots.velocity_east_mps).all()


def test_the_stated_velocity_is_that_of_the_positions(shared_data: Path) -> None:
    for name, degrees_of_longitude_m in (("balloon/R3320833.csv.gz", 71_800), ("drone/uav_rot.csv", 71_100)):
        plots, _ = decode((shared_data / "real" / name).read_bytes())
        east_m = np.diff(plots.longitude_deg) * degrees_of_longitude_m
        moved = (np.abs(plots.velocity_east_mps[1:]) > 4.0) & (np.diff(plots.time_ns) > 0)
        stated_m = plots.velocity_east_mps[1:] * np.diff(plots.time_ns) / 1e9
        assert np.median(east_m[moved] / stated_m[moved]) == pytest.approx(1.0, abs=0.05), name


@pytest.mark.parametrize("name", ["adsb/ambulances__samu31.json.gz", "adsb/opensky_plane_states.csv"])
def test_slices_decode_to_what_the_whole_does(shared_data: Path, name: str) -> None:
    data = (shared_data / "real" / name).read_bytes()
    whole, _ = decode(data)
    one, times, parts = decoder(), [], []
    for time_ns, piece in slices(data):
        times.append(time_ns)
        plots = one.decode(0, piece).plots
        assert plots is not None
        assert (plots.time_ns <= time_ns).all()
        parts.append(plots)
    assert times == sorted(set(times))
    joined = concatenate(parts)
    order = [np.lexsort((batch.icao_address, batch.time_ns)) for batch in (joined, whole)]
    for column in sorted(set(COLUMN_DTYPES) - {"receive_time_ns"}):
        np.testing.assert_array_equal(
            getattr(joined, column)[order[0]], getattr(whole, column)[order[1]], err_msg=column
        )


def test_slices_of_unsorted_rows_are_in_order() -> None:
    cut = list(slices(SONDE.encode()))
    assert [time_ns % 60_000_000_000 for time_ns, _ in cut] == [23_000_000_000, 31_000_000_000]
    assert all(piece.startswith(b"STATION;") for _, piece in cut)
    with pytest.raises(Malformed, match="known headers"):
        list(slices(b"a,b\n1,2\n"))
    with pytest.raises(Malformed, match="rows with a time"):
        list(slices(GPS_LOG.replace("2019-12-09", "never").encode()))


def test_a_gzip_that_is_cut_or_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(OPENSKY.encode())
    assert len(decode(packed + packed[:0])[0]) == 2
    assert decoder().decode(0, packed[:-20]).plots is None
    monkeypatch.setattr("sargas.formats.rows.LARGEST_TEXT_OCTETS", 100)
    decoded = decoder().decode(0, packed)
    assert "at most" in decoded.rejects[0].reason


CELLS = st.text(st.characters(codec="ascii", exclude_characters=',;\n\r"'), max_size=12)


@given(st.binary(max_size=300))
def test_random_bytes_never_raise(data: bytes) -> None:
    decoded = decoder().decode(0, data)
    assert decoded.plots is None
    assert decoded.rejects, "what is no report is refused with a reason"


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["timestamp", "icao24", "latitude"])
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))


@settings(max_examples=150)
@given(st.fixed_dictionaries({"data": JSON, "columns": JSON}) | JSON)
def test_json_of_any_shape_never_raises(document: object) -> None:
    decoder().decode(9, json.dumps(document).encode())


def test_column_names_that_are_none_are_refused() -> None:
    table = {"data": [[1, 2]], "columns": [["timestamp"], {"icao24": 1}]}
    (reject,) = decoder().decode(9, json.dumps(table).encode()).rejects
    assert reject.reason.startswith("expected a JSON array of rows; known headers")


@settings(max_examples=150)
@given(st.sampled_from(DIALECTS), st.data())
def test_random_cells_under_a_known_header_never_raise(dialect_of: object, data: st.DataObject) -> None:
    dialect = next(dialect for dialect in DIALECTS if dialect is dialect_of)
    names = sorted({column.column for column in dialect.columns.values()} | set(dialect.header))
    if dialect.container == "json":
        cell = st.none() | st.booleans() | st.integers() | st.floats() | CELLS | st.lists(st.integers(), max_size=2)
        rows = data.draw(st.lists(st.fixed_dictionaries(dict.fromkeys(names, cell)) | cell, min_size=1, max_size=4))
        text = json.dumps(rows)
    else:
        lines = data.draw(st.lists(st.lists(CELLS, max_size=len(names) + 1), max_size=4))
        text = "\n".join(dialect.delimiter.join(line) for line in [names, *lines])
    decoded = decoder().decode(0, text.encode())
    if decoded.plots is not None:
        assert np.isfinite(decoded.plots.latitude_deg).all()
        assert (decoded.plots.time_ns > 10**17).all()
