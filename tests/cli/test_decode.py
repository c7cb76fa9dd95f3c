"""``sargas decode`` writes JSON lines and Parquet, and says in one line what it cannot read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from sargas.formats.asterix import encode_target_reports
from sargas.model.plots import EXCHANGE_SCHEMA, Plots
from sargas.model.tracks import EXCHANGE_SCHEMA as TRACK_SCHEMA

Sargas = Callable[..., Any]


@pytest.fixture
def recordings(shared_data: Path) -> Path:
    return shared_data / "real" / "asterix"


def test_json_lines_hold_every_record_with_its_items(sargas: Sargas, recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "records.jsonl"
    ended = sargas("decode", str(recordings / "cat034_048.pcap"), "--out", str(out))
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{out}: 162 records from 100 datagrams (81 records, 81 duplicates, 0 refused")
    records = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(records) == 162
    first = records[0]
    assert {name: first[name] for name in ("category", "edition", "sac", "sic", "time_of_day_s")} == {
        "category": 48,
        "edition": "1.32",
        "sac": 25,
        "sic": 201,
        "time_of_day_s": 27_354.6015625,
    }
    assert first["items"]["040"] == {"RHO": 197.68359375, "THETA": 340.13671875}
    assert (first["items"]["220"], first["items"]["240"]) == ("3c660c", "DLH65A")


def test_parquet_holds_plots_each_once(sargas: Sargas, recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "plots.parquet"
    ended = sargas("decode", str(recordings / "cat034_048.pcap"), "--out", str(out), "--json")
    summary = json.loads(ended.out)
    assert {name: summary[name] for name in ("written", "content", "records", "duplicates", "rejected")} == {
        "written": 63,
        "content": "plots",
        "records": 81,
        "duplicates": 81,
        "rejected": 0,
    }
    table = pq.read_table(out)
    assert table.schema.names[: len(EXCHANGE_SCHEMA)] == EXCHANGE_SCHEMA.names
    assert len(Plots.from_arrow(table)) == 63
    assert set(summary["clock_offsets_s"]) == {"025/012", "025/013", "025/201", "025/204"}


def test_a_recording_of_system_tracks_alone_gives_tracks(sargas: Sargas, recordings: Path, tmp_path: Path) -> None:
    out = tmp_path / "tracks.parquet"
    ended = sargas("decode", str(recordings / "cat062_065.pcap"), "--out", str(out))
    assert ended.out.startswith(f"{out}: 2 tracks from 1 datagrams")
    table = pq.read_table(out)
    assert table.schema.names[: len(TRACK_SCHEMA)] == TRACK_SCHEMA.names
    assert table.column("callsign").to_pylist() == ["RYR174C", "ISS2007"]


def test_plots_go_first_and_the_tracks_left_out_are_counted(sargas: Sargas, recordings: Path, tmp_path: Path) -> None:
    both = tmp_path / "both.pcap"
    first, second = ((recordings / f"{name}.pcap").read_bytes() for name in ("cat034_048", "cat062_065"))
    both.write_bytes(first + second[24:])
    ended = sargas("decode", str(both), "--out", str(tmp_path / "plots.parquet"))
    assert "left out: 2 tracks of category 062" in ended.out


def test_raw_octets_take_their_day_from_the_option(sargas: Sargas, tmp_path: Path) -> None:
    datagrams = encode_target_reports(1, 2, time_of_day_s=[60.0, 61.0], range_m=[1e4, 1e4], azimuth_deg=[1.0, 2.0])
    file, out = tmp_path / "raw.ast", tmp_path / "plots.parquet"
    file.write_bytes(b"".join(datagrams) * 2)
    ended = sargas("decode", str(file), "--out", str(out), "--received", "2026-01-02T00:01:02.75")
    assert ended.code == 0
    plots = Plots.from_arrow(pq.read_table(out))
    assert set(plots.receive_time_ns.tolist()) == {1_767_312_062_750_000_000}
    assert plots.time_ns.tolist() == [1_767_312_060 * 10**9, 1_767_312_061 * 10**9]


def test_final_frames_are_read_when_told(sargas: Sargas, tmp_path: Path) -> None:
    (block,) = encode_target_reports(1, 2, time_of_day_s=[60.0], range_m=[1e4], azimuth_deg=[1.0])
    file, out = tmp_path / "raw.ff", tmp_path / "records.jsonl"
    file.write_bytes((len(block) + 6).to_bytes(2, "big") + bytes(4) + block)
    assert sargas("decode", str(file), "--out", str(out)).code == 1
    assert not out.exists()
    assert sargas("decode", str(file), "--out", str(out), "--framing", "final").code == 0
    assert json.loads(out.read_text())["items"]["040"]["RHO"] == pytest.approx(1e4 / 1852, abs=0.002)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cat062_old_edition", "category 062 does not fit edition 1.21"),
        ("cat001_002_final_framed", 'datagrams are FINAL frames: set framing = "final"'),
    ],
)
@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_a_recording_that_cannot_be_believed_writes_nothing(
    sargas: Sargas, recordings: Path, tmp_path: Path, name: str, words: str, suffix: str
) -> None:
    file = recordings / f"{name}.pcap"
    ended = sargas("decode", str(file), "--out", str(tmp_path / f"out.{suffix}"))
    assert ended.code == 1
    assert ended.err.startswith(f"sargas: {file}: ")
    assert words in ended.err
    assert "(here: --edition, --framing)" in ended.err
    assert ended.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--edition", "048"), 2, "expected CATEGORY=EDITION such as 048=1.32, was '048'"),
        (("--edition", "048=9"), 1, "expected an edition of category 048 out of 1.27"),
        (("--edition", "999=1"), 1, "expected editions of 021"),
        (("--framing", "hdlc"), 2, "expected none or final, was 'hdlc'"),
        (("--received", "noon"), 2, "expected a time such as 2016-05-05T07:35:00, was 'noon'"),
        (("--format", "nothing"), 1, "expected a format out of asterix"),
    ],
)
def test_wrong_options_are_named(
    sargas: Sargas, tmp_path: Path, options: tuple[str, ...], code: int, words: str
) -> None:
    file = tmp_path / "raw.ast"
    file.write_bytes(encode_target_reports(1, 2, time_of_day_s=[0.0], range_m=[1e4], azimuth_deg=[1.0])[0])
    ended = sargas("decode", str(file), "--out", str(tmp_path / "out.jsonl"), *options)
    assert (ended.code, words in ended.err) == (code, True), ended.err


@pytest.mark.parametrize("content", [b"", b"GARBAGE that is not ASTERIX", b"\x0a\x0d\x0d\x0a" + bytes(40)])
def test_a_file_of_something_else_is_refused_in_one_line(sargas: Sargas, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(content)
    ended = sargas("decode", str(file), "--out", str(tmp_path / "out.parquet"))
    assert ended.code == 1
    assert ended.err.startswith(f"sargas: {file}: ")
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "out.parquet").exists()


def test_an_output_of_unknown_kind_and_a_missing_file_are_refused(sargas: Sargas, tmp_path: Path) -> None:
    file = tmp_path / "raw.ast"
    file.write_bytes(b"\x30\x00\x04\x00")
    ended = sargas("decode", str(file), "--out", str(tmp_path / "out.csv"))
    assert "expected an output file *.jsonl or *.parquet, was out.csv" in ended.err
    assert sargas("decode", str(tmp_path / "none"), "--out", str(tmp_path / "out.jsonl")).code == 2


def test_a_folder_that_is_not_there_is_told_as_that_of_the_output(sargas: Sargas, tmp_path: Path) -> None:
    file = tmp_path / "raw.ast"
    file.write_bytes(b"\x30\x00\x04\x00")
    ended = sargas("decode", str(file), "--out", str(tmp_path / "none/out.parquet"))
    assert ended.code == 2
    assert ended.err.startswith(f"sargas: --out {tmp_path}/none/out.parquet: expected an existing folder")
