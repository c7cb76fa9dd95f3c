"""``sargas fuse`` tells each object of two files once, under the strictest label, and refuses bad input in one line."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.model.label import Label
from sargas.model.tracks import Tracks
from sargas.model.tracks_arrow import tracks_from_arrow
from tests.cli.conftest import Ended
from tests.tracking.two_nodes import Scene

Sargas = Callable[..., Ended]
OBJECTS, REPORTS = 6, 12
FIRST_PARTNER = 1 << 31


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write reports of both sides: the partner knows all six objects, we the first four."""
    scene, ours, theirs = Scene(OBJECTS, 7), list[Tracks](), list[Tracks]()
    for _ in range(REPORTS):
        scene.step()
        mask = {"contributing": np.ones((OBJECTS, 1), np.uint64)}
        own = scene.tracks(scene.own.x, scene.own.p, sensor_ids=("vilnius",), **mask)
        ours.append(own.take(slice(0, 4)))
        theirs.append(
            scene.tracks(scene.partner.x, scene.partner.p, sensor_ids=("riga",), label=Label(originator="LVA"), **mask)
        )
    write(ours, tmp_path / "own.parquet")
    write(theirs, tmp_path / "riga.parquet")
    return tmp_path


def write(batches: list[Tracks], path: Path) -> None:
    pq.write_table(pa.Table.from_batches([batch.to_arrow() for batch in batches]), path)


def run(sargas: Sargas, folder: Path, *more: str) -> dict[str, Any]:
    ended = sargas(
        "fuse", str(folder / "own.parquet"), str(folder / "riga.parquet"), "--out", str(folder / "out.parquet"), *more
    )
    assert ended.code == 0, ended.err
    return json.loads(ended.out)  # type: ignore[no-any-return]


def test_each_object_is_told_once(folder: Path, sargas: Sargas) -> None:
    figures = run(sargas, folder)
    assert (figures["reports"], figures["own_rows"]) == (REPORTS, 4 * REPORTS)
    assert (figures["correlated"], figures["decorrelated"]) == (4, 0)
    table = pq.read_table(folder / "out.parquet")
    fused = tracks_from_arrow(table)
    assert fused.label.originator == "LTU+LVA"
    for time_ns in np.unique(fused.time_ns).tolist():
        rows = fused.take(fused.time_ns == time_ns)
        assert len(rows) == 6
        assert (rows.track_id[:4] == np.arange(1, 5)).all()
    last = fused.take(fused.time_ns == fused.time_ns.max())
    assert (last.track_id[4:] >= FIRST_PARTNER).all()
    assert last.contributing_sensor_ids() == [["riga", "vilnius"]] * 4 + [["riga"]] * 2
    assert figures["partner_rows"] == REPORTS * 2
    assert figures["fused_rows"] == 4 * (REPORTS - 2)
    assert np.isfinite(last.position_95_m[:4]).all()


def test_a_partner_that_tells_what_we_know_changes_nothing(folder: Path, sargas: Sargas) -> None:
    """Also not when tracks begin, end or go on as a formation: no row more, none less, the same states."""
    own = tracks_from_arrow(pq.read_table(folder / "own.parquet"))
    report = np.unique(own.time_ns, return_inverse=True)[1]
    wing = own.take((own.track_id == 4) & (report < 9))
    gone = (own.track_id == 1) & (report > 6) | (own.track_id == 2) & (report < 5) | (own.track_id == 3) & (report != 6)
    own = own.take(~gone)
    wing = replace(wing, track_id=wing.track_id + 1, latitude_deg=wing.latitude_deg + 1e-3)
    write([own, wing], folder / "own.parquet")
    write([own, wing], folder / "riga.parquet")
    assert run(sargas, folder)["partner_rows"] == 0
    fused = tracks_from_arrow(pq.read_table(folder / "out.parquet"))
    alone = own_and(own, wing)
    np.testing.assert_array_equal(fused.track_id, alone.track_id)
    np.testing.assert_allclose(fused.latitude_deg, alone.latitude_deg, atol=1e-6)


def test_two_partners_of_one_object_are_told_as_one(folder: Path, sargas: Sargas) -> None:
    riga = tracks_from_arrow(pq.read_table(folder / "riga.parquet"))
    write([replace(riga, label=Label(originator="EST"), sensor_ids=("tallinn",))], folder / "tallinn.parquet")
    files = [str(folder / f"{name}.parquet") for name in ("own", "riga", "tallinn")]
    ended = sargas("fuse", *files, "--out", str(folder / "out.parquet"))
    figures = json.loads(ended.out)
    assert figures["partner_rows"] == REPORTS * 2
    assert figures["correlated"] == 4 + 4 + 6
    fused = tracks_from_arrow(pq.read_table(folder / "out.parquet"))
    assert np.unique(fused.track_id, return_counts=True)[1].tolist() == [REPORTS] * 6
    last = fused.take(fused.time_ns == fused.time_ns.max())
    assert last.contributing_sensor_ids()[4:] == [["riga", "tallinn"]] * 2


def own_and(own: Tracks, wing: Tracks) -> Tracks:
    table = pa.Table.from_batches([own.to_arrow(), wing.to_arrow()])
    return tracks_from_arrow(table.sort_by([("time_ns", "ascending"), ("track_id", "ascending")]))


def test_the_same_files_give_the_same_bytes(folder: Path, sargas: Sargas) -> None:
    run(sargas, folder)
    before = (folder / "out.parquet").read_bytes()
    run(sargas, folder)
    assert (folder / "out.parquet").read_bytes() == before


def test_what_holds_this_node_is_not_fused_back(folder: Path, sargas: Sargas) -> None:
    figures = run(sargas, folder, "--node", "riga")
    assert (figures["correlated"], figures["fused_rows"]) == (4, 0)


def test_exchange_columns_alone_are_enough(folder: Path, sargas: Sargas) -> None:
    for name in ("own", "riga"):
        table = pq.read_table(folder / f"{name}.parquet")
        pq.write_table(table.select(table.schema.names[:8]), folder / f"{name}.parquet")
    assert run(sargas, folder)["correlated"] == 4


def test_times_of_a_calendar_are_those_they_name(folder: Path, sargas: Sargas) -> None:
    figures = run(sargas, folder)
    table = pq.read_table(folder / "own.parquet")
    dated = table["time_ns"].cast(pa.timestamp("ns")).cast(pa.timestamp("us", "UTC"))
    pq.write_table(table.set_column(0, "time_ns", dated), folder / "own.parquet")
    assert run(sargas, folder) == figures


def spoil_row(folder: Path, name: str, value: object) -> None:
    table = pq.read_table(folder / "own.parquet")
    values = table[name].to_pylist()
    values[5] = value
    kind = table.schema.field(name).type
    changed = table.set_column(table.schema.get_field_index(name), name, pa.array(values, kind))
    pq.write_table(changed, folder / "own.parquet")


def repeat_row(folder: Path) -> None:
    table = pq.read_table(folder / "own.parquet")
    pq.write_table(pa.concat_tables([table, table.slice(5, 1)]), folder / "own.parquet")


def damage(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[200:400] = b"\xff" * 200
    path.write_bytes(octets)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "riga.parquet").unlink(), "expected a file, was none"),
        (lambda folder: (folder / "riga.parquet").write_bytes(b"x"), "riga.parquet"),
        (
            lambda folder: pq.write_table(
                pq.read_table(folder / "own.parquet").drop_columns(["track_id"]), folder / "own.parquet"
            ),
            "without ['track_id']",
        ),
        (
            lambda folder: pq.write_table(pq.read_table(folder / "own.parquet").slice(0, 0), folder / "own.parquet"),
            "expected one or more tracks",
        ),
        (lambda folder: spoil_row(folder, "latitude_deg", float("nan")), "expected latitude_deg within 90"),
        (lambda folder: spoil_row(folder, "latitude_deg", 95.0), "row 5: expected latitude_deg within 90"),
        (lambda folder: spoil_row(folder, "time_ns", None), "time_ns as whole nanoseconds in every row"),
        (lambda folder: repeat_row(folder), "the same track_id and time_ns in rows 5 and 48"),
        (lambda folder: damage(folder / "riga.parquet"), "riga.parquet: "),
    ],
)
def test_bad_input_is_refused_in_one_line(
    folder: Path, sargas: Sargas, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(folder)
    ended = sargas(
        "fuse", str(folder / "own.parquet"), str(folder / "riga.parquet"), "--out", str(folder / "out.parquet")
    )
    assert ended.code == 2
    assert message in ended.err
    assert ended.err.count("\n") == 1
