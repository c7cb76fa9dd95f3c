"""An analyst's questions: what was there, by time, area, class and label; nothing that may not be seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sargas.model.label import Classification, Label
from sargas.model.tracks import CLASSES, Tracks
from sargas.runtime.history import HistoryError, HistoryWriter
from sargas.runtime.history.area import MOST_CORNERS, Area
from sargas.runtime.history.questions import (
    NOT_CLASSIFIED,
    CountsQuestion,
    PathsQuestion,
    Question,
    SeriesQuestion,
    SortColumn,
    TracksQuestion,
    whole,
)
from sargas.runtime.history.row_order import RowPlace, beyond_in_sql, in_order, is_after
from sargas.runtime.history.search import Busy, TooLarge, TrackSearch
from tests.runtime.history_cases import HOUR, LTU, POL, START_NS, S, make_tracks

DRONE, BALLOON = CLASSES.index("one_way_drone"), CLASSES.index("balloon")
SECRET = Label(classification=Classification.SECRET, originator="LTU")


def held_for(index: int | None, n: int = 3) -> dict[str, object]:
    """Columns of tracks that are held for a class, or for none."""
    probabilities = np.full((n, len(CLASSES)), 0.02, np.float32)
    if index is None:
        probabilities[:] = np.nan
    else:
        probabilities[:, index] = 0.8
    return {"class_probabilities": probabilities}


def night() -> Iterator[Tracks]:
    """Two hours: three drones each minute, a balloon in the second hour, a secret one, one of Poland's."""
    for minute in range(120):
        at = START_NS + minute * 60 * S
        yield make_tracks(at, **held_for(DRONE))
        if minute >= 60:
            yield make_tracks(at, (4,), **held_for(BALLOON, 1))
            yield make_tracks(at, (5,), label=SECRET, **held_for(DRONE, 1))
            yield make_tracks(at, (6,), label=POL, **held_for(None, 1))


@pytest.fixture(scope="module", params=["files", "logs"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A history, in files or still in its log: the same questions have the same answers."""
    folder = tmp_path_factory.mktemp(request.param)
    roll = {"roll_after_s": 0.0} if request.param == "files" else {}
    writer = HistoryWriter(folder, **roll)
    for batch in night():
        writer.append(batch)
    writer.flush(60)
    yield folder
    writer.close()


@pytest.fixture
def search(root: Path) -> Iterator[TrackSearch]:
    made = TrackSearch(root)
    yield made
    made.close()


SPAN = {"start_ns": START_NS, "end_ns": START_NS + 2 * HOUR}


def everything(_: Label) -> bool:
    return True


def not_secret(label: Label) -> bool:
    return label.classification < Classification.SECRET


def ids(search: TrackSearch, question: Question) -> list[int]:
    found: list[int] = search.ask(question).column("track_id").to_pylist()
    return found


def test_each_track_is_one_row_with_when_where_how_high_and_what(search: TrackSearch) -> None:
    table = search.ask(TracksQuestion(**SPAN, may_see=everything, sort="track_id", descending=False))
    rows = {row["track_id"]: row for row in table.to_pylist()}
    assert list(rows) == [1, 2, 3, 4, 5, 6]
    first = rows[1]
    assert (first["first_ns"], first["last_ns"], first["states"]) == (START_NS, START_NS + 119 * 60 * S, 120)
    assert (first["lowest_m"], first["highest_m"]) == (100.0, 100.0)
    assert first["fastest_mps"] == pytest.approx(119 * 60)
    assert first["longitude_deg"] == pytest.approx(24.0 + 119 * 60 * 1e-4)
    assert (first["callsign"], first["icao_address"]) == ("LOT1", None)
    assert [rows[one]["class_index"] for one in rows] == [DRONE, DRONE, DRONE, BALLOON, DRONE, NOT_CLASSIFIED]
    assert all(row["total"] == 6 for row in rows.values())
    assert [Label.model_validate_json(text) for text in rows[6]["labels"]] == [POL]


def test_what_may_not_be_seen_is_in_no_row_count_page_or_series(search: TrackSearch) -> None:
    seen = search.ask(TracksQuestion(**SPAN, may_see=not_secret))
    assert 5 not in seen.column("track_id").to_pylist()
    assert seen.column("total").to_pylist()[0] == 5
    assert len(search.ask(SeriesQuestion(**SPAN, may_see=not_secret, track_id=5))) == 0
    assert len(search.ask(PathsQuestion(**SPAN, may_see=not_secret, track_ids=(5,)))) == 0
    counted = search.ask(CountsQuestion(**SPAN, may_see=not_secret, step_ns=HOUR)).to_pylist()
    assert sum(row["tracks"] for row in counted if row["class_index"] == DRONE) == 6
    assert len(search.ask(TracksQuestion(**SPAN, may_see=lambda _: False))) == 0


ORDERS: dict[SortColumn, list[int]] = {
    "track_id": [6, 5, 4, 3, 2, 1],
    "first_ns": [4, 5, 6, 1, 2, 3],
    "last_ns": [1, 2, 3, 4, 5, 6],
    "states": [1, 2, 3, 4, 5, 6],
    "lowest_m": [6, 5, 4, 3, 2, 1],
    "highest_m": [6, 5, 4, 3, 2, 1],
    "fastest_mps": [1, 2, 3, 4, 5, 6],
    "class_index": [4, 1, 2, 3, 5, 6],
    "callsign": [5, 3, 1, 6, 4, 2],
    "threat": [4, 2, 1, 3, 5, 6],
    "label": [5, 6, 1, 2, 3, 4],
}
"""Downward; equal ones by their number."""
THREATS = {1: 0.2, 2: 2.1, 4: 2.5, 70: 2.9}


def walk(search: TrackSearch, question: TracksQuestion, *, backwards: bool = False) -> list[list[int]]:
    """Ask page by page, each from the last row of the one before; backwards each from the first row."""
    pages, place = [], question.place
    while True:
        rows = search.ask(replace(question, place=place, backwards=backwards)).to_pylist()
        if not rows:
            return pages
        pages.append([row["track_id"] for row in rows])
        at = rows[0 if backwards else -1]
        place = RowPlace(at["sort_value"], at["track_id"])


@pytest.mark.parametrize("sort", get_args(SortColumn))
def test_pages_in_order_of_any_column_make_the_whole_there_and_back(search: TrackSearch, sort: SortColumn) -> None:
    question = TracksQuestion(**SPAN, may_see=everything, sort=sort, limit=4, threats=THREATS)
    pages = walk(search, question)
    assert [number for page in pages for number in page] == ORDERS[sort]
    rows = search.ask(whole(question, 1000)).to_pylist()
    last = rows[-1]
    assert (last["number"], last["total"]) == (6, 6)
    place = RowPlace(last["sort_value"], last["track_id"])
    back = walk(search, replace(question, place=place), backwards=True)
    assert [number for page in reversed(back) for number in page] == ORDERS[sort][:-1]
    assert [row["track_id"] for row in rows] == ORDERS[sort]
    upward = walk(search, replace(question, descending=False))
    expected = in_order([RowPlace(row["sort_value"], row["track_id"]) for row in rows], descending=False)
    assert [number for page in upward for number in page] == [place.id for place in expected]


def test_a_page_goes_on_where_it_stood_whatever_came_before_it(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    writer.append(make_tracks(START_NS, (2, 4, 6)))
    writer.flush(60)
    search = TrackSearch(tmp_path)
    question = TracksQuestion(**SPAN, may_see=everything, sort="highest_m", limit=2)
    (first, second) = search.ask(question).to_pylist()
    assert (first["track_id"], second["track_id"]) == (6, 4)
    writer.append(make_tracks(START_NS + S, (1, 3, 5, 7)))
    writer.flush(60)
    later = search.ask(replace(question, place=RowPlace(second["sort_value"], 4))).to_pylist()
    assert [(row["track_id"], row["number"]) for row in later] == [(3, 5), (2, 6)], "by numbers 4 and 3 were next"
    search.close()
    writer.close()


def test_only_columns_are_sorted_by(search: TrackSearch) -> None:
    with pytest.raises(HistoryError, match="sort: expected one of"):
        search.ask(TracksQuestion(**SPAN, may_see=everything, sort="1; DROP TABLE rows"))  # type: ignore[arg-type]


PLACES = st.tuples(st.none() | st.integers(-3, 3) | st.floats(-3, 3), st.integers(0, 9))


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database in memory."""
    with duckdb.connect() as opened:
        yield opened


@given(rows=st.lists(PLACES, max_size=12, unique_by=lambda row: row[1]), place=PLACES, descending=st.booleans())
@settings(max_examples=100, deadline=None)
def test_sql_and_python_agree_on_what_comes_after_and_before(
    database: duckdb.DuckDBPyConnection,
    rows: list[tuple[float | None, int]],
    place: tuple[float | None, int],
    descending: bool,
) -> None:
    at, order = RowPlace(*place), in_order([RowPlace(*row) for row in rows], descending)
    after = [row for row in order if is_after(row, at, descending)]
    before = [row for row in order if row != at and row not in after]
    assert before + [row for row in order if row == at] + after == order
    bound = {"place_id": at.id} | ({} if at.value is None else {"place_value": at.value})
    for backwards, expected in ((False, after), (True, before)):
        condition = beyond_in_sql("value", "id", at, descending=descending, backwards=backwards)
        given = {"ids": [row.id for row in order], "numbers": [row.value for row in order]}
        rows_sql = "SELECT unnest($ids::INTEGER[]) AS id, unnest($numbers::DOUBLE[]) AS value"
        sql = f"SELECT id FROM ({rows_sql}) WHERE {condition}"
        found = database.sql(sql, params=bound | given).to_arrow_table().column("id").to_pylist()
        assert sorted(found) == sorted(int(row.id) for row in expected)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"class_index": BALLOON}, [4]),
        ({"class_index": NOT_CLASSIFIED}, [6]),
        ({"area": Area((23.0, 54.15, 26.0, 54.35))}, [2, 3]),
        ({"area": Area.of_circle((24.36, 54.1), 4_000.0)}, [1]),
        ({"area": Area.of_ring(((23.0, 54.05), (26.0, 54.05), (26.0, 54.25), (23.0, 54.25)))}, [1, 2]),
        ({"area": Area.of_ring(((23.0, 54.05), (26.0, 54.45), (23.0, 54.45)))}, [2, 3, 4]),
        ({"end_ns": START_NS + HOUR}, [1, 2, 3]),
        ({"track_id": 2}, [2]),
        ({"start_ns": 0, "end_ns": 5}, []),
    ],
)
def test_time_area_class_and_number_narrow_it(
    search: TrackSearch, asked: dict[str, object], expected: list[int]
) -> None:
    question = TracksQuestion(**{**SPAN, "may_see": everything, "sort": "track_id", "descending": False, **asked})  # type: ignore[arg-type]
    assert ids(search, question) == expected


def test_a_series_is_thinned_keeps_its_ends_and_says_what_it_was_held_for(search: TrackSearch) -> None:
    rows = search.ask(SeriesQuestion(**SPAN, may_see=everything, track_id=2, points=30)).to_pylist()
    assert 30 <= len(rows) <= 31
    assert (rows[0]["time_ns"], rows[-1]["time_ns"]) == (START_NS, START_NS + 119 * 60 * S)
    assert rows[3]["probabilities"][DRONE] == pytest.approx(0.8)
    assert rows[-1]["speed_mps"] == pytest.approx(119 * 60)
    assert search.ask(SeriesQuestion(**SPAN, may_see=everything, track_id=6)).column("probabilities").null_count == 60


def test_counts_are_of_tracks_by_hour_and_class(search: TrackSearch) -> None:
    counted = search.ask(CountsQuestion(**SPAN, may_see=everything, step_ns=HOUR)).to_pylist()
    assert [(row["from_ns"] - START_NS, row["class_index"], row["tracks"]) for row in counted] == [
        (0, DRONE, 3),
        (HOUR, NOT_CLASSIFIED, 1),
        (HOUR, DRONE, 4),
        (HOUR, BALLOON, 1),
    ]


@dataclass(frozen=True, kw_only=True)
class EndlessQuestion(Question):
    """Asks for more than anybody can wait for."""

    def _select(self) -> tuple[str, dict[str, Any]]:
        return "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b", {}


def test_a_question_that_takes_too_long_is_given_up_and_the_next_is_answered(root: Path) -> None:
    search = TrackSearch(root, answer_within_s=0.5)
    begin = time.monotonic()
    with pytest.raises(TooLarge, match=r"answered within 0.5 s, was a larger one: a shorter time or a smaller area"):
        search.ask(EndlessQuestion(**SPAN, may_see=everything))
    assert time.monotonic() - begin < 15
    search._answer_within_s = 60.0
    assert len(search.ask(TracksQuestion(**SPAN, may_see=everything))) == 6
    search.close()


def test_one_question_is_answered_at_a_time(root: Path) -> None:
    search = TrackSearch(root, wait_s=0.05)
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Label) -> bool:
        begun.set()
        return go_on.wait(20)

    asking = threading.Thread(target=lambda: search.ask(TracksQuestion(**SPAN, may_see=slow)))
    asking.start()
    assert begun.wait(20)
    before = time.monotonic()
    with pytest.raises(Busy, match="ask again"):
        search.ask(TracksQuestion(**SPAN, may_see=everything))
    assert time.monotonic() - before < 5
    go_on.set()
    asking.join(20)
    search.close()


RINGS = st.lists(
    st.tuples(
        st.floats(20, 28, allow_nan=False).map(lambda x: round(x, 3)), st.floats(53, 58).map(lambda y: round(y, 3))
    ),
    min_size=3,
    max_size=8,
    unique=True,
).map(tuple)


@given(ring=RINGS, points=st.lists(st.tuples(st.floats(19, 29), st.floats(52, 59)), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_sql_and_python_agree_on_what_is_inside(
    database: duckdb.DuckDBPyConnection, ring: tuple[tuple[float, float], ...], points: list[tuple[float, float]]
) -> None:
    for area in (Area.of_ring(ring), Area.of_circle(ring[0], 90_000.0), Area((27.0, 53.0, 21.0, 58.0))):
        sql, bound = area.condition()
        table = pa.table({"longitude_deg": [x for x, _ in points], "latitude_deg": [y for _, y in points]})
        database.register("places", table)
        answers = database.sql(f"SELECT coalesce({sql}, false) AS inside FROM places", params=bound)
        found = answers.to_arrow_table().column("inside").to_pylist()
        assert found == [area.contains(x, y) for x, y in points]


def test_a_ring_has_corners_but_not_too_many() -> None:
    for corners in (2, MOST_CORNERS + 1):
        with pytest.raises(ValueError, match="expected 3 to 200 corners"):
            Area.of_ring(tuple((24.0 + at * 1e-3, 54.0) for at in range(corners)))


def test_no_history_is_no_tracks(tmp_path: Path) -> None:
    search = TrackSearch(tmp_path / "none")
    assert len(search.ask(TracksQuestion(**SPAN, may_see=everything))) == 0
    search.close()


def test_labels_of_one_track_are_all_told(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    for at, label in ((0, LTU), (1, POL)):
        writer.append(make_tracks(START_NS + at * S, (1,), label=label))
    writer.flush(60)
    search = TrackSearch(tmp_path)
    (row,) = search.ask(TracksQuestion(**SPAN, may_see=everything)).to_pylist()
    assert {Label.model_validate_json(text) for text in row["labels"]} == {LTU, POL}
    (row,) = search.ask(TracksQuestion(**SPAN, may_see=lambda label: label == LTU)).to_pylist()
    assert (row["states"], len(row["labels"])) == (1, 1)
    search.close()
    writer.close()


@pytest.mark.parametrize("roll", [{"roll_after_s": 0.0}, {}], ids=["files", "logs"])
def test_what_was_never_more_than_tentative_is_told_by_number_only(tmp_path: Path, roll: dict[str, float]) -> None:
    writer = HistoryWriter(tmp_path, **roll)
    life = {1: (0, 1, 2, 3), 2: (0, 0, 3), 3: (0, 1), 4: (2, 2)}
    for second in range(4):
        flying = tuple(track for track, states in life.items() if second < len(states))
        status = np.array([life[track][second] for track in flying], np.uint8)
        writer.append(make_tracks(START_NS + second * S, flying, status=status, **held_for(None, len(flying))))
    writer.flush(60)
    search = TrackSearch(tmp_path)
    span = {"start_ns": START_NS, "end_ns": START_NS + HOUR, "may_see": lambda _: True}
    rows = search.ask(TracksQuestion(**span, sort="track_id", descending=False)).to_pylist()
    assert [(row["track_id"], row["states"], row["total"]) for row in rows] == [(1, 4, 3), (3, 2, 3), (4, 2, 3)]
    assert search.ask(TracksQuestion(**span, track_id=2)).column("states").to_pylist() == [3]
    counts = search.ask(CountsQuestion(**span, step_ns=HOUR)).to_pylist()
    assert [row["tracks"] for row in counts] == [3]
    writer.close()
