"""A history that an older program wrote, before some columns were known, is read, compacted and recovered as it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sargas.model.plots import Plots
from sargas.runtime.history import History, HistoryWriter, layout
from sargas.runtime.history.layout import PLOTS, TRACKS, find_wals
from sargas.runtime.history.wal import Wal, read_wal
from sargas.runtime.history.writer import plain_rows
from tests.runtime.history_cases import START_NS, S, make_plots, make_tracks

NEW = ("existence", "position_95_m", "velocity_95_mps", "consistency", "group_id")
OLD_TRACKS = replace(TRACKS, schema=pa.schema([field for field in TRACKS.schema if field.name not in NEW]))
ASKED = ("track_id", "time_ns", "flags", "existence", "group_id")


def write_old_files(root: Path, monkeypatch: pytest.MonkeyPatch, steps: range) -> None:
    """Write tracks as the program did that knew no quality columns: one file and one log."""
    with monkeypatch.context() as patch:
        patch.setattr("sargas.runtime.history.writer.KINDS", (OLD_TRACKS, PLOTS))
        patch.setattr("sargas.runtime.history.writer.TRACKS", OLD_TRACKS)
        patch.setattr("sargas.runtime.history.writer.plain_rows", old_rows)
        writer = HistoryWriter(root, roll_after_s=60)
        for step in steps:
            writer.append(make_tracks(START_NS + step * S))
            assert writer.flush()
        assert writer.close()
    paths = list(root.glob("tracks/*/*.parquet"))
    assert paths
    assert all(not set(NEW) & set(pq.read_schema(path).names) for path in paths)


def old_rows(batch: object, kind: layout.Kind) -> pa.Table:
    return plain_rows(batch, TRACKS).select(kind.plain_schema.names)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", [None, 2])
def test_columns_that_old_files_lack_are_null(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: int | None) -> None:
    write_old_files(tmp_path, monkeypatch, range(0, 130, 10))
    history = History(tmp_path)
    rows = history.tracks_between(START_NS, START_NS + 3600 * S, track_id=key, columns=ASKED)
    assert rows.schema.names == list(ASKED)
    assert len(rows) == 13 * (3 if key is None else 1)
    assert rows.column("existence").null_count == rows.column("group_id").null_count == len(rows)
    assert rows.column("flags").null_count == 0
    assert rows.column("time_ns").to_pylist() == sorted(rows.column("time_ns").to_pylist()) or key is None
    history.close()


def test_old_and_new_files_make_one_compacted_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_old_files(tmp_path, monkeypatch, range(0, 130, 10))
    writer = HistoryWriter(tmp_path, roll_after_s=60, compact_after_s=0)
    assert writer.status().recovered + writer.status().torn_bytes > 0
    assert writer.status().torn_bytes == 0
    for step in (200, 300, 7300):
        writer.append(make_tracks(START_NS + step * S, group_id=make_tracks(0).track_id))
        assert writer.flush()
    assert writer.close()
    history = History(tmp_path)
    rows = history.tracks_between(START_NS, START_NS + 3600 * S, track_id=2, columns=ASKED)
    assert rows.column("group_id").to_pylist() == [None] * 13 + [2, 2]
    assert len(list(tmp_path.glob("tracks/*/16-*.parquet"))) == 1
    history.close()


def test_a_log_with_columns_that_nobody_knows_is_told_as_torn(tmp_path: Path) -> None:
    strange = replace(TRACKS, schema=TRACKS.schema.append(pa.field("mood", pa.string())))
    wal = Wal(tmp_path, strange, 1)
    rows = plain_rows(make_tracks(START_NS), TRACKS)
    wal.append(rows.add_column(rows.num_columns - 1, "mood", pa.array(["calm"] * 3)))
    wal.close()
    (path,) = find_wals(tmp_path).values()
    read, torn_bytes = read_wal(path, TRACKS)
    assert len(read) == 0
    assert torn_bytes == path.stat().st_size


def test_plots_of_before_time_differences_are_read_and_compacted_with_those_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = ("tdoa_s", "reference_sensor_id")
    old_plots = replace(PLOTS, schema=pa.schema([field for field in PLOTS.schema if field.name not in new]))
    with monkeypatch.context() as patch:
        patch.setattr("sargas.runtime.history.writer.KINDS", (TRACKS, old_plots))
        patch.setattr("sargas.runtime.history.writer.PLOTS", old_plots)
        patch.setattr(
            "sargas.runtime.history.writer.plain_rows",
            lambda batch, kind: plain_rows(batch, PLOTS).select(kind.plain_schema.names),
        )
        writer = HistoryWriter(tmp_path, roll_after_s=60)
        for step in range(0, 130, 10):
            writer.append(make_plots(START_NS + step * S, n=4))
            assert writer.flush()
        assert writer.close()
    path = next(tmp_path.glob("plots/*/*.parquet"))
    assert not set(new) & set(pq.read_schema(path).names)
    writer = HistoryWriter(tmp_path, roll_after_s=60, compact_after_s=0)
    pair = replace(make_plots(START_NS + 200 * S, n=4), reference_sensor=np.zeros(4, np.int16), tdoa_s=np.full(4, 1e-5))
    for batch in (pair, make_plots(START_NS + 7300 * S, n=4)):
        writer.append(batch)
        assert writer.flush()
    assert writer.close()
    history = History(tmp_path)
    rows = history.plots_between(START_NS, START_NS + 3600 * S, columns=PLOTS.schema.names)
    assert rows.column("tdoa_s").to_pylist() == [None] * 52 + [1e-5] * 4
    assert rows.column("reference_sensor_id").to_pylist() == [None] * 52 + [pair.sensor_ids[0]] * 4
    back = Plots.from_arrow(rows)
    assert [back.sensor_ids[i] for i in back.reference_sensor[52:]] == [pair.sensor_ids[0]] * 4
    history.close()
