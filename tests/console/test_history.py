"""The past over HTTP: tracks, series, counts, files and records; by label for everybody, however one asks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import httpx
import pyarrow.parquet as pq
import pytest

from sargas.console.history_messages import HistoryRecord
from sargas.console.record_order import RecordSort, value_of
from sargas.model.label import Classification, Label
from sargas.model.records import Alert, Zone
from sargas.runtime.audit.look import look_into
from sargas.runtime.history import HistoryWriter
from sargas.runtime.history.questions import SortColumn
from sargas.runtime.history.row_order import RowPlace, in_order
from sargas.runtime.history.search import Busy, TooLarge, TrackSearch
from tests.console.node import (
    PASSWORD,
    ScriptedNode,
    log_in,
    make_alert,
    make_configuration,
    make_node,
    serve,
)
from tests.runtime import store_cases
from tests.runtime.history_cases import HOUR, START_NS, S, make_tracks
from tests.runtime.test_history_questions import SECRET, night

FROM_MS = START_NS / 1e6
SPAN = {"from_ms": FROM_MS, "until_ms": FROM_MS + 2 * 3_600_000}
ALERT_NS = START_NS + 600 * S
RELEASED = Label(releasable_to=("LVA",), originator="LTU")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hours of tracks on record, one of them with a call sign that a spreadsheet would run."""
    made = tmp_path_factory.mktemp("history")
    writer = HistoryWriter(made / "history")
    for batch in night():
        writer.append(batch)
    writer.append(make_tracks(START_NS + 5 * S, (9,), callsign=[b"=1+1"]))
    writer.flush(60)
    writer.close()
    return made


@pytest.fixture
def node(folder: Path, tmp_path: Path) -> Iterator[ScriptedNode]:
    with serving(folder, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def reader(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """One reader of one node for all tests that change nothing there."""
    with serving(folder, tmp_path_factory.mktemp("reader")) as made, log_in(made.url, "jonas") as client:
        yield client


@contextmanager
def serving(folder: Path, own: Path) -> Iterator[ScriptedNode]:
    """Serve a node with what is on record and some records beside it, for three people."""
    search = TrackSearch(folder / "history")
    made = make_node(own, audit=True, search=search, now_ns=lambda: START_NS + 2 * HOUR)
    made.accounts.create("baiba", PASSWORD, "viewer", "LVA")
    made.accounts.create("petras", PASSWORD, "viewer", clearance=Classification.RESTRICTED)
    zones = (
        Zone(id="low", name="Žemai", kind="protected", centre=(24.36, 54.1), radius_m=4000.0),
        Zone(id="hidden", name="Slapta", kind="protected", centre=(24.3, 54.4), radius_m=9000.0),
    )
    made.picture.apply([make_configuration().model_copy(update={"zones": zones})], START_NS)
    made.store.write(
        [
            make_alert("open", 1, zone_id="low", zone_name="Žemai", danger=0.4, time_ns=ALERT_NS, raised_ns=ALERT_NS),
            make_alert(
                "secret", 5, "advisory", zone_id="hidden", zone_name="Slapta", danger=0.9, label=SECRET,
                time_ns=ALERT_NS + S, raised_ns=ALERT_NS,
            ),
            store_cases.make_warning(START_NS + HOUR, label=RELEASED),
            store_cases.make_report(1, START_NS + HOUR, label=RELEASED),
            store_cases.make_lost(START_NS + HOUR, label=RELEASED, last_seen_ns=START_NS),
            store_cases.make_lost(START_NS + HOUR, label=SECRET, track_id=5),
        ]
    )  # fmt: skip
    with serve(made):
        yield made
    search.close()
    made.store.close()


@pytest.fixture
def jonas(node: ScriptedNode) -> Iterator[httpx.Client]:
    with log_in(node.url, "jonas") as client:
        yield client


def ask(client: httpx.Client, path: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/history/{path}", params={**SPAN, **parameters})
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(told: dict[str, Any]) -> list[int]:
    return [row["track_id"] for row in told["rows"]]


def test_tracks_of_a_time_with_what_alerts_said_of_them(jonas: httpx.Client) -> None:
    told = ask(jonas, "tracks", sort="track_id", descending="false")
    assert (told["total"], told["offset"], numbers(told)) == (7, 0, [1, 2, 3, 4, 5, 6, 9])
    rows = {row["track_id"]: row for row in told["rows"]}
    assert (rows[1]["class_name"], rows[1]["probability"]) == ("one_way_drone", 0.8)
    assert (rows[1]["tier"], rows[1]["danger"]) == ("critical", 0.4)
    assert (rows[5]["tier"], rows[5]["label"]["classification"]) == ("advisory", 3)
    assert (rows[6]["class_name"], rows[6]["label"]["originator"]) == (None, "POL")
    assert (rows[2]["tier"], rows[2]["danger"]) == (None, None)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"class_name": "balloon"}, [4]),
        ({"class_name": "none"}, [6, 9]),
        ({"zone": "low"}, [1]),
        ({"box": "23,54.15,26,54.35"}, [2, 3]),
        ({"ring": "23,54.05;26,54.05;26,54.25;23,54.25"}, [1, 2]),
        ({"classification": "secret"}, [5]),
        ({"originator": "POL"}, [6]),
        ({"track_id": 4}, [4]),
        ({"limit": 2, "after": "[2,2]"}, [3, 4]),
        ({"limit": 2, "before": "[5,5]"}, [3, 4]),
    ],
)
def test_each_filter_narrows_on_the_server(jonas: httpx.Client, asked: dict[str, Any], expected: list[int]) -> None:
    assert numbers(ask(jonas, "tracks", sort="track_id", descending="false", **asked)) == expected


@pytest.mark.parametrize(("name", "seen"), [("baiba", [1, 2, 3, 4, 9]), ("petras", [1, 2, 3, 4, 6, 9])])
def test_rows_that_labels_forbid_are_in_no_answer_at_all(node: ScriptedNode, name: str, seen: list[int]) -> None:
    with log_in(node.url, name) as client:
        told = ask(client, "tracks", sort="track_id", descending="false")
        assert (numbers(told), told["total"]) == (seen, len(seen))
        assert ask(client, "tracks", classification="secret")["rows"] == []
        assert client.get("/api/history/tracks/5", params=SPAN).status_code == 404
        drones = [one["tracks"] for one in ask(client, "counts")["counts"] if one["class_name"] == "one_way_drone"]
        assert drones == [3, 3], "the secret drone of the second hour is not counted"
        for kind in ("csv", "geojson"):
            text = client.get(f"/api/history/tracks.{kind}", params=SPAN).text
            assert "secret" not in text.lower()
        records = ask(client, "records", kind="alert")
        assert [row["record_id"] for row in records["rows"]] == ["open"]
        assert "Slapta" not in json.dumps(records)
        answer = client.get("/api/history/tracks", params={**SPAN, "zone": "no-such"})
        assert answer.status_code == 404


def test_a_foreign_reader_finds_no_zones_that_the_configuration_hides(node: ScriptedNode) -> None:
    hidden = make_configuration().model_copy(update={"label": Label(originator="LTU"), "id": "configuration/2"})
    node.picture.apply([hidden], START_NS)
    with log_in(node.url, "baiba") as client:
        assert client.get("/api/history/tracks", params={**SPAN, "zone": "lt-east"}).status_code == 404


def test_a_series_tells_height_speed_class_and_danger(jonas: httpx.Client) -> None:
    told = ask(jonas, "tracks/1", points=30)
    length = len(told["time_ms"])
    assert 30 <= length <= 31
    for column in ("latitude_deg", "longitude_deg", "altitude_m", "speed_mps", "climb_mps", "existence"):
        assert len(told[column]) == length, column
    assert told["altitude_m"][0] == 100.0
    assert [(one["class_name"], one["probability"][0]) for one in told["classes"]] == [("one_way_drone", 0.8)]
    assert [(one["danger"], one["tier"]) for one in told["danger"]] == [(0.4, "critical")]
    assert jonas.get("/api/history/tracks/77", params=SPAN).status_code == 404


def test_counts_are_by_step_and_class(jonas: httpx.Client) -> None:
    told = ask(jonas, "counts", step="hour")
    assert told["step_s"] == 3600
    counted = {(one["from_ns"] - START_NS, one["class_name"]): one["tracks"] for one in told["counts"]}
    assert counted == {
        (0, "one_way_drone"): 3,
        (0, None): 1,
        (HOUR, None): 1,
        (HOUR, "one_way_drone"): 4,
        (HOUR, "balloon"): 1,
    }
    assert jonas.get("/api/history/counts", params={**SPAN, "step": "week"}).status_code == 422


def test_files_say_the_same_with_labels_and_no_formula_and_are_noted(node: ScriptedNode, jonas: httpx.Client) -> None:
    answer = jonas.get("/api/history/tracks.csv", params={**SPAN, "sort": "track_id", "descending": "false"})
    assert answer.headers["content-disposition"] == 'attachment; filename="tracks-secret.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["track_id"] for row in rows] == ["1", "2", "3", "4", "5", "6", "9"]
    assert rows[6]["callsign"] == "'=1+1"
    assert (rows[5]["classification"], rows[5]["releasable_to"]) == ("restricted", "LVA POL")
    drawn = jonas.get("/api/history/tracks.geojson", params={**SPAN, "class_name": "balloon"}).json()
    (feature,) = drawn["features"]
    assert (feature["geometry"]["type"], len(feature["geometry"]["coordinates"])) == ("LineString", 60)
    assert feature["properties"]["class_name"] == "balloon"
    table = pq.read_table(io.BytesIO(jonas.get("/api/history/tracks.parquet", params=SPAN).content))
    assert sorted(table.column("track_id").to_pylist()) == [1, 2, 3, 4, 5, 6, 9]
    assert jonas.get("/api/history/tracks.xls", params=SPAN).status_code == 422
    saved = [
        one for one in look_into(node.app.state.console.settings.audit_folder).latest if one.action == "history:save"
    ]
    assert [(one.actor, one.object, one.detail["tracks"]) for one in saved] == [
        ("jonas", "tracks.parquet", "7"),
        ("jonas", "tracks.geojson", "1"),
        ("jonas", "tracks.csv", "7"),
    ]


def test_records_of_each_kind_and_by_place(jonas: httpx.Client) -> None:
    (warning,) = ask(jonas, "records", kind="warning")["rows"]
    assert (warning["what"], warning["state"], warning["level"]) == ("warning", "drafted", "red")
    (report,) = ask(jonas, "records", kind="report")["rows"]
    place = (report["longitude_deg"], report["latitude_deg"])
    around = ",".join(str(round(place[at % 2] + (0.1 if at > 1 else -0.1), 4)) for at in range(4))
    assert len(ask(jonas, "records", kind="report", box=around)["rows"]) == 1
    assert ask(jonas, "records", kind="report", box="1,1,2,2")["rows"] == []
    assert [row["record_id"] for row in ask(jonas, "records", zone="low")["rows"]] == ["open"]
    assert [row["record_id"] for row in ask(jonas, "records", level="advisory")["rows"]] == ["secret"]
    assert ask(jonas, "records", kind="closure")["rows"] == []
    (lost,) = ask(jonas, "records", kind="lost", classification="unclassified")["rows"]
    assert (lost["track_ids"], lost["level"], lost["text"], lost["began_ns"]) == (
        [7],
        "hidden",
        "hidden below coverage 100%",
        START_NS,
    )
    assert lost["text_lt"] == "skrenda žemiau aprėpties 100 %"
    assert [one["track_ids"] for one in ask(jonas, "records", kind="lost", box="24.8,54.9,25,55.1")["rows"]] == [
        [5],
        [7],
    ]
    assert ask(jonas, "records", kind="lost", box="1,1,2,2")["rows"] == []


def pages_of(client: httpx.Client, path: str, **parameters: Any) -> list[list[Any]]:
    """Ask page by page to the end, and back again to the first: the same pages, each row once."""
    there, way = [], dict[str, str]()
    while True:
        page = ask(client, path, **parameters, **way)
        there.append(page["rows"])
        assert (page["previous"] is None) == (len(there) == 1)
        if page["next"] is None:
            break
        way = {"after": page["next"]}
    back = [page["rows"]]
    while page["previous"] is not None:
        page = ask(client, path, **parameters, before=page["previous"])
        back.append(page["rows"])
    assert list(chain(*back[::-1])) == list(chain(*there))
    return there


TRACK_ORDERS = {
    "track_id": [9, 6, 5, 4, 3, 2, 1],
    "callsign": [5, 3, 1, 9, 6, 4, 2],
    "threat": [1, 5, 2, 3, 4, 6, 9],
    "label": [5, 6, 1, 2, 3, 4, 9],
    "class_index": [4, 1, 2, 3, 5, 6, 9],
}


@pytest.mark.parametrize("sort", get_args(SortColumn))
@pytest.mark.parametrize("descending", [True, False])
def test_every_column_of_tracks_sorts_all_that_was_found(reader: httpx.Client, sort: str, descending: bool) -> None:
    asked = {"sort": sort, "descending": str(descending).lower()}
    pages = pages_of(reader, "tracks", limit=3, **asked)
    assert [len(page) for page in pages] == [3, 3, 1]
    order = [row["track_id"] for page in pages for row in page]
    assert order == numbers(ask(reader, "tracks", **asked)), "the whole answer is sorted, not each page"
    if descending and sort in TRACK_ORDERS:
        assert order == TRACK_ORDERS[sort]


def test_a_file_is_in_the_order_of_the_page_and_a_page_says_where_it_stands(jonas: httpx.Client) -> None:
    asked = {"sort": "threat", "descending": "true"}
    text = jonas.get("/api/history/tracks.csv", params={**SPAN, **asked}).text
    assert [int(row["track_id"]) for row in csv.DictReader(io.StringIO(text))] == TRACK_ORDERS["threat"]
    later = ask(jonas, "tracks", limit=2, **asked, after=ask(jonas, "tracks", limit=4, **asked)["next"])
    assert (later["offset"], later["total"], numbers(later)) == (4, 7, TRACK_ORDERS["threat"][4:6])


def forty_alerts() -> list[Alert]:
    """Make forty alerts, four changed at once each second, a third of them secret."""
    return [
        make_alert(
            f"a{at:02}",
            at % 7,
            tier="critical" if at % 5 == 0 else "advisory",
            state="ended" if at % 2 else "raised",
            ended_ns=ALERT_NS + (at // 4) * S if at % 2 else None,
            zone_name=["Žemai", "zoo", "Zuikis", "Abava", ""][at % 5],
            time_ns=ALERT_NS + (at // 4) * S,
            raised_ns=ALERT_NS - (at * 7 % 11) * S,
            label=SECRET if at % 3 == 0 else RELEASED,
        )
        for at in range(40)
    ]


@pytest.fixture
def alerts(node: ScriptedNode) -> list[Alert]:
    made = forty_alerts()
    node.store.write(made)
    return made


@pytest.fixture(scope="module")
def crowded(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, httpx.Client]]:
    """Two readers of one node with forty alerts, by name, for all tests that change nothing there."""
    with serving(folder, tmp_path_factory.mktemp("crowded")) as made:
        made.store.write(forty_alerts())
        with log_in(made.url, "jonas") as jonas, log_in(made.url, "baiba") as baiba:
            yield {"jonas": jonas, "baiba": baiba}


def test_pages_of_records_tell_each_once_and_their_key_names_nothing_hidden(
    node: ScriptedNode, alerts: list[Alert]
) -> None:
    for name in ("jonas", "baiba"):
        with log_in(node.url, name) as client:
            found, after = list[str](), None
            while True:
                page = ask(client, "records", limit=5, **({} if after is None else {"after": after}))
                assert len(page["rows"]) <= 5
                found += [row["record_id"] for row in page["rows"]]
                after = page["next"]
                if after is None:
                    break
                assert json.loads(after)[1] in found
            hidden = {f"a{at:02}" for at in range(0, 40, 3)}
            expected = {one.alert_id for one in alerts} | {"open", "secret"}
            assert sorted(found) == sorted(expected if name == "jonas" else expected - hidden - {"secret"})


@pytest.mark.parametrize("sort", get_args(RecordSort))
@pytest.mark.parametrize("descending", [True, False])
def test_every_column_of_records_sorts_all_that_was_found(
    crowded: dict[str, httpx.Client], sort: RecordSort, descending: bool
) -> None:
    asked = {"kind": "alert", "sort": sort, "descending": str(descending).lower()}
    for name, count in (("jonas", 42), ("baiba", 27)):
        client = crowded[name]
        told = [row for page in pages_of(client, "records", limit=6, **asked) for row in page]
        assert told == ask(client, "records", limit=500, **asked)["rows"]
        assert len({row["record_id"] for row in told}) == len(told) == count
        values = [value_of(HistoryRecord.model_validate(row), sort) for row in told]
        places = [RowPlace(value, row["record_id"]) for value, row in zip(values, told, strict=True)]
        assert places == in_order(places, descending)
        assert len(set(values)) > 1


def test_levels_go_by_weight_and_words_as_people_sort_them(jonas: httpx.Client, alerts: list[Alert]) -> None:
    levels = [row["level"] for row in ask(jonas, "records", sort="level", limit=500)["rows"]]
    assert levels == sorted(levels, key=["critical", "advisory"].index)
    words = [row["text"] for row in ask(jonas, "records", sort="text", descending="false", limit=500)["rows"]]
    assert list(dict.fromkeys(words)) == ["Abava", "Slapta", "zoo", "Zuikis", "Žemai", ""]
    assert words.count("") == sum(one.zone_name == "" for one in alerts)


@pytest.mark.usefixtures("alerts")
def test_a_page_goes_on_where_it_stood_when_records_change_meanwhile(node: ScriptedNode, jonas: httpx.Client) -> None:
    first = ask(jonas, "records", sort="began", limit=10)
    rest = ask(jonas, "records", sort="began", limit=500, after=first["next"])["rows"]
    node.store.write([make_alert("newcomer", 3, raised_ns=ALERT_NS + 5 * S, time_ns=ALERT_NS + 5 * S)])
    assert ask(jonas, "records", sort="began", limit=500, after=first["next"])["rows"] == rest
    assert ask(jonas, "records", sort="began", limit=1)["rows"][0]["record_id"] == "newcomer"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("tracks", {"after": "2,2"}),
        ("tracks", {"after": "[2]"}),
        ("tracks", {"after": '["two",2]'}),
        ("tracks", {"after": "[2,null]"}),
        ("tracks", {"after": "[true,2]"}),
        ("tracks", {"after": "[1e999,2]"}),
        ("tracks", {"after": "[9223372036854775808,2]"}),
        ("tracks", {"sort": "callsign", "after": "[2,2]"}),
        ("tracks", {"after": "[2,2]", "before": "[2,2]"}),
        ("records", {"after": "[2,2]"}),
        ("records", {"sort": "text", "after": '[2,"a"]'}),
        ("records", {"sort": "danger"}),
    ],
)
def test_places_that_no_page_told_are_refused(reader: httpx.Client, path: str, asked: dict[str, Any]) -> None:
    assert reader.get(f"/api/history/{path}", params={**SPAN, **asked}).status_code == 422


@pytest.mark.parametrize(
    "asked",
    [
        {"from_ms": FROM_MS, "until_ms": FROM_MS},
        {"until_ms": FROM_MS + 40 * 86_400_000},
        {"box": "1,2,3"},
        {"ring": "1,1;2,2"},
        {"box": "1,1,2,2", "zone": "low"},
        {"sort": "track_id; DROP TABLE rows"},
        {"class_name": "ufo"},
        {"limit": 100_000},
    ],
)
def test_what_cannot_be_asked_is_refused(reader: httpx.Client, asked: dict[str, Any]) -> None:
    assert reader.get("/api/history/tracks", params={**SPAN, **asked}).status_code == 422


@pytest.mark.parametrize("words", ["x' OR '1'='1", '"; DROP TABLE rows; --', "POL' --"])
def test_words_of_a_question_are_never_part_of_its_sql(reader: httpx.Client, words: str) -> None:
    assert ask(reader, "tracks", originator=words)["rows"] == []
    assert ask(reader, "records", originator=words, state=words[:40])["rows"] == []
    assert reader.get("/api/history/tracks", params={**SPAN, "zone": words}).status_code == 404


def test_too_large_and_busy_are_said(node: ScriptedNode, jonas: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault, status in ((TooLarge("a shorter time"), 422), (Busy("ask again"), 429)):

        def fail(*_: object, fault: Exception = fault) -> None:
            raise fault

        monkeypatch.setattr(TrackSearch, "ask", fail)
        answer = jonas.get("/api/history/tracks", params=SPAN)
        assert (answer.status_code, answer.json()["detail"]) == (status, str(fault))


def test_a_recording_has_no_history(tmp_path: Path) -> None:
    bare = make_node(tmp_path)
    with serve(bare), log_in(bare.url, "jonas") as client:
        assert client.get("/api/history/tracks", params=SPAN).status_code == 404
    bare.store.close()
