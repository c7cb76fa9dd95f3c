"""The history gives back what was appended, by time, track, sensor and place, from log, fresh and compacted files."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sargas.model import plots as plots_model
from sargas.model import tracks as tracks_model
from sargas.model.label import Classification, Label
from sargas.model.plots import LABEL_KEY, Plots
from sargas.model.tracks import Tracks
from sargas.runtime.history import History, HistoryError, HistoryWriter
from sargas.runtime.history.layout import TRACKS
from sargas.runtime.history.manifest import Manifest
from tests.runtime.history_cases import HOUR, LTU, POL, START_NS, S, make_plots, make_tracks

ALL_TRACK_COLUMNS = tracks_model.SCHEMA.names


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "history"


@pytest.fixture
def writer(root: Path) -> Iterator[HistoryWriter]:
    opened = HistoryWriter(root, roll_after_s=60)
    yield opened
    opened.close()


@pytest.fixture
def history(root: Path) -> Iterator[History]:
    opened = History(root)
    yield opened
    opened.close()


def fill(root: Path, *, hours: int, step_s: int, **options: float) -> list[Tracks]:
    """Write hours of tracks, a batch at every step, through a writer that is closed again."""
    batches = [make_tracks(START_NS + second * S) for second in range(0, hours * 3600, step_s)]
    writer = HistoryWriter(root, **options)  # type: ignore[arg-type]
    for batch in batches:
        assert writer.append(batch)
        assert writer.flush()
    assert writer.close()
    return batches


def expected_rows(batches: list[Tracks], start_ns: int, end_ns: int) -> list[tuple[int, int]]:
    rows = [pair for b in batches for pair in zip(b.track_id.tolist(), b.time_ns.tolist(), strict=True)]
    return sorted((track, time) for track, time in rows if start_ns <= time < end_ns)


def track_and_time(rows: pa.Table) -> list[tuple[int, int]]:
    return list(zip(rows.column("track_id").to_pylist(), rows.column("time_ns").to_pylist(), strict=True))


def files_of(root: Path, kind: str = "tracks") -> list[str]:
    return sorted(str(path.relative_to(root / kind)) for path in (root / kind).glob("*/*"))


def test_tracks_read_back_from_the_log_as_they_were(writer: HistoryWriter, history: History, root: Path) -> None:
    batch = make_tracks(START_NS)
    assert writer.append(batch)
    assert writer.flush()
    rows = history.tracks_between(START_NS, START_NS + 1, columns=ALL_TRACK_COLUMNS)
    assert files_of(root) == []
    assert rows.schema.equals(tracks_model.SCHEMA)
    assert rows.to_pylist() == pa.Table.from_batches([batch.to_arrow()]).to_pylist()


def test_tracks_read_back_from_parquet_as_they_were(root: Path, history: History) -> None:
    batches = fill(root, hours=1, step_s=30)
    HistoryWriter(root).close()
    rows = history.tracks_between(START_NS, START_NS + HOUR, columns=ALL_TRACK_COLUMNS)
    whole = pa.concat_tables(pa.Table.from_batches([batch.to_arrow()]) for batch in batches)
    assert rows.schema.equals(tracks_model.SCHEMA)
    assert rows.to_pylist() == whole.sort_by([("track_id", "ascending"), ("time_ns", "ascending")]).to_pylist()


def test_plots_read_back_as_plots(writer: HistoryWriter, history: History) -> None:
    batch = make_plots(START_NS, n=6, sensor_ids=("karmelava", "lielvarde"))
    writer.append(batch)
    assert writer.flush()
    rows = history.plots_between(START_NS, START_NS + HOUR, columns=plots_model.SCHEMA.names)
    assert rows.schema.equals(plots_model.SCHEMA)
    back = Plots.from_arrow(rows)
    assert back.label == LTU
    for name in plots_model.COLUMN_DTYPES:
        np.testing.assert_array_equal(getattr(back, name), getattr(batch, name), err_msg=name)
    assert history.plots_between(START_NS, START_NS + HOUR).schema.equals(plots_model.EXCHANGE_SCHEMA)


def test_files_on_disk_have_the_public_schema_and_the_label_of_each_row(root: Path) -> None:
    fill(root, hours=1, step_s=600)
    HistoryWriter(root).close()
    for name in files_of(root):
        table = pq.read_table(root / "tracks" / name, partitioning=None)
        assert table.schema.names == [*tracks_model.SCHEMA.names, "label"]
        assert table.schema.field("covariance").type == tracks_model.SCHEMA.field("covariance").type
        assert {Label.model_validate_json(text) for text in table.column("label").to_pylist()} == {LTU}


def test_each_hour_becomes_one_file_sorted_by_track_and_time(root: Path, history: History) -> None:
    batches = fill(root, hours=3, step_s=120, compact_after_s=300)
    assert [name[:13] for name in files_of(root)][:2] == ["2026-09-21/16", "2026-09-21/17"]
    manifest = Manifest(root / "tracks")
    manifest.refresh()
    by_hour = [sum(e.hour == (START_NS // HOUR) + h for e in manifest.entries.values()) for h in range(3)]
    assert by_hour[:2] == [1, 1]
    assert by_hour[2] > 1
    assert {name for name in files_of(root) if name.endswith(".parquet")} == set(manifest.entries)
    for entry in manifest.entries.values():
        if entry.is_sorted:
            table = pq.read_table(root / "tracks" / entry.path, partitioning=None)
            assert track_and_time(table) == sorted(track_and_time(table))
            assert entry.rows == len(table) == 90
            assert entry.sensors == ("karmelava", "lielvarde")
    for hour in range(3):
        start_ns = START_NS + hour * HOUR
        rows = history.tracks_between(start_ns, start_ns + HOUR)
        assert track_and_time(rows) == expected_rows(batches, start_ns, start_ns + HOUR)


def test_one_hour_out_of_a_day_needs_the_files_of_that_hour_alone(root: Path, history: History) -> None:
    batches = [make_tracks(START_NS + half * HOUR // 2, tuple(range(1, 301))) for half in range(48)]
    writer = HistoryWriter(root, roll_after_s=1800, compact_after_s=0)
    for batch in batches:
        assert writer.append(batch)
        assert writer.flush()
    assert writer.close()
    wanted = [name for name in files_of(root) if name.startswith("2026-09-22/03-")]
    others = sorted(set(files_of(root)) - set(wanted))
    assert (len(wanted), len(others)) == (1, 23)
    for name in others:
        (root / "tracks" / name).unlink()
    start_ns = START_NS + 11 * HOUR
    rows = history.tracks_between(start_ns, start_ns + HOUR)
    assert track_and_time(rows) == expected_rows(batches, start_ns, start_ns + HOUR)
    assert len(rows) == 2 * 300


@pytest.mark.parametrize("first_id", [1, 10**12])
def test_an_hour_across_files_is_merged_in_order(root: Path, history: History, first_id: int) -> None:
    ids = (first_id, first_id + 7, first_id + 70_000)
    batches = [make_tracks(START_NS + second * S, ids) for second in range(0, 3 * 3600, 300)]
    writer = HistoryWriter(root, roll_after_s=600, compact_after_s=0)
    # The last hour is still in small files and in the log, and one report came late.
    for batch in [*batches[:-3], batches[-1], batches[-2], batches[-3]]:
        writer.append(batch)
        assert writer.flush()
    start_ns, end_ns = START_NS + HOUR // 2, START_NS + 3 * HOUR
    rows = history.tracks_between(start_ns, end_ns)
    assert track_and_time(rows) == expected_rows(batches, start_ns, end_ns)
    assert rows.schema.equals(tracks_model.EXCHANGE_SCHEMA)
    assert history.tracks_between(start_ns, end_ns, columns=["status"]).column("status").to_pylist() == [
        "confirmed"
    ] * len(rows)
    assert writer.close()


def test_rows_that_come_after_their_hour_was_compacted_join_it(root: Path, history: History) -> None:
    fill(root, hours=2, step_s=300, compact_after_s=60)
    late = make_tracks(START_NS + S)
    writer = HistoryWriter(root, compact_after_s=60)
    writer.append(late)
    assert writer.flush()
    assert len(history.tracks_between(START_NS, START_NS + 2 * S)) == 6
    for hour in (2, 3):
        writer.append(make_tracks(START_NS + hour * HOUR))
        writer.append(make_tracks(START_NS + hour * HOUR + 600 * S))
        assert writer.flush()
        writer.append(make_tracks(START_NS + hour * HOUR + 700 * S))
        assert writer.flush()
    writer.close()
    assert [name[:13] for name in files_of(root)].count("2026-09-21/16") == 1
    assert len(history.tracks_between(START_NS, START_NS + HOUR)) == 3 * 12 + 3


def test_one_track_is_found_without_the_others(root: Path, history: History) -> None:
    batches = fill(root, hours=2, step_s=200)
    rows = history.tracks_between(START_NS, START_NS + 2 * HOUR, track_id=2)
    expected = [pair for pair in expected_rows(batches, START_NS, START_NS + 2 * HOUR) if pair[0] == 2]
    assert track_and_time(rows) == expected
    assert len(history.tracks_between(START_NS, START_NS + 2 * HOUR, track_id=9)) == 0


def test_a_box_keeps_what_lies_in_it(writer: HistoryWriter, history: History) -> None:
    writer.append(make_tracks(START_NS, longitude_deg=np.array([24.0, 25.0, -179.5])))
    writer.append(make_plots(START_NS))
    assert writer.flush()
    span = (START_NS, START_NS + S)
    assert history.tracks_between(*span, bbox=(24.5, 54.0, 25.5, 55.0)).column("track_id").to_pylist() == [2]
    assert history.tracks_between(*span, bbox=(24.0, 54.1, 25.0, 54.2)).column("track_id").to_pylist() == [1, 2]
    assert history.tracks_between(*span, bbox=(179.0, 54.0, -179.0, 55.0)).column("track_id").to_pylist() == [3]
    assert len(history.plots_between(*span, bbox=(-180, -90, 180, 90))) == 0


def test_plots_of_one_sensor_are_found_in_time_order(writer: HistoryWriter, history: History) -> None:
    writer.append(make_plots(START_NS + S, n=10, sensor_ids=("b", "a")))
    writer.append(make_plots(START_NS, n=10, sensor_ids=("a", "b")))
    assert writer.flush()
    rows = history.plots_between(START_NS, START_NS + HOUR, sensor_id="a")
    assert set(rows.column("sensor_id").to_pylist()) == {"a"}
    times = rows.column("time_ns").to_pylist()
    assert len(times) == 10
    assert times == sorted(times)


def test_the_answer_has_the_most_restrictive_label_and_each_row_its_own(
    writer: HistoryWriter, history: History
) -> None:
    writer.append(make_tracks(START_NS, (1,), LTU))
    writer.append(make_tracks(START_NS, (2,), POL))
    assert writer.flush()
    rows = history.tracks_between(START_NS, START_NS + 1)
    label = Label.model_validate_json(rows.schema.metadata[LABEL_KEY])
    assert (label.releasable_to, label.classification) == (("LVA",), Classification.RESTRICTED)
    assert [Label.model_validate_json(text) for text in rows.column("label").to_pylist()] == [LTU, POL]


def test_an_empty_history_answers_with_no_rows_of_the_right_schema(history: History) -> None:
    assert history.tracks_between(0, 2**62).schema.equals(tracks_model.EXCHANGE_SCHEMA)
    assert len(history.plots_between(0, 2**62)) == 0
    assert history.span_ns() is None


def test_unknown_columns_are_named(history: History) -> None:
    with pytest.raises(HistoryError, match=r"expected some of time_ns, .*, was \['colour'\]"):
        history.tracks_between(0, 1, columns=["time_ns", "colour"])


def test_rows_of_one_log_go_to_the_hours_they_belong_to(root: Path, history: History) -> None:
    writer = HistoryWriter(root)
    writer.append(make_tracks(START_NS - 2 * S))
    writer.append(make_tracks(START_NS + 2 * S))
    writer.close()
    HistoryWriter(root).close()
    assert [name[:13] for name in files_of(root)] == ["2026-09-21/15", "2026-09-21/16"]
    assert len(history.tracks_between(START_NS - HOUR, START_NS + HOUR)) == 6
    assert history.span_ns(TRACKS) == (START_NS - 2 * S, START_NS + 2 * S)


def test_a_query_beside_the_writer_sees_every_row_once_at_any_time(root: Path) -> None:
    """Log to Parquet and many files to one happen all the time here; the reader must never miss or repeat a row."""
    writer = HistoryWriter(root, roll_after_s=50, compact_after_s=0)
    wrong: list[tuple[int, int, int]] = []
    flushed, done, answers = [0], threading.Event(), []

    def read_until_done() -> None:
        history = History(root)
        while not done.is_set():
            least = flushed[0]
            rows = track_and_time(
                history.tracks_between(START_NS, START_NS + 100 * HOUR, columns=("track_id", "time_ns"))
            )
            answers.append(len(rows))
            if len(rows) < least or len(set(rows)) != len(rows):
                wrong.append((least, len(rows), len(set(rows))))
        history.close()

    readers = [threading.Thread(target=read_until_done) for _ in range(2)]
    for reader in readers:
        reader.start()
    for step in range(1, 41):
        writer.append(make_tracks(START_NS + step * 600 * S))
        assert writer.flush()
        flushed[0] = 3 * step
    done.set()
    for reader in readers:
        reader.join()
    assert writer.close()
    assert wrong == []
    assert len(set(answers)) > 3
    assert len(files_of(root)) < 20


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 4 * 3600), st.sets(st.integers(1, 5), min_size=1)), min_size=1, max_size=12
    ),
    span=st.tuples(st.integers(0, 4 * 3600), st.integers(0, 4 * 3600)),
    data=st.data(),
)
def test_whatever_order_rows_come_in_a_span_holds_exactly_its_rows(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[int, set[int]]],
    span: tuple[int, int],
    data: st.DataObject,
) -> None:
    root = tmp_path_factory.mktemp("history")
    batches = [make_tracks(START_NS + second * S, tuple(sorted(ids))) for second, ids in steps]
    restart_at = data.draw(st.integers(0, len(batches)))
    writer = HistoryWriter(root, roll_after_s=600, compact_after_s=0)
    for number, batch in enumerate(batches):
        if number == restart_at:
            assert writer.close()
            writer = HistoryWriter(root, roll_after_s=600, compact_after_s=0)
        writer.append(batch)
        if data.draw(st.booleans()):
            assert writer.flush()
    assert writer.flush()
    history = History(root)
    start_ns, end_ns = START_NS + min(span) * S, START_NS + max(span) * S
    assert track_and_time(history.tracks_between(start_ns, end_ns)) == expected_rows(batches, start_ns, end_ns)
    assert writer.close()
    assert track_and_time(history.tracks_between(start_ns, end_ns)) == expected_rows(batches, start_ns, end_ns)
    history.close()
