"""``sargas gnss-check``: no real flight raises anything, a jump is written with its times, other files are refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import h3
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.spoofed_tables import KINDS, SPOOFED_FROM_S, SPOOFED_TO_S, make_table
from benchmarks.spoofed_tables import START_S as TABLE_START_S
from tests.cli.conftest import Ended

Sargas = Callable[..., Ended]
START_S = 1_726_565_000


@pytest.mark.parametrize("name", ["ambulances__rega_zh.json.gz", "opensky_plane_states.csv"])
def test_no_real_flight_raises_anything(name: str, shared_data: Path, tmp_path: Path, sargas: Sargas) -> None:
    path = shared_data / "real/adsb" / name
    ended = sargas("gnss-check", str(path), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0
    assert "spoofing: 0, jamming: 0" in ended.out
    assert (tmp_path / "events.jsonl").read_text() == ""


def test_events_are_written_as_lines(tmp_path: Path, sargas: Sargas) -> None:
    rows = [
        {
            "timestamp": (START_S + 5 * k) * 1000, "icao24": "4b1805", "latitude": 50.0 if k < 60 else 45.0,
            "longitude": 20.0 + 0.0161 * k, "groundspeed": 447, "track": 90, "altitude": 38_000, "callsign": "SWR1",
        }
        for k in range(120)
    ]  # fmt: skip
    (tmp_path / "adsb.json").write_text(json.dumps(rows))
    ended = sargas("gnss-check", str(tmp_path / "adsb.json"), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0, ended.err
    (event,) = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert (event["kind"], event["icao_address"], event["end_ns"]) == ("spoofing", "4b1805", None)
    assert event["start_ns"] == (START_S + 300) * 1_000_000_000


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoofed_airliner_is_found_within_a_minute_however_it_is_recorded(
    kind: str, tmp_path: Path, sargas: Sargas
) -> None:
    (tmp_path / "adsb.json.gz").write_bytes(gzip.compress(make_table(5, KINDS[kind])))
    ended = sargas("gnss-check", str(tmp_path / "adsb.json.gz"), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0, ended.err
    (event,) = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    false_ns = (TABLE_START_S + SPOOFED_FROM_S) * 10**9
    assert (event["kind"], event["icao_address"]) == ("spoofing", "4b1805")
    assert -1e9 <= event["start_ns"] - false_ns <= event["found_ns"] - false_ns <= 60e9
    assert event["end_ns"] == pytest.approx((TABLE_START_S + SPOOFED_TO_S) * 10**9, abs=60e9)


def test_a_table_may_be_parquet_csv_or_any_orient_of_json(tmp_path: Path, sargas: Sargas) -> None:
    rows = json.loads(make_table(1, KINDS["drifting"]))[SPOOFED_FROM_S : SPOOFED_FROM_S + 800]  # it begins in these
    names = list(rows[0])
    columns = {name: {str(k): row[name] for k, row in enumerate(rows)} for name in names}
    split = {"columns": names, "index": [], "data": [[row[name] for name in names] for row in rows]}
    (tmp_path / "columns.json").write_text(json.dumps(columns))
    (tmp_path / "split.json").write_text(json.dumps(split))
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, rows)))
    texts = [row | {"timestamp": str(np.datetime64(row["timestamp"], "ms")) + "+00:00"} for row in rows]
    (tmp_path / "texts.json").write_text(json.dumps(texts))
    elsewhere = [
        row | {"timestamp": str(np.datetime64(row["timestamp"] + hours * 3_600_000, "ms")) + f"{hours:+03d}:00"}
        for row, hours in zip(rows, [3, -5] * len(rows), strict=False)
    ]
    (tmp_path / "elsewhere.json").write_text(json.dumps(elsewhere))
    lines = [",".join("" if row[name] is None else str(row[name]) for name in names) for row in texts]
    (tmp_path / "table.csv").write_text("\n".join([",".join(names), *lines]))
    table = pa.Table.from_pylist(rows)
    stamps = table.column("timestamp").cast(pa.timestamp("ms", "UTC"))
    pq.write_table(table.set_column(0, "timestamp", stamps), tmp_path / "table.parquet")
    found = set()
    for path in [path for path in tmp_path.iterdir() if path.suffix != ".out"]:
        ended = sargas("gnss-check", str(path), "--out", str(tmp_path / "events.out"))
        assert ended.code == 0, ended.err
        found.add((tmp_path / "events.out").read_text())
    assert len(found) == 1
    assert '"spoofing"' in found.pop()


def test_what_was_refused_is_told(tmp_path: Path, sargas: Sargas) -> None:
    rows = json.loads(make_table(1, KINDS["drifting"]))[:200]
    rows[3]["latitude"] = 95.0
    (tmp_path / "table.json").write_text(json.dumps(rows))
    ended = sargas("gnss-check", str(tmp_path / "table.json"), "--out", str(tmp_path / "events.out"))
    assert ended.code == 0
    assert "Refused 1 x in the recording: expected latitude within -90..90; field dropped." in ended.err


def test_areas_are_written_with_their_cell(tmp_path: Path, sargas: Sargas) -> None:
    latitude, longitude = h3.cell_to_latlng(h3.latlng_to_cell(55.0, 24.0, 4))
    aircraft = [
        {
            "hex": f"4ca{k:03x}", "lat": latitude + 0.001 * k + 0.0002 * t, "lon": longitude, "seen_pos": 0.1,
            "gs": 100, "track": 0, "alt_baro": 30_000, "nic": 8, "version": 2, "t": t,
            "nac_p": 9 if t < 100 or k > 4 else 3,
        }
        for t in range(0, 300, 5)
        for k in range(7)
    ]  # fmt: skip
    lines = [
        json.dumps({"now": START_S + t, "aircraft": [one for one in aircraft if one["t"] == t]})
        for t in range(0, 300, 5)
    ]
    (tmp_path / "receiver.json").write_text("\n".join(lines))
    ended = sargas("gnss-check", str(tmp_path / "receiver.json"), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 0, ended.err
    assert "jamming: 5, areas: 1" in ended.out
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    (area,) = [event for event in events if "cell" in event]
    assert (area["kind"], area["band"], area["aircraft"]) == ("jamming", "high", 7)
    assert area["affected"] >= 4
    assert area["start_ns"] <= area["found_ns"]
    assert "aircraft above 5,000 m" in area["why"]


def test_a_capture_is_refused_with_what_to_do(shared_data: Path, tmp_path: Path, sargas: Sargas) -> None:
    ended = sargas("gnss-check", str(shared_data / "real/asterix/cat034_048.pcap"), "--out", str(tmp_path / "out"))
    assert ended.code == 2
    assert "decode it first" in ended.err


@pytest.mark.parametrize("octets", [5, 200])
def test_a_download_that_broke_off_is_told_as_such(octets: int, tmp_path: Path, sargas: Sargas) -> None:
    path = tmp_path / "adsb.json.gz"
    path.write_bytes(gzip.compress(make_table(1, KINDS["drifting"]))[:octets])
    ended = sargas("gnss-check", str(path), "--out", str(tmp_path / "events.jsonl"))
    assert ended.code == 2
    assert ended.err == f"sargas: {path}: expected a whole gzip member, was damaged or cut short\n"
