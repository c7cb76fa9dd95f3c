"""An analyst's questions: what was there, by time, area, class and label; nothing that may not be seen."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
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
    TracksQuestion,
    whole,
)
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


def test_pages_in_order_of_a_column_make_the_whole(search: TrackSearch) -> None:
    question = TracksQuestion(**SPAN, may_see=everything, sort="highest_m", limit=4)
    pages = [
        ids(search, question),
        ids(search, TracksQuestion(**SPAN, may_see=everything, sort="highest_m", limit=4, offset=4)),
    ]
    assert pages == [[6, 5, 4, 3], [2, 1]]
    assert ids(search, whole(question, 1000)) == [6, 5, 4, 3, 2, 1]
    with pytest.raises(HistoryError, match="sort: expected one of"):
        search.ask(TracksQuestion(**SPAN, may_see=everything, sort="1; DROP TABLE rows"))  # type: ignore[arg-type]


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
    ring: tuple[tuple[float, float], ...], points: list[tuple[float, float]]
) -> None:
    import duckdb
    import pyarrow as pa

    for area in (Area.of_ring(ring), Area.of_circle(ring[0], 90_000.0), Area((27.0, 53.0, 21.0, 58.0))):
        sql, bound = area.condition()
        with duckdb.connect() as database:
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
