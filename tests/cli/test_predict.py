"""``sargas predict`` and ``sargas calibrate``: files in, forecasts out, and every fault told with its place."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from tests.assessment.prediction.states import START_NS, circle, straight
from tests.cli.conftest import Ended

Sargas = Callable[..., Ended]


def table(tracks: int = 2, n: int = 80, **columns: list[object]) -> pa.Table:
    seconds = np.arange(n) * 5.0
    places = np.concatenate(
        [straight(seconds, course_deg=40.0 * k) if k % 3 else circle(seconds) for k in range(tracks)]
    )
    return pa.table(
        {
            "time_ns": np.tile(START_NS + (seconds * 1e9).astype(np.int64), tracks),
            "track_id": np.repeat(np.arange(tracks) + 100, n),
            "latitude_deg": places[:, 0],
            "longitude_deg": places[:, 1],
            "altitude_m": np.full(tracks * n, 900.0),
            **columns,
        }
    )


def test_every_state_is_forecast_at_every_horizon(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    ended = sargas(
        "predict", str(tmp_path / "in.parquet"), "--horizons", "30,600", "--out", str(tmp_path / "out.parquet")
    )
    assert ended.code == 0, ended.err
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column_names == [
        "time_ns", "track_id", "horizon_s", "latitude_deg", "longitude_deg", "altitude_m", "radius_90_m",
    ]  # fmt: skip
    assert found.num_rows == 2 * 80 * 2
    assert sorted(set(found["track_id"].to_pylist())) == [100, 101]
    assert set(found["horizon_s"].to_pylist()) == {30.0, 600.0}
    assert json.loads(ended.out)["forecasts"] == 320


def test_csv_and_parquet_give_the_same(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    pa.csv.write_csv(table(), tmp_path / "in.csv")
    for suffix in ("parquet", "csv"):
        assert sargas("predict", str(tmp_path / f"in.{suffix}"), "--out", str(tmp_path / f"out.{suffix}")).code == 0
    one, other = pq.read_table(tmp_path / "out.parquet"), pa.csv.read_csv(tmp_path / "out.csv")
    for name in one.column_names:
        assert other[name].to_pylist() == pytest.approx(one[name].to_pylist(), nan_ok=True)


def test_rows_may_stand_in_any_order_and_ids_may_be_names(tmp_path: Path, sargas: Sargas) -> None:
    given = table()
    named = given.set_column(1, "track_id", pa.array([f"T{k}" for k in given["track_id"].to_pylist()]))
    shuffled = named.take(np.random.default_rng(2).permutation(named.num_rows))
    pq.write_table(given, tmp_path / "in.parquet")
    pq.write_table(shuffled, tmp_path / "shuffled.parquet")
    for name in ("in", "shuffled"):
        assert (
            sargas("predict", str(tmp_path / f"{name}.parquet"), "--out", str(tmp_path / f"{name}-out.parquet")).code
            == 0
        )
    keys = [("track_id", "ascending"), ("time_ns", "ascending"), ("horizon_s", "ascending")]
    one = pq.read_table(tmp_path / "in-out.parquet").sort_by(keys)
    other = pq.read_table(tmp_path / "shuffled-out.parquet").sort_by(keys)
    assert [f"T{k}" for k in one["track_id"].to_pylist()] == other["track_id"].to_pylist()
    assert one["latitude_deg"].equals(other["latitude_deg"])
    assert one["radius_90_m"].equals(other["radius_90_m"])


def test_ids_and_times_of_a_csv_file_are_told_again_as_they_were(tmp_path: Path, sargas: Sargas) -> None:
    given = table(n=5)
    names = pa.array(["000042"] * 5 + ["4e1210"] * 5)
    dated = given["time_ns"].cast(pa.timestamp("ns"))
    written = given.set_column(0, "time_ns", dated).set_column(1, "track_id", names)
    text = written.append_column("velocity_up_mps", pa.array(["NA"] * 10))
    pa.csv.write_csv(text, tmp_path / "in.csv", pa.csv.WriteOptions(quoting_style="none"))
    ended = sargas("predict", str(tmp_path / "in.csv"), "--horizons", "60", "--out", str(tmp_path / "out.parquet"))
    assert ended.code == 0, ended.err
    told = pq.read_table(tmp_path / "out.parquet")
    assert set(told["track_id"].to_pylist()) == {"000042", "4e1210"}
    assert set(told["time_ns"].to_pylist()) == set(given["time_ns"].to_pylist())


def test_a_file_that_ends_sooner_has_the_same_rows(tmp_path: Path, sargas: Sargas) -> None:
    given = table(12, 140, label=["bird"] * (12 * 140))  # enough tracks for their class to learn
    end_ns = START_NS + 420 * 10**9
    pq.write_table(given, tmp_path / "whole.parquet")
    pq.write_table(given.filter(pc.less_equal(given["time_ns"], end_ns)), tmp_path / "first.parquet")
    found = []
    for name in ("whole", "first"):
        out = tmp_path / f"{name}-out.parquet"
        assert sargas("predict", str(tmp_path / f"{name}.parquet"), "--out", str(out)).code == 0
        found.append(pq.read_table(out))
    whole, first = found
    assert first.num_rows == 12 * 85 * 4
    assert whole.filter(pc.less_equal(whole["time_ns"], end_ns)).equals(first)


def test_a_class_without_calibration_has_a_null_radius(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(label=["clutter"] * 80 + ["airliner"] * 80), tmp_path / "in.parquet")
    assert sargas("predict", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet")).code == 0
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert all(row["radius_90_m"] is None for row in found if row["track_id"] == 100)
    later = [row for row in found if row["track_id"] == 101 and row["time_ns"] > START_NS]
    assert all(row["radius_90_m"] > 0.0 for row in later)


def test_states_of_no_class_are_taken_for_what_they_are_likeliest(tmp_path: Path, sargas: Sargas) -> None:
    bare, out = tmp_path / "bare.parquet", tmp_path / "out.parquet"
    given = table(4)
    pq.write_table(given, bare)
    assert sargas("classify", str(bare), "--out", str(out)).code == 0
    for name, column in zip(pq.read_table(out).column_names, pq.read_table(out).columns, strict=True):
        given = given.append_column(name, column) if name.startswith("p_") else given
    told = []
    for rows in (given, table(4), table(4, label=[None] * 320)):
        pq.write_table(rows.cast(rows.schema), bare)
        ended = sargas("predict", str(bare), "--out", str(out))
        assert ended.code == 0, ended.err
        told.append(pq.read_table(out))
    assert told[1].equals(told[0])
    assert not told[2].equals(told[0])


def test_cones_are_calibrated_on_tracks_and_used(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(36, 60, label=["bird"] * (36 * 60)), tmp_path / "past.parquet")
    ended = sargas("calibrate", str(tmp_path / "past.parquet"), "--out", str(tmp_path / "cones.json"))
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["bird, no velocity"] == 36
    cones = json.loads((tmp_path / "cones.json").read_text())
    assert cones["cells"]["bird, no velocity"]["tracks"][:2] == [36, 36]
    assert cones["cells"]["bird, no velocity"]["factor"][0][5] is None  # no track was seen for ten minutes
    out = tmp_path / "out.parquet"
    arguments = ("--calibration", str(tmp_path / "cones.json"), "--out", str(out), "--horizons", "60,600")
    assert sargas("predict", str(tmp_path / "past.parquet"), *arguments).code == 0
    rows = pq.read_table(out).to_pylist()
    later = [row for row in rows if row["time_ns"] > START_NS]
    assert all((row["radius_90_m"] is None) == (row["horizon_s"] == 600.0) for row in later)


@pytest.mark.parametrize("label", ["Bird", None])
def test_labels_that_are_no_class_are_told(label: str | None, tmp_path: Path, sargas: Sargas) -> None:
    given = table(31, 30) if label is None else table(31, 30, label=[label] * (31 * 30))
    pq.write_table(given, tmp_path / "past.parquet")
    ended = sargas("calibrate", str(tmp_path / "past.parquet"), "--out", str(tmp_path / "cones.json"))
    assert ended.code == 0, ended.err
    assert not any(name.startswith("bird") for name in json.loads(ended.out))
    assert ended.err.startswith("No class was calibrated: none of one_way_drone, ")


def test_equal_seeds_give_equal_cones(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(33, 40, label=["glider"] * (33 * 40)), tmp_path / "past.parquet")
    for name in ("a", "b"):
        assert sargas("calibrate", str(tmp_path / "past.parquet"), "--out", str(tmp_path / f"{name}.json")).code == 0
    assert (tmp_path / "a.json").read_text() == (tmp_path / "b.json").read_text()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda t: t.drop_columns(["longitude_deg"]), "without longitude_deg"),
        (lambda t: t.slice(0, 0), "one or more states"),
        (lambda t: t.set_column(2, "latitude_deg", pa.array([95.0] * t.num_rows)), "row 0"),
        (lambda t: t.set_column(0, "time_ns", pa.array([0.5] * t.num_rows)), "whole nanoseconds"),
        (lambda t: t.set_column(1, "track_id", pa.array([None] * t.num_rows, pa.int64())), "track_id in every row"),
    ],
)
def test_bad_input_is_told_with_its_place(
    change: Callable[[pa.Table], pa.Table], told: str, tmp_path: Path, sargas: Sargas
) -> None:
    pq.write_table(change(table()), tmp_path / "in.parquet")
    ended = sargas("predict", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    assert ended.code == 2
    assert "in.parquet" in ended.err
    assert told in ended.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--horizons", "0"), "--horizons"),
        (("--horizons", "soon"), "--horizons"),
        (("--calibration", "{tmp}/none.json"), "none.json"),
        (("--out", "{tmp}/none/out.parquet"), "existing folder"),
        (("--out", "{tmp}/out.txt"), ".parquet or .csv"),
    ],
)
def test_a_wrong_option_is_told(arguments: tuple[str, str], told: str, tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    given = ["predict", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet")]
    ended = sargas(*given, *(part.replace("{tmp}", str(tmp_path)) for part in arguments))
    assert ended.code != 0
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_an_altitude_that_is_no_number_is_unknown(tmp_path: Path, sargas: Sargas) -> None:
    told = []
    for value in (None, float("inf")):
        altitude_m = pa.array([900.0] * 20 + [value] * 60)
        pq.write_table(table(1).set_column(4, "altitude_m", altitude_m), tmp_path / "in.parquet")
        assert sargas("predict", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet")).code == 0
        told.append(pq.read_table(tmp_path / "out.parquet"))
    assert told[1].equals(told[0])
    assert np.isfinite(told[1]["altitude_m"].drop_null().to_numpy()).all()


def test_a_column_that_stands_twice_in_a_csv_file_is_named(tmp_path: Path, sargas: Sargas) -> None:
    pa.csv.write_csv(table(latitude_twice=[55.0] * 160), tmp_path / "in.csv")
    text = (tmp_path / "in.csv").read_text()
    (tmp_path / "in.csv").write_text(text.replace("latitude_twice", "latitude_deg", 1))
    ended = sargas("predict", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"))
    assert ended.code == 2
    assert "in.csv: expected each column once, was twice latitude_deg" in ended.err


def test_a_damaged_file_is_named(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    octets = bytearray((tmp_path / "in.parquet").read_bytes())
    octets[200:400] = b"\xff" * 200
    (tmp_path / "in.parquet").write_bytes(octets)
    ended = sargas("predict", str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.csv"))
    assert ended.code == 2
    assert "in.parquet: " in ended.err


def test_a_missing_file_is_told(tmp_path: Path, sargas: Sargas) -> None:
    ended = sargas("predict", str(tmp_path / "none.csv"), "--out", str(tmp_path / "out.csv"))
    assert ended.code == 2
    assert "check the path" in ended.err


def test_with_zones_each_row_tells_the_route_and_the_goal(tmp_path: Path, sargas: Sargas) -> None:
    given = table(2, 80)  # the first circles, the second flies north-east
    second = [row for row in given.to_pylist() if row["track_id"] == 101]
    line = [[row["longitude_deg"], row["latitude_deg"]] for row in second[::79]]
    end = straight(np.array([2000.0]), course_deg=40.0)[0]
    features = [
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line},
         "properties": {"id": "neris", "kind": "route"}},
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [end[1], end[0]]},
         "properties": {"id": "plant", "kind": "protected", "radius_m": 2000}},
    ]  # fmt: skip
    (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    pq.write_table(given, tmp_path / "in.parquet")
    out = tmp_path / "out.parquet"
    arguments = ("--zones", str(tmp_path / "zones.geojson"), "--horizons", "60", "--out", str(out))
    ended = sargas("predict", str(tmp_path / "in.parquet"), *arguments)
    assert ended.code == 0, ended.err
    last = {row["track_id"]: row for row in pq.read_table(out).to_pylist()}
    assert last[101]["route_id"] == "neris"
    assert last[101]["route_probability"] > 0.8 > last[100]["route_probability"]
    assert last[101]["goal_id"] == "plant"
    assert last[101]["goal_probability"] > 0.9 > last[100]["goal_probability"]
    # 2,000 s of flight less 395 s flown and the circle's 2 km at 60 m/s
    assert last[101]["eta_s"] == pytest.approx(1572.0, rel=0.05)


def test_a_file_of_zones_that_is_wrong_is_named(tmp_path: Path, sargas: Sargas) -> None:
    pq.write_table(table(), tmp_path / "in.parquet")
    wrong = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [24.0, 55.0]},
             "properties": {"id": "r", "kind": "route"}}  # fmt: skip
    (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [wrong]}))
    arguments = ("--zones", str(tmp_path / "zones.geojson"), "--out", str(tmp_path / "out.parquet"))
    ended = sargas("predict", str(tmp_path / "in.parquet"), *arguments)
    assert ended.code != 0
    assert "zones.geojson: feature 0: geometry.type" in ended.err
