"""``sargas score`` gives the figures of the shared scorer, digit for digit, and refuses bad input in one line."""

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Ended
from tests.exercise.scoring.stage import joined, keep, perfect, shifted, stage

Sargas = Callable[..., Ended]
TIMES = 15


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    """Write 40 objects of two kinds, one in ten not observable at first, and a faulty picture of them."""
    rng = np.random.default_rng(8)
    truth = stage(40, TIMES, ("one_way_drone", "bird"))
    truth.observable[(truth.object_id % 10 == 3) & (np.arange(len(truth.kind)) < 8 * 40)] = False
    picture = shifted(perfect(truth), rng.normal(0, 150, len(truth.kind)), rng.normal(0, 150, len(truth.kind)))
    picture = keep(picture, rng.random(len(truth.kind)) < 0.9)
    ghosts = keep(perfect(truth), truth.object_id % 8 == 1)
    picture = joined(picture, shifted(ghosts, rng.normal(0, 900, len(ghosts.states)), 300.0))
    picture.track_id[rng.random(len(picture.track_id)) < 0.05] += 1
    columns = {name: getattr(truth.states, name) for name in truth.states.__dataclass_fields__}
    more = {"object_id": truth.object_id, "kind": truth.kind, "observable": truth.observable}
    pq.write_table(pa.table(columns | more), tmp_path / "truth.parquet")
    columns = {name: getattr(picture.states, name) for name in picture.states.__dataclass_fields__}
    pq.write_table(pa.table(columns | {"track_id": picture.track_id}), tmp_path / "tracks.parquet")
    return tmp_path


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Compare every figure of the shared scorer: counts exactly, lengths to 1e-9 (its plane is PROJ's, ours is not)."""
    found = {}
    for name, expected in theirs.items():
        was = ours[name]
        if isinstance(expected, dict):
            found |= differences(was, expected)
        elif expected is None or not math.isfinite(expected):
            found |= {} if was is None else {name: (was, expected)}
        elif was is None or not math.isclose(was, expected, rel_tol=1e-9, abs_tol=1e-12):
            found[name] = (was, expected)
    return found


@pytest.mark.parametrize("options", [(), ("--until", "40"), ("--warm-up", "16"), ("--warm-up", "0", "--until", "50")])
def test_every_figure_is_that_of_the_shared_scorer(
    scenario: Path, sargas: Sargas, shared_bench: Path, options: tuple[str, ...]
) -> None:
    named = (str(scenario), str(scenario / "tracks.parquet"), *options)
    scorer = [sys.executable, str(shared_bench / "score.py"), *named]
    theirs = json.loads(subprocess.run(scorer, capture_output=True, text=True, check=True).stdout)
    ended = sargas("score", *named, "--json")
    assert ended.code == 0
    assert len(theirs) == 14
    assert differences(json.loads(ended.out), theirs) == {}


def test_it_tells_a_person_in_a_dozen_lines(scenario: Path, sargas: Sargas) -> None:
    ended = sargas("score", str(scenario), str(scenario / "tracks.parquet"), "--warm-up", "8")
    assert ended.code == 0
    assert "GOSPA" in ended.out
    assert [line.split()[0] for line in ended.out.splitlines()[-2:]] == ["bird", "one_way_drone"]


def test_sensors_give_the_detection_range(scenario: Path, sargas: Sargas) -> None:
    text = '[[sensor]]\nid = "r"\nkind = "radar-3d"\nlatitude_deg = 56.2\nlongitude_deg = 24.5\nheight_m = 50.0\n'
    (scenario / "sensors.toml").write_text(text)
    ended = sargas("score", str(scenario), str(scenario / "tracks.parquet"), "--json")
    trial = json.loads(ended.out)["field_trial"]
    assert trial["detection_range_objects"] == 4
    assert 3 * 5e3 < trial["detection_range_median_m"] < 34 * 5e3


def test_a_missing_truth_is_told_with_its_mend(tmp_path: Path, sargas: Sargas) -> None:
    ended = sargas("score", str(tmp_path), str(tmp_path / "tracks.parquet"))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"sargas: {tmp_path}/truth.parquet: expected a file, was none: ")
    assert ended.err.count("\n") == 1


def test_a_missing_column_is_named(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    pq.write_table(pq.read_table(path).drop_columns(["altitude_m"]), path)
    ended = sargas("score", str(scenario), str(path))
    assert ended.code == 2
    assert "was without altitude_m" in ended.err


def test_no_time_left_to_score_says_which_option_to_change(scenario: Path, sargas: Sargas) -> None:
    ended = sargas("score", str(scenario), str(scenario / "tracks.parquet"), "--warm-up", "90", "--until", "50")
    assert ended.code == 2
    assert "lower --warm-up or raise --until" in ended.err


def test_what_is_not_a_number_is_named_by_row(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    table = pq.read_table(path)
    altitude = table["altitude_m"].to_numpy().copy()
    altitude[7] = np.nan
    pq.write_table(table.set_column(table.column_names.index("altitude_m"), "altitude_m", pa.array(altitude)), path)
    ended = sargas("score", str(scenario), str(path))
    assert ended.code == 2
    assert "altitude_m, was nan in row 7" in ended.err


def test_what_is_not_parquet_is_refused(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    path.write_text("no table")
    ended = sargas("score", str(scenario), str(path))
    assert ended.code == 2
    assert f"{path}: expected Parquet" in ended.err


def changed(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, values)


def test_times_of_a_calendar_are_those_they_name(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    before = sargas("score", str(scenario), str(path), "--json").out
    table = pq.read_table(path)
    dated = table["time_ns"].cast(pa.timestamp("ns")).cast(pa.timestamp("us", "UTC"))
    pq.write_table(changed(table, "time_ns", dated), path)
    assert sargas("score", str(scenario), str(path), "--json").out == before


def test_tracks_of_other_times_are_not_told_as_missed(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    table = pq.read_table(path)
    pq.write_table(changed(table, "time_ns", pa.array(table["time_ns"].to_numpy() + 1)), path)
    ended = sargas("score", str(scenario), str(path))
    assert ended.code == 2
    assert "expected tracks at the times of the truth, was none of" in ended.err
    pq.write_table(table.slice(0, 0), path)  # who tracked nothing missed all
    assert json.loads(sargas("score", str(scenario), str(path), "--json").out)["missed"] == 1.0


@pytest.mark.parametrize("name", ["time_ns", "kind", "observable"])
def test_a_truth_with_a_hole_is_named(name: str, scenario: Path, sargas: Sargas) -> None:
    table = pq.read_table(scenario / "truth.parquet")
    values = [None, *table[name].to_pylist()[1:]]
    pq.write_table(changed(table, name, pa.array(values, table.schema.field(name).type)), scenario / "truth.parquet")
    ended = sargas("score", str(scenario), str(scenario / "tracks.parquet"))
    assert ended.code == 2
    assert f"truth.parquet: expected {name} in every row, was null in 1" in ended.err


def test_covariances_that_cannot_be_inverted_are_told_with_their_file(scenario: Path, sargas: Sargas) -> None:
    path = scenario / "tracks.parquet"
    table = pq.read_table(path)
    flat = pa.array([[0.0] * 21] * len(table), pa.list_(pa.float64(), 21))
    pq.write_table(table.append_column("covariance", flat), path)
    ended = sargas("score", str(scenario), str(path))
    assert ended.code == 2
    assert "tracks.parquet: expected covariances that can be inverted" in ended.err
