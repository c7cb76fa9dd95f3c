"""``sargas classify``: one row for each row, in its order, from Parquet or CSV; what is wrong is named with its row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc_csv
import pyarrow.parquet as pq
import pytest

from sargas.model.tracks import CLASSES, EXCHANGE_SCHEMA
from tests.cli.conftest import Ended
from tests.identification.motions import circle, straight, times_ns

Sargas = Callable[..., Ended]


def table() -> pa.Table:
    """Return an airliner and a soaring bird, their rows one after the other by time."""
    parts = []
    for number, states in ((11, straight(90, 235.0, 11_000.0)), (12, circle(90, 10.5, 30.0, 1.5, 4.0))):
        columns = {name: states[:, k + 1] for k, name in enumerate(EXCHANGE_SCHEMA.names[2:])}
        parts.append(pa.table({"time_ns": times_ns(states), "track_id": np.full(90, number), **columns}))
    return pa.concat_tables(parts).sort_by([("time_ns", "ascending"), ("track_id", "ascending")])


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_every_row_gets_its_classes_in_order(suffix: str, tmp_path: Path, sargas: Sargas) -> None:
    given, path, out = table(), tmp_path / f"in.{suffix}", tmp_path / f"out.{suffix}"
    pq.write_table(given, path) if suffix == "parquet" else pc_csv.write_csv(given, path)
    ended = sargas("classify", str(path), "--out", str(out), "--reasons", str(tmp_path / "why.jsonl"))
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["rows"] == 180
    told = pq.read_table(out) if suffix == "parquet" else pc_csv.read_csv(out)
    assert told.column_names == ["time_ns", "track_id", *(f"p_{name}" for name in CLASSES), "label", "age_s"]
    assert told["time_ns"].to_pylist() == given["time_ns"].to_pylist()
    assert told["track_id"].to_pylist() == given["track_id"].to_pylist()
    assert told["label"].to_pylist()[-2:] == ["airliner", "bird"]
    assert told["age_s"].to_pylist()[-1] == pytest.approx(89.0)
    lines = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert [line["track_id"] for line in lines] == [11, 12]
    assert "235 m/s" in lines[0]["reasons"][0]


def test_the_order_of_rows_and_the_future_do_not_matter(tmp_path: Path, sargas: Sargas) -> None:
    given = table()
    order = np.random.default_rng(1).permutation(len(given))
    files = {"whole": given, "mixed": given.take(order), "early": given.slice(0, 100)}
    told = {}
    for name, rows in files.items():
        pq.write_table(rows, tmp_path / f"{name}.parquet")
        assert sargas("classify", str(tmp_path / f"{name}.parquet"), "--out", str(tmp_path / "out.parquet")).code == 0
        told[name] = pq.read_table(tmp_path / "out.parquet")
    assert told["mixed"].equals(told["whole"].take(order))
    assert told["early"].equals(told["whole"].slice(0, 100))


def test_velocities_and_echoes_may_be_missing(tmp_path: Path, sargas: Sargas) -> None:
    bare = table().select(["time_ns", "track_id", "latitude_deg", "longitude_deg", "altitude_m"])
    pq.write_table(bare, tmp_path / "in.parquet")
    assert sargas("classify", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.csv")).code == 0
    assert pc_csv.read_csv(tmp_path / "out.csv")["label"].to_pylist()[-2] == "airliner"


def test_altitudes_may_be_missing(tmp_path: Path, sargas: Sargas) -> None:
    given, told = table(), {}
    lacking = given["altitude_m"].to_numpy().copy()
    lacking[np.array(given["track_id"]) == 12] = np.nan  # a radar without elevation sees the bird
    files = {
        "whole": given,
        "part": given.set_column(given.column_names.index("altitude_m"), "altitude_m", pa.array(lacking)),
        "none": given.drop_columns(["altitude_m"]),
    }
    for name, rows in files.items():
        pq.write_table(rows, tmp_path / "in.parquet")
        ended = sargas("classify", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
        assert ended.code == 0, ended.err
        told[name] = pq.read_table(tmp_path / "out.parquet")
        assert told[name]["label"].to_pylist()[-1] == "bird"
    is_known = pa.array(np.array(given["track_id"]) == 11)
    assert told["part"].filter(is_known).equals(told["whole"].filter(is_known))
    assert not told["none"].filter(is_known).equals(told["whole"].filter(is_known))


def test_without_priors_airliners_are_common_and_fast_jets_rare(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table().slice(0, 20), tmp_path / "in.parquet")
    (tmp_path / "even.toml").write_text("".join(f"{name} = 1.0\n" for name in CLASSES))
    given, out = str(tmp_path / "in.parquet"), tmp_path / "out.parquet"
    odds = []
    for options in ([], ["--priors", str(tmp_path / "even.toml")]):
        assert sargas("classify", given, "--out", str(out), *options).code == 0
        told = pq.read_table(out)
        odds.append(told["p_airliner"].to_numpy() / told["p_fast_jet"].to_numpy())
    np.testing.assert_allclose(odds[0] / odds[1], 4.5, rtol=1e-3)


@pytest.mark.parametrize("ids", [["4ca123", "00beef"], ["007", "12"]])
@pytest.mark.parametrize("suffix", ["parquet", "CSV"])
def test_ids_of_any_kind_are_told_again_as_they_were(
    ids: list[str], suffix: str, tmp_path: Path, sargas: Sargas
) -> None:
    given = table()
    named = pa.array([ids[number - 11] for number in given["track_id"].to_pylist()])
    path, out = tmp_path / f"in.{suffix}", tmp_path / "out.parquet"
    rows = given.set_column(1, "track_id", named)
    pq.write_table(rows, path) if suffix == "parquet" else pc_csv.write_csv(rows, path)
    ended = sargas("classify", str(path), "--out", str(out), "--reasons", str(tmp_path / "why.jsonl"))
    assert ended.code == 0, ended.err
    told = pq.read_table(out)
    assert told["track_id"].to_pylist() == named.to_pylist()
    assert told["label"].to_pylist()[-2:] == ["airliner", "bird"]
    lines = [json.loads(line) for line in (tmp_path / "why.jsonl").read_text().splitlines()]
    assert {line["track_id"]: line["label"] for line in lines}[ids[0]] == "airliner"


@pytest.mark.parametrize("unit", ["us", "ns"])
def test_times_of_a_calendar_are_taken_whatever_their_unit(unit: str, tmp_path: Path, sargas: Sargas) -> None:
    given = table()
    dated = given.set_column(0, "time_ns", given["time_ns"].cast(pa.timestamp("ns")).cast(pa.timestamp(unit, "UTC")))
    pq.write_table(dated, tmp_path / "dated.parquet")
    naive = given.set_column(0, "time_ns", given["time_ns"].cast(pa.timestamp("ns")))
    pc_csv.write_csv(naive, tmp_path / "dated.csv")
    pq.write_table(given, tmp_path / "whole.parquet")
    told = []
    for name in ("whole.parquet", "dated.parquet", "dated.csv"):
        ended = sargas("classify", str(tmp_path / name), "--out", str(tmp_path / "out.parquet"))
        assert ended.code == 0, ended.err
        told.append(pq.read_table(tmp_path / "out.parquet"))
    assert told[1].equals(told[0])
    assert told[2].equals(told[0])


@pytest.mark.parametrize(("per_second", "unit"), [(1, "seconds"), (1_000, "milliseconds"), (1_000_000, "microseconds")])
def test_times_in_another_unit_are_refused(per_second: int, unit: str, tmp_path: Path, sargas: Sargas) -> None:
    given, path = table(), tmp_path / "in.parquet"
    since_s = np.array(given["time_ns"]) // 10**9 + 1_760_000_000
    for command in ("classify", "predict"):
        pq.write_table(given.set_column(0, "time_ns", pa.array(since_s * per_second)), path)
        ended = sargas(command, str(path), "--out", str(tmp_path / "out.parquet"))
        assert (ended.code, f"which are {unit} since 1970" in ended.err) == (2, True), ended.err
        assert not (tmp_path / "out.parquet").exists()
        relative = since_s % 1_000 * 10**9 + 3 * 10**11  # since a start of one's own: true nanoseconds
        pq.write_table(given.set_column(0, "time_ns", pa.array(relative)), path)
        assert sargas(command, str(path), "--out", str(tmp_path / "out.parquet")).code == 0
        (tmp_path / "out.parquet").unlink()


def broken(name: str) -> pa.Table:
    given = table()
    if name == "without":
        return given.drop_columns(["longitude_deg", "track_id"])
    if name == "empty":
        return given.slice(0, 0)
    if name == "twice":
        return pa.concat_tables([given, given.slice(20, 1)])
    column = np.array(given["latitude_deg"]).copy()
    column[31] = np.nan if name == "nan" else 91.5
    return given.set_column(given.column_names.index("latitude_deg"), "latitude_deg", pa.array(column))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("without", "was without track_id, longitude_deg"),
        ("empty", "expected one or more rows, was none"),
        ("twice", "the same track_id and time_ns in rows 20 and 180"),
        ("nan", "latitude_deg: expected a number, was empty or NaN in row 31"),
        ("north", "latitude_deg: expected -90..90, was 91.5 in row 31"),
    ],
)
def test_what_is_wrong_is_named(name: str, says: str, tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(broken(name), tmp_path / "in.parquet")
    ended = sargas("classify", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    assert ended.code == 2
    assert says in ended.err
    assert not (tmp_path / "out.parquet").exists()


def test_other_files_models_and_priors_are_refused(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    (tmp_path / "model").write_bytes(b"not a model")
    (tmp_path / "priors.toml").write_text("bird = 1.0\n")
    given, out = str(tmp_path / "in.parquet"), str(tmp_path / "out.parquet")
    assert "ends in .parquet or .csv" in sargas("classify", given, "--out", str(tmp_path / "out.txt")).err
    assert "expected a snapshot" in sargas("classify", given, "--out", out, "--model", str(tmp_path / "model")).err
    assert (
        "above 0 for every class"
        in sargas("classify", given, "--out", out, "--priors", str(tmp_path / "priors.toml")).err
    )
    assert "expected a file, was none" in sargas("classify", str(tmp_path / "none.csv"), "--out", out).err
