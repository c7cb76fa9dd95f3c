"""``sargas assess`` of a balloon night: closures, drift regions and launches as files; missing wind is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sargas.cli.main import app
from sargas.model.plots import concatenate
from tests.picture.balloon_night import AIRPORT, BALLOONS, RADAR
from tests.tracking.scene import EPOCH_NS, see

SENSOR = """[[sensor]]
id = "radar"
kind = "radar-3d"
latitude_deg = 56.0
longitude_deg = 24.0
height_m = 50.0
scan_period_s = 4.0
sigma_range_m = 40.0
sigma_azimuth_deg = 0.1
sigma_elevation_deg = 0.1
max_range_m = 250000.0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plots, sensors, an airport and winds for the time of the plots."""
    made = tmp_path_factory.mktemp("drift")
    rng = np.random.default_rng(4)
    scans = [
        see(RADAR, list(BALLOONS), 4.0 * k, k, rng, rcs_dbsm=np.full(len(BALLOONS), -14.0)) for k in range(150)
    ]  # fmt: skip
    pq.write_table(pa.Table.from_batches([concatenate(scans).to_arrow()]), made / "plots.parquet")
    (made / "sensors.toml").write_text(SENSOR, encoding="utf-8")
    zone = {
        "type": "Feature",
        "properties": {
            "id": AIRPORT.id, "name": AIRPORT.name, "kind": "protected", "closes": True, "radius_m": AIRPORT.radius_m,
            "floor_m": AIRPORT.floor_m, "ceiling_m": AIRPORT.ceiling_m,
        },
        "geometry": {"type": "Point", "coordinates": AIRPORT.centre},
    }  # fmt: skip
    (made / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    valid = np.datetime_as_string(np.datetime64(EPOCH_NS, "ns"), "s")
    rows = "".join(f"{valid}Z,{z},-12,3,model\n" for z in (0, 1500, 6000))
    (made / "winds.csv").write_text("valid,altitude_m,east_mps,north_mps,source\n" + rows, encoding="utf-8")
    return made


def run(folder: Path, out: str, *more: str) -> Any:
    command = ["assess", str(folder / "plots.parquet"), "--sensors", str(folder / "sensors.toml"),
               "--zones", str(folder / "zones.geojson"), "--out", str(folder / out), *more]  # fmt: skip
    ran = CliRunner().invoke(app, command)
    assert ran.exit_code == 0, ran.output
    return ran


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_closures_drift_and_launches_are_written(folder: Path) -> None:
    ran = run(folder, "with", "--wind", str(folder / "winds.csv"))
    figures = json.loads(ran.stdout.splitlines()[-1])
    assert figures["drifters"] >= 2
    assert figures["closures"] == 1
    closures = rows_of(folder / "with" / "closures.jsonl")
    assert closures[0]["state"] in ("expected", "close")
    assert closures[-1]["zone_id"] == "EYVI"
    drift = rows_of(folder / "with" / "drift.jsonl")
    assert len(drift[-1]["places"][0]["region_90"]) >= 4
    assert "model" in drift[-1]["wind"]
    assert (folder / "with" / "launches.jsonl").is_file()


def test_a_wind_of_another_day_is_said_to_say_nothing(folder: Path) -> None:
    text = (folder / "winds.csv").read_text(encoding="utf-8").replace("2025-", "2024-")
    (folder / "old.csv").write_text(text, encoding="utf-8")
    ran = run(folder, "old", "--wind", str(folder / "old.csv"))
    assert "No wind table holds at the time of the recording" in ran.stderr
    assert "no wind table in force" in rows_of(folder / "old" / "drift.jsonl")[-1]["wind"]


def test_drifters_without_any_wind_are_said_to_have_none(folder: Path) -> None:
    ran = run(folder, "calm")
    assert json.loads(ran.stdout.splitlines()[-1])["drifters"] >= 1
    assert "No wind was given" in ran.stderr


def test_a_bad_wind_file_is_refused_with_its_row(folder: Path) -> None:
    (folder / "bad.csv").write_text("valid,altitude_m,east_mps,north_mps\n2025-10-09T08:00Z,0,x,1\n", encoding="utf-8")
    command = ["assess", str(folder / "plots.parquet"), "--out", str(folder / "bad"), "--wind", str(folder / "bad.csv")]
    ran = CliRunner().invoke(app, command)
    assert ran.exit_code != 0
    assert "bad.csv:2: east_mps: expected a number" in ran.output + str(ran.exception)
