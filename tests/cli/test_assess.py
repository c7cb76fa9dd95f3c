"""``sargas assess``: a recording in, alerts, warnings with CAP and tracks with what is held of them out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lxml import etree
from shapely.geometry import shape
from typer.testing import CliRunner

from sargas.assessment.warnings.areas import WarnedAreas
from sargas.cli.main import app
from sargas.model.label import Label
from sargas.model.plots import Plots, concatenate
from sargas.runtime.arrival import Arrival
from sargas.runtime.clock import SystemClock
from sargas.runtime.journal import Journal
from sargas.runtime.recording import open_recording
from sargas.runtime.replay import recording_inputs
from sargas.runtime.zone_files import read_zones_file
from sargas.sensors.site import read_sensors
from tests.tracking.scene import Flight, at_ns, radar, see

CAP = etree.XMLSchema(etree.parse(str(Path(__file__).parents[1] / "formats" / "cap" / "cap-1.2.xsd")))
SENSOR = """[[sensor]]
id = "radar"
kind = "radar-3d"
latitude_deg = 56.0
longitude_deg = 24.0
height_m = 50.0
scan_period_s = 4.0
max_range_m = 250000.0
"""
OPTIONAL = ("height_m", "scan_period_s", "max_range_m")


def feature(zone_id: str, kind: str, box: tuple[float, float, float, float], **fields: Any) -> dict[str, Any]:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    properties = {"id": zone_id, "name": zone_id.capitalize(), "kind": kind} | fields
    return {
        "type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A low straight flyer of -10 dBsm that comes over the eastern border towards a plant 13 km inside."""
    folder = tmp_path_factory.mktemp("assess")
    drone = Flight((48e3, 0.0, 300.0), (-46.0, 0.0, 0.0))
    rng = np.random.default_rng(7)
    scans = [
        see(radar(), [drone], 4.0 * k, k, rng, label=Label(originator="LTU"), rcs_dbsm=np.array([-10.0 + rng.normal()]))
        for k in range(60)
    ]
    pq.write_table(_table(concatenate(scans)), folder / "plots.parquet")
    (folder / "sensors.toml").write_text(SENSOR, encoding="utf-8")
    zones = [
        feature("home", "border", (22.0, 55.0, 24.7, 57.0)),
        feature("plant", "protected", (24.1, 55.9, 24.5, 56.1)),
    ]
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": zones}))
    ran = CliRunner().invoke(
        app, ["assess", str(folder / "plots.parquet"), "--sensors", str(folder / "sensors.toml"),
              "--zones", str(folder / "zones.geojson"), "--out", str(folder / "out"), "--utc-offset-s", "10800"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    return folder / "out"


def _table(plots: Plots) -> Any:
    return pa.Table.from_batches([plots.to_arrow()])


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def exteriors(polygon: dict[str, Any]) -> list[Any]:
    drawn = shape(polygon)
    return [part.exterior for part in getattr(drawn, "geoms", [drawn])]


def test_the_intruder_is_a_critical_alert_when_it_crosses_and_before_it_is_at_what_it_flies_at(told: Path) -> None:
    alerts = {row["zone_id"]: row for row in rows(told / "alerts.jsonl") if row["tier"] == "critical"}
    crossing = alerts["home"]
    assert (crossing["tier"], crossing["probability"]) == ("critical", 1.0)
    assert at_ns(60.0) < crossing["time_ns"] < at_ns(140.0)
    assert crossing["ended_ns"] is None
    assert crossing["danger"] >= 0.4
    assert any("sprogmenį" in reason for reason in crossing["reasons_lt"])
    ahead = alerts["plant"]
    assert ahead["eta_ns"] > ahead["time_ns"]


def test_a_warning_is_drafted_before_the_alert_or_ten_seconds_after_it_for_the_areas_ahead(told: Path) -> None:
    warnings = rows(told / "warnings.jsonl")
    first = warnings[0]
    alerts = rows(told / "alerts.jsonl")
    assert first["time_ns"] - min(row["time_ns"] for row in alerts) <= 10 * 10**9
    assert first["level"] in ("yellow", "red")
    assert first["areas_are"] == "cells"
    assert first["polygon"]["type"] in ("Polygon", "MultiPolygon")
    assert first["text"].startswith("Air ")
    assert set(first["texts"]) == {"lt", "en", "lv", "pl"}
    for row in warnings:
        CAP.assertValid(etree.parse(str(told / row["cap_file"])))
        assert all(ring.is_ccw for ring in exteriors(row["polygon"]))


def test_tracks_say_what_is_held_of_them(told: Path) -> None:
    tracks = pq.read_table(told / "tracks.parquet").to_pylist()
    last = tracks[-1]
    assert last["class"] == "one_way_drone"
    assert last["origin"] == "abroad"
    assert last["danger"] == "armed_possible"
    assert last["danger_probability"] > 0.3
    assert last["intent"] == "to Plant"


def test_a_journal_is_assessed_with_what_the_node_was_told_and_comes_to_the_same(told: Path, tmp_path: Path) -> None:
    zones, routes = read_zones_file(told.parent / "zones.geojson")
    _, inputs = recording_inputs(
        open_recording(told.parent / "plots.parquet"), read_sensors(SENSOR), {},
        zones=zones, routes=routes, utc_offset_s=10800,
    )  # fmt: skip
    journal = Journal.open(tmp_path / "night" / "journal", clock=SystemClock())
    for one in inputs:
        journal.append([Arrival(one.source, one.receive_time_ns, one.data, one.kind)])
    journal.close()
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["assess", str(tmp_path / "night"), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    assert [rows(out / f"{name}.jsonl") for name in ("alerts", "warnings", "records")] == [
        rows(told / f"{name}.jsonl") for name in ("alerts", "warnings", "records")
    ]
    assert pq.read_table(out / "tracks.parquet").equals(pq.read_table(told / "tracks.parquet"))


def test_a_journal_takes_no_file_of_zones_or_sensors_for_it_has_its_own(told: Path, tmp_path: Path) -> None:
    options = ["--zones", str(told.parent / "zones.geojson"), "--utc-offset-s", "0"]
    ran = CliRunner().invoke(app, ["assess", str(tmp_path), "--out", str(tmp_path / "out"), *options])
    assert f"{tmp_path}: expected no --zones, --utc-offset-s with a journal" in str(ran.exception)
    empty = CliRunner().invoke(app, ["assess", str(tmp_path), "--out", str(tmp_path / "out")])
    assert "expected a journal" in str(empty.exception)


def test_without_zones_it_says_so_and_goes_on(told: Path, tmp_path: Path) -> None:
    ran = CliRunner().invoke(
        app, ["assess", str(told.parent / "plots.parquet"), "--sensors", str(told.parent / "sensors.toml"),
              "--out", str(tmp_path / "out")],
    )  # fmt: skip
    assert ran.exit_code == 0
    assert "No zones were given" in ran.output
    assert (tmp_path / "out" / "alerts.jsonl").read_text() == ""
    assert pq.read_table(tmp_path / "out" / "tracks.parquet").num_rows > 100


def assessed(told: Path, tmp_path: Path, sensors: str, *more: str) -> Any:
    (tmp_path / "sensors.toml").write_text(sensors, encoding="utf-8")
    ran = CliRunner().invoke(
        app, ["assess", str(told.parent / "plots.parquet"), "--sensors", str(tmp_path / "sensors.toml"),
              "--out", str(tmp_path / "out"), *more],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    return ran


@pytest.mark.parametrize(
    "sensors", ['[[sensor]]\nid = "radar"\nkind = "radar-3d"\n', SENSOR.replace('"radar"', '"another"')]
)
def test_plots_of_sensors_whose_place_is_not_known_are_counted_and_it_is_said_what_to_give(
    told: Path, tmp_path: Path, sensors: str
) -> None:
    ran = assessed(told, tmp_path, sensors, "--zones", str(told.parent / "zones.geojson"))
    assert "60 of 60 plots are of sensors whose place is not known" in ran.stderr
    assert "places known: another" in ran.stderr or "places known: none" in ran.stderr
    assert "No track was confirmed" in ran.stderr
    assert pq.read_table(tmp_path / "out" / "tracks.parquet").num_rows == 0


def test_plots_that_were_refused_are_told_with_the_rule_they_break(told: Path, tmp_path: Path) -> None:
    plots = pq.read_table(told.parent / "plots.parquet")
    range_m = plots["range_m"].to_numpy().copy()
    for name, rows in (("some", [3, 7]), ("all", slice(None))):
        range_m[rows] = -1.0
        broken = plots.set_column(plots.column_names.index("range_m"), "range_m", pa.array(range_m))
        pq.write_table(broken, tmp_path / f"{name}.parquet")
    for name, says in (
        ("some", "Refused 2 x in the recording: expected range_m"),
        ("all", "no plots that can be used"),
    ):
        ran = CliRunner().invoke(app, ["assess", str(tmp_path / f"{name}.parquet"), "--out", str(tmp_path / "out")])
        assert ran.exit_code == 0, ran.output
        assert says in ran.stderr


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("cat062_old_edition", "category 062 does not fit edition 1.21"),
        ("cat001_002_final_framed", "datagrams are FINAL frames"),
    ],
)
def test_a_capture_that_is_not_what_is_expected_is_told_with_why_and_what_mends_it(
    name: str, why: str, shared_data: Path, tmp_path: Path
) -> None:
    capture = shared_data / f"real/asterix/{name}.pcap"
    ran = CliRunner().invoke(app, ["assess", str(capture), "--out", str(tmp_path / "out")])
    assert ran.exit_code == 0, ran.output
    (line,) = [line for line in ran.stderr.splitlines() if line.startswith("Nothing more of the source recording")]
    assert why in line
    assert f"sargas decode {capture}, with --edition or --framing" in line


def test_a_part_of_the_core_that_failed_is_told(told: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("no share can be told")

    monkeypatch.setattr(WarnedAreas, "touched", fail)
    ran = assessed(told, tmp_path, SENSOR, "--zones", str(told.parent / "zones.geojson"))
    assert json.loads(ran.stdout)["warnings"] == 0
    assert "no share can be told" in ran.stderr


def test_a_sensor_told_by_its_place_alone_is_enough(told: Path, tmp_path: Path) -> None:
    least = "".join(line for line in SENSOR.splitlines(keepends=True) if line.split(" ")[0] not in OPTIONAL)
    ran = assessed(told, tmp_path, least, "--zones", str(told.parent / "zones.geojson"))
    assert ran.stderr == "Texts call UTC local time: give --utc-offset-s, what local time is ahead of it.\n"
    assert json.loads(ran.stdout)["critical"] >= 1


def test_zones_that_are_only_restricted_are_said_to_give_no_warnings(told: Path, tmp_path: Path) -> None:
    zones = {"type": "FeatureCollection", "features": [feature("range", "restricted", (24.1, 55.9, 24.5, 56.1))]}
    (tmp_path / "zones.geojson").write_text(json.dumps(zones))
    assert (
        "No zone is a border or protected"
        in assessed(told, tmp_path, SENSOR, "--zones", str(tmp_path / "zones.geojson")).stderr
    )


def test_where_nobody_could_be_warned_it_is_said(told: Path, tmp_path: Path) -> None:
    plant = feature("plant", "protected", (24.1, 55.9, 24.5, 56.1))
    sea = feature("sea", "border", (19.1, 57.9, 19.2, 58.0))
    for drawn, says in (([plant], "No zone is a border: "), ([plant, sea], "In no border that was given lies a place")):
        (tmp_path / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": drawn}))
        ran = assessed(told, tmp_path, SENSOR, "--zones", str(tmp_path / "zones.geojson"))
        assert says in ran.stderr
        assert "so there are no warnings: give --municipalities." in ran.stderr
        assert json.loads(ran.stdout)["warnings"] == 0


@pytest.mark.parametrize(
    ("option", "text", "reason"),
    [
        ("--zones", '{"type": "Nothing"}', "expected a GeoJSON FeatureCollection"),
        ("--municipalities", '{"features": [{"geometry": null}]}', "expected a FeatureCollection of polygons"),
        ("--sensors", "[[sensor]]\nid = 3", "sensors.toml"),
        ("--zones", "[]", "sensors.toml: expected a GeoJSON FeatureCollection, was a list"),
        ("--municipalities", "no JSON", "sensors.toml: expected a FeatureCollection of polygons"),
        (
            "--municipalities",
            '{"features": [{"properties": {"id": 1, "name": "A"}, "geometry": '
            '{"type": "MultiPolygon", "coordinates": []}}]}',
            "sensors.toml: expected a FeatureCollection of polygons with properties id and name, was not at feature 0",
        ),
    ],
)
def test_a_bad_file_is_named(told: Path, tmp_path: Path, option: str, text: str, reason: str) -> None:
    file = tmp_path / "sensors.toml"
    file.write_text(text, encoding="utf-8")
    ran = CliRunner().invoke(
        app, ["assess", str(told.parent / "plots.parquet"), option, str(file), "--out", str(tmp_path / "out")]
    )
    assert ran.exit_code != 0
    assert reason in str(ran.exception) + ran.output


@pytest.mark.parametrize("option", ["--zones", "--sensors", "--municipalities"])
def test_a_file_that_is_not_there_is_named_with_what_to_do(told: Path, tmp_path: Path, option: str) -> None:
    ran = CliRunner().invoke(
        app, ["assess", str(told.parent / "plots.parquet"), option, str(tmp_path / "none"), "--out", str(tmp_path)]
    )
    assert ran.exit_code != 0
    assert str(ran.exception) == f"{tmp_path / 'none'}: no such file or directory; check the path"


def test_files_may_begin_with_a_byte_order_mark_and_a_municipality_may_cross_itself(told: Path, tmp_path: Path) -> None:
    crossed = [[24.0, 55.8], [24.7, 56.2], [24.7, 55.8], [24.0, 56.2], [24.0, 55.8]]
    geometry = {"type": "Polygon", "coordinates": [crossed]}
    area = {"type": "Feature", "properties": {"id": 1, "name": "Both"}, "geometry": geometry}
    municipalities = json.dumps({"type": "FeatureCollection", "features": [area]})
    zones = (told.parent / "zones.geojson").read_text()
    for name, text in (("zones.geojson", zones), ("areas.geojson", municipalities)):
        (tmp_path / name).write_text(text, encoding="utf-8-sig")
    given = ("--zones", str(tmp_path / "zones.geojson"), "--municipalities", str(tmp_path / "areas.geojson"))
    ran = assessed(told, tmp_path, "\ufeff" + SENSOR, *given)
    assert json.loads(ran.stdout)["warnings"] >= 1
    assert rows(tmp_path / "out" / "warnings.jsonl")[0]["areas"] == ["Both"]


def test_a_drone_that_is_seen_no_more_is_searched_for(tmp_path: Path) -> None:
    drone, other = Flight((58e3, 0.0, 700.0), (-46.0, 0.0, 0.0)), Flight((20e3, -60e3, 3000.0), (30.0, 70.0, 0.0))
    rng = np.random.default_rng(7)
    scans = []
    for k in range(60):
        seen = [other, drone] if k <= 40 else [other]
        echoes = np.array([8.0, -10.0])[: len(seen)] + rng.normal(size=len(seen))
        scans.append(see(radar(), seen, 4.0 * k, k, rng, label=Label(originator="LTU"), rcs_dbsm=echoes))
    pq.write_table(_table(concatenate(scans)), tmp_path / "plots.parquet")
    (tmp_path / "sensors.toml").write_text(SENSOR + "reach_m = 140000.0\nground_m = 35.0\n", encoding="utf-8")
    ran = CliRunner().invoke(
        app, ["assess", str(tmp_path / "plots.parquet"), "--sensors", str(tmp_path / "sensors.toml"), "--out",
              str(tmp_path / "out")],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    found = rows(tmp_path / "out" / "lost.jsonl")
    assert json.loads(ran.output.splitlines()[-1])["lost"] == 1
    last = found[-1]
    assert last["kind"] == "lost_track"
    assert last["looked"] == ["radar"]
    assert abs(last["last_seen_ns"] - at_ns(160.0)) < 5e9
    assert last["area_km2"] > 0.0
    assert sum(one["probability"] for one in last["hypotheses"]) == pytest.approx(1.0, abs=1e-3)
