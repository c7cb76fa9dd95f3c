"""``sargas track`` writes what the scorer reads, from plots that had arrived, and refuses bad input in one line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.model.plots import EXCHANGE_SCHEMA, Plots, concatenate
from sargas.model.tracks import EXCHANGE_SCHEMA as TRACK_SCHEMA
from tests.cli.conftest import Ended
from tests.tracking.scene import EPOCH_NS, FRAME, Flight, at_ns, radar, see

Sargas = Callable[..., Ended]
FLIGHTS = [Flight(), Flight((-60e3, 20e3, 1000.0), (50.0, 10.0, 0.0))]
SENSORS = """
[[sensor]]
id = "radar"
kind = "radar-3d"
latitude_deg = 56.0
longitude_deg = 24.0
height_m = 50.0
scan_period_s = 4.0
max_range_m = 250e3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write 12 scans from second 1 on, as the benchmark writes them: the exchange columns alone."""
    rng = np.random.default_rng(1)
    plots = concatenate([see(radar(), FLIGHTS, 1.0 + 4.0 * scan, scan, rng) for scan in range(12)])
    write(plots, tmp_path / "plots.parquet")
    (tmp_path / "sensors.toml").write_text(SENSORS)
    return tmp_path


def write(plots: Plots, path: Path) -> None:
    pq.write_table(pa.Table.from_batches([plots.to_arrow()]).select(EXCHANGE_SCHEMA.names), path)


def arguments(folder: Path, *more: str) -> list[str]:
    named = [str(folder / name) for name in ("plots.parquet", "sensors.toml", "out.parquet")]
    return ["track", named[0], "--sensors", named[1], "--out", named[2], *more]


def test_it_reports_confirmed_tracks_every_four_seconds_of_utc(folder: Path, sargas: Sargas) -> None:
    ended = sargas(*arguments(folder))
    assert ended.code == 0
    figures = json.loads(ended.out)
    assert figures["plots"] == 24
    assert figures["plots_per_second"] == pytest.approx(24 / figures["cpu_seconds"], rel=0.01)
    assert 0 < figures["p50_ms"] <= figures["p99_ms"]
    assert figures["peak_rss_mb"] > 50
    table = pq.read_table(folder / "out.parquet")
    assert table.schema.names[: len(TRACK_SCHEMA.names)] == TRACK_SCHEMA.names
    times = (table["time_ns"].to_numpy() - EPOCH_NS) / 1e9
    assert sorted(set(times)) == [8.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0, 36.0, 40.0, 44.0, 48.0]
    assert table.num_rows == 22


def test_states_are_predicted_to_the_report_time(folder: Path, sargas: Sargas) -> None:
    sargas(*arguments(folder))
    table = pq.read_table(folder / "out.parquet").to_pydict()
    for row, time_ns in enumerate(table["time_ns"]):
        place = FRAME.enu_from_geodetic(
            table["latitude_deg"][row], table["longitude_deg"][row], table["altitude_m"][row]
        )
        truth = [flight.at((time_ns - EPOCH_NS) / 1e9)[:3] for flight in FLIGHTS]
        assert min(np.linalg.norm((place - point)[:2]) for point in truth) < 900.0


def test_nights_between_two_recordings_are_not_ticked_through(folder: Path, sargas: Sargas) -> None:
    plots = Plots.from_arrow(pq.read_table(folder / "plots.parquet"))
    later_ns = 100 * 86_400_000_000_000
    again = replace(
        plots,
        time_ns=plots.time_ns + later_ns,
        receive_time_ns=plots.receive_time_ns + later_ns,
        scan=plots.scan + 1000,
    )
    write(concatenate([plots, again]), folder / "plots.parquet")
    ended = sargas(*arguments(folder))
    assert json.loads(ended.out)["reports"] < 60  # one each 4 s of both parts, and 120 s in which tracks end
    table = pq.read_table(folder / "out.parquet")
    times = (table["time_ns"].to_numpy() - EPOCH_NS) / 1e9
    assert times.max() == later_ns / 1e9 + 48.0
    assert (times < 200.0).sum() > (times >= 200.0).sum() == 22


def test_sensors_may_be_written_by_an_editor_that_marks_its_files(folder: Path, sargas: Sargas) -> None:
    (folder / "sensors.toml").write_text(SENSORS, encoding="utf-8-sig")
    assert sargas(*arguments(folder)).code == 0


def test_a_plot_that_has_not_arrived_is_not_used(folder: Path, sargas: Sargas) -> None:
    late = concatenate([see(radar(), FLIGHTS, 1.0 + 4.0 * scan, scan, delay_s=2.9) for scan in range(12)])
    write(late, folder / "plots.parquet")
    sargas(*arguments(folder, "--report-period", "1"))
    table = pq.read_table(folder / "out.parquet")
    assert (table["update_time_ns"].to_numpy() <= table["time_ns"].to_numpy() - 2_900_000_000).all()
    assert table["time_ns"].to_numpy().min() == at_ns(8.0)


def test_two_runs_write_the_same_bytes(folder: Path, sargas: Sargas) -> None:
    sargas(*arguments(folder))
    first = (folder / "out.parquet").read_bytes()
    sargas(*arguments(folder))
    assert (folder / "out.parquet").read_bytes() == first


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda f: (f / "plots.parquet").unlink(), "plots.parquet: expected a file, was none"),
        (lambda f: (f / "sensors.toml").unlink(), "sensors.toml: expected a file, was none"),
        (lambda f: (f / "plots.parquet").write_bytes(b"not parquet"), "plots.parquet: "),
        (lambda f: (f / "sensors.toml").write_bytes(b"\xff\xfe"), "sensors.toml: "),
        (lambda f: (f / "sensors.toml").write_text("x = 1"), "sensors.toml: expected one or more [[sensor]] tables"),
        (lambda f: pq.write_table(pa.table({"a": [1]}), f / "plots.parquet"), "expected the plot columns"),
    ],
)
def test_bad_input_is_one_line_and_exit_two(
    folder: Path, sargas: Sargas, damage: Callable[[Path], object], says: str
) -> None:
    damage(folder)
    ended = sargas(*arguments(folder))
    assert ended.code == 2
    assert ended.out == ""
    assert says in ended.err
    assert ended.err.count("\n") == 1


def test_rows_out_of_order_of_arrival_are_refused(folder: Path, sargas: Sargas) -> None:
    plots = Plots.from_arrow(pq.read_table(folder / "plots.parquet"))
    write(plots.take(np.r_[1:24, 0]), folder / "plots.parquet")
    ended = sargas(*arguments(folder))
    assert ended.code == 2
    assert "was earlier at row 23" in ended.err


def test_a_missing_output_folder_is_named(folder: Path, sargas: Sargas) -> None:
    ended = sargas(*arguments(folder, "--out", str(folder / "nowhere" / "out.parquet")))
    assert ended.code == 2
    assert "make" in ended.err


def test_parameters_of_a_file_take_effect(folder: Path, sargas: Sargas) -> None:
    path = folder / "parameters.toml"
    path.write_text("speed_cap_mps = 20.0\n")
    assert sargas(*arguments(folder, "--parameters", str(path))).code == 0
    assert pq.read_table(folder / "out.parquet").num_rows == 0, "both flights are faster than the cap"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agile_horizontl = 1", "did you mean agile_horizontal"),
        ("gate = true", "finite number"),
        ("gate = nan", "finite"),
        ("=", "TOML"),
    ],
)
def test_wrong_parameters_are_one_line(folder: Path, sargas: Sargas, text: str, said: str) -> None:
    path = folder / "parameters.toml"
    path.write_text(text)
    ended = sargas(*arguments(folder, "--parameters", str(path)))
    assert ended.code == 2
    assert said in ended.err
    assert str(path) in ended.err
