"""Who may see what: by clearance at home, by the bounds of releases abroad; what is hidden leaves no trace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import httpx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.sync.client import ClientConnection, connect

from sargas.console.frame import decode_frame
from sargas.console.history_export import Format
from sargas.console.history_messages import HistoryKind
from sargas.console.narrowed import KEYS, NarrowedPicture
from sargas.console.sight import Sight, narrow_configuration, sight_of
from sargas.model.label import Classification, Label
from sargas.model.records import Cue, Handover, NetworkIdentity, PartnerNotice, Source
from sargas.model.warning_records import WarningArea
from sargas.picture.ahead import Ahead, AheadPlace
from sargas.runtime.accounts import Account
from sargas.runtime.live_picture import LivePicture, PictureChange
from tests.console.node import (
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_health,
    make_lost,
    make_node,
    make_registration,
    make_tracks,
    open_client,
    serve,
)
from tests.console.test_stream import next_frame, next_section
from tests.runtime import store_cases

CANARY = "CaNaRy"
ASKED = {"active_only": "false", "from_ms": "0", "until_ms": "8e12"}
PAST = {"from_ms": str(NOW_NS // 1_000_000 - 43_200_000), "until_ms": str(NOW_NS // 1_000_000 + 43_200_000)}
OPEN = Label(releasable_to=("LVA",), originator="LTU")
HIDDEN = (
    Label(releasable_to=("POL",), originator="LTU"),
    Label(releasable_to=("LVA",), originator="LTU", classification=Classification.SECRET),
    Label(releasable_to=("LVA",), originator="POL"),
    Label(releasable_to=("LVA",), originator="LTU", caveats=("ORCON",)),
    Label(originator="LTU"),
)
LABELS = st.builds(
    Label,
    classification=st.sampled_from(Classification),
    releasable_to=st.sets(st.sampled_from(("LTU", "LVA", "POL"))).map(lambda found: tuple(sorted(found))),
    caveats=st.sampled_from(((), ("EXERCISE",), ("ORCON",))),
    originator=st.sampled_from(("LTU", "LVA", "POL", "LTU+LVA", "")),
)
SIGHTS = st.builds(Sight, st.just("LTU"), st.sampled_from(("LTU", "LVA")), st.sampled_from(Classification))


@given(sight=SIGHTS, label=LABELS)
def test_nobody_sees_above_the_clearance_and_another_nation_what_is_released_to_it_or_its_own(
    sight: Sight, label: Label
) -> None:
    if sight.may_see(label):
        assert label.classification <= sight.clearance
        if sight.is_foreign:
            assert sight.nation in label.releasable_to or label.originator == sight.nation
            assert label.originator in ("LTU", sight.nation)
            assert set(label.caveats) <= {"EXERCISE"}
    elif not sight.is_foreign:
        assert label.classification > sight.clearance


@pytest.mark.parametrize(
    ("nation", "clearance", "whole", "sees"),
    [
        ("LTU", None, True, Classification.SECRET),
        ("", None, True, Classification.SECRET),
        ("LTU", Classification.RESTRICTED, False, Classification.RESTRICTED),
        ("LVA", None, False, Classification.UNCLASSIFIED),
        ("LVA", Classification.SECRET, False, Classification.SECRET),
    ],
)
def test_an_account_sees_what_is_usual_for_its_nation_unless_it_says_otherwise(
    nation: str, clearance: Classification | None, whole: bool, sees: Classification
) -> None:
    sight = sight_of(Account("x", "viewer", nation, clearance), "LTU")
    assert (sight.is_whole, sight.clearance) == (whole, sees)
    assert sight_of(Account("x", "viewer", nation, None), "").is_whole, "on a recording of nobody's node"


def test_of_sensors_those_are_told_that_a_source_names_which_may_be_seen() -> None:
    """A stream names its sensors itself: a radar that no source names may be that of the one that is hidden."""
    restricted = Sight("LTU", "LTU", Classification.RESTRICTED)
    made = make_configuration()
    stream = Source(name="stream", format="asterix", label=Label(classification=Classification.SECRET))
    of_stream = made.sensors[0].model_copy(update={"id": "secret-radar"})
    whole = made.model_copy(update={"sources": (*made.sources, stream), "sensors": (*made.sensors, of_stream)})
    told = narrow_configuration(whole, restricted)
    assert [one.name for one in told.sources] == ["radar-east", "radar-west"]
    assert [one.id for one in told.sensors] == ["radar-east", "radar-west"]
    open_stream = stream.model_copy(update={"label": Label()})
    told = narrow_configuration(whole.model_copy(update={"sources": (*made.sources, open_stream)}), restricted)
    assert len(told.sensors) == 3


def test_municipalities_stay_in_the_node_which_has_thousands_of_points_of_them() -> None:
    sight = Sight("LTU", "LTU", Classification.SECRET)
    area = WarningArea(area_id="1", name="Utena", polygon=((24.0, 55.0), (25.0, 55.0), (25.0, 56.0)))
    told = narrow_configuration(make_configuration().model_copy(update={"municipalities": (area,)}), sight)
    assert told.municipalities == ()


def everything(track_id: int, label: Label, mark: str) -> list[Any]:
    """Make one record of each kind about a track, with a mark in its names and words."""
    base = {"time_ns": NOW_NS, "origin": "LTU-1", "label": label}
    return [
        make_alert(f"{mark}/alert", track_id, label=label, id=f"{mark}/alert/1", zone_name=mark, reasons=(mark,)),
        make_health(f"{mark}-feed", label=label, id=f"{mark}/health"),
        make_registration(f"{mark}-radar", label=label, id=f"{mark}/registration"),
        make_lost(track_id, label=label, id=f"{mark}/lost", lost_id=f"{mark}/lost"),
        store_cases.make_interference("4ca7b5", NOW_NS).model_copy(
            update={"label": label, "id": f"{mark}/gnss", "event_id": f"{mark}/gnss"}
        ),
        store_cases.make_permission(1, NOW_NS, label=label, id=f"{mark}/p", permission_id=f"{mark}/p", holder=mark),
        store_cases.make_unit(
            NOW_NS, label=label, id=f"{mark}/unit", unit_id=f"{mark}/unit", name=mark, contact=mark
        ),
        store_cases.make_claim(track_id, NOW_NS, label=label, id=f"{mark}/claim", claim_id=f"{mark}/claim"),
        store_cases.make_warning(
            NOW_NS, label=label, id=f"{mark}/w", warning_id=f"{mark}/w", message_id=f"{mark}/w/1", reasons=(mark,)
        ),
        store_cases.make_report(1, NOW_NS, label=label, id=f"{mark}/report", report_id=f"{mark}/report", words=mark),
        store_cases.make_sighting(1, NOW_NS, label=label, id=f"{mark}/sighting", sighting_id=f"{mark}/sighting"),
        store_cases.make_wind(NOW_NS, label=label, id=f"{mark}/wind", table_id=f"{mark}/wind"),
        store_cases.make_launch(NOW_NS, label=label, id=f"{mark}/launch", launch_id=f"{mark}/launch"),
        store_cases.make_closure(NOW_NS, label=label, id=f"{mark}/closure", zone_id=f"{mark}/a", advice_id=f"{mark}/a"),
        store_cases.make_track_event(1, NOW_NS).model_copy(
            update={"label": label, "id": f"{mark}/event", "reason": mark}
        ),
        NetworkIdentity(
            **base, id=f"{mark}/identity", track_id=track_id, network_id=f"LTU-{track_id}", since_ns=1, holder="LTU"
        ),
        Handover.model_validate(
            base
            | {"id": f"{mark}/h", "handover_id": f"{mark}/h", "network_id": "LTU-1", "giver": "LTU", "taker": "LVA",
               "state": "offered", "offered_ns": NOW_NS, "expires_ns": NOW_NS + 1, "reason": mark}
        ),
        Cue.model_validate(
            base
            | {"id": f"{mark}/c", "cue_id": f"{mark}/c", "asker": "LTU", "asked": "LVA", "state": "asked",
               "network_id": "LTU-1", "latitude_deg": 55.0, "longitude_deg": 25.0, "radius_m": 1.0,
               "expires_ns": NOW_NS + 1, "reason": mark}
        ),
        PartnerNotice.model_validate(
            base
            | {"id": f"{mark}/n", "notice_id": f"{mark}/n", "about": "alert", "state": "raised", "level": "critical",
               "headline": mark, "nation": "LVA"}
        ),
    ]  # fmt: skip


def tracks_of(track_ids: list[int], label: Label, name: str) -> Any:
    made = make_tracks(track_ids, callsign=np.full(len(track_ids), name.encode(), "S8"))
    sensors = np.ones((len(track_ids), 1), np.uint64)
    return replace(made, label=label, sensor_ids=(f"{name}-antenna",), contributing=sensors)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedNode]:
    """A served node with one of everything that Latvians may see, and one that they must not for each reason."""
    made = make_node(tmp_path_factory.mktemp("node"))
    made.accounts.create("ilze", PASSWORD, "operator", "LVA")
    told = everything(1, OPEN, "oPeN")
    batches = [tracks_of([1], OPEN, "oPeN")]
    for place, label in enumerate(HIDDEN, 1):
        told += everything(100 + place, label, f"{CANARY}-{place}")
        batches.append(tracks_of([100 + place], label, f"{CANARY}{place}"))
    configuration = make_configuration().model_copy(update={"label": HIDDEN[0], "node": "LTU-1"})
    zones = tuple(zone.model_copy(update={"name": CANARY}) for zone in configuration.zones)
    sensors = tuple(sensor.model_copy(update={"id": f"{CANARY}-s"}) for sensor in configuration.sensors)
    made.picture.apply([configuration.model_copy(update={"zones": zones, "sensors": sensors}), *batches, *told], NOW_NS)
    made.store.write(told)
    made.ahead |= {100 + place: Ahead(NOW_NS, (AheadPlace(30.0, 55.0, 25.0, 300.0, 400.0),)) for place in range(6)}
    with serve(made):
        yield made
    made.store.close()


def bearer(node: ScriptedNode, account: str) -> dict[str, str]:
    token, _ = node.accounts.tokens.issue(account, ["read"], 1)
    return {"Authorization": f"Bearer {token}"}


def listen(node: ScriptedNode, account: str) -> ClientConnection:
    url = node.url.replace("http", "ws") + "/stream"
    return connect(url, additional_headers=bearer(node, account), compression=None, max_size=None)


def readable(node: ScriptedNode) -> list[str]:
    """Return every address of the API that can be read, placeholders filled with what is hidden and what is open."""
    found = []
    for path, methods in node.app.openapi()["paths"].items():
        if "get" in methods and path not in ("/api/events", "/api/tokens"):
            for mark, track in (("oPeN", 1), *((f"{CANARY}-{i}", 100 + i) for i in range(1, len(HIDDEN) + 1))):
                filled = path.replace("{track_id}", str(track)).replace("{message_id}", f"{mark}/w/1")
                filled = filled.replace("{source}", f"{mark}")
                found += [filled.replace("{format}", name) for name in get_args(Format)]
    assert not [path for path in found if "{" in path]
    kinds = [f"/api/history/records?kind={kind}" for kind in get_args(HistoryKind)]
    return sorted({*found, *kinds} - {"/api/history/records"})


def ask(client: httpx.Client, address: str) -> httpx.Response:
    """Ask with all that any of them understands; of the past for a day, more is refused."""
    path, _, kind = address.partition("?kind=")
    named = {"kind": kind} if kind else {}
    return client.get(path, params=ASKED | (PAST if "/history/" in path else {}) | named)


def test_no_answer_of_the_api_holds_what_a_label_forbids(guarded: ScriptedNode) -> None:
    with open_client(guarded.url, headers=bearer(guarded, "ilze"), timeout=20) as client:
        answers = {path: ask(client, path) for path in readable(guarded)}
    with open_client(guarded.url, headers=bearer(guarded, "jonas"), timeout=20) as client:
        whole = {path: ask(client, path) for path in readable(guarded)}
    for path, answer in answers.items():
        words = answer.text.replace(path, "")
        if answer.status_code == 404:  # a refusal repeats the name that was asked for, and says no more
            words = re.sub(rf"{CANARY}-\d/w/1", "", words)
        if path.endswith("/forecast") and "/1/" not in path:  # repeats the number that was asked for, and says no more
            assert answer.json()["time_ns"] is None, path
            assert answer.json()["places"] == [], path
            words = ""
        assert CANARY not in words, path
        assert not re.search(r'"track_ids?":\[?10[1-5]\b', words), path
    shows = {path for path, answer in answers.items() if "oPeN" in answer.text}
    hides = {path for path, answer in whole.items() if CANARY in answer.text}
    lists = {path for path in hides if CANARY not in path and "/tracks/" not in path} - {"/api/sensors", "/api/zones"}
    assert len(lists) > 14
    assert {"/api/history/records?kind=alert", "/api/history/records?kind=warning"} <= lists
    assert lists <= shows, "what may be seen is shown"


def test_no_byte_of_the_streams_holds_it(guarded: ScriptedNode) -> None:
    text, frames = "", []
    with listen(guarded, "ilze") as stream:
        for message in (stream.recv(timeout=5) for _ in range(20)):
            if isinstance(message, bytes):
                frames.append(decode_frame(message))
                break
            text += message
    assert frames[0].columns["track_id"].tolist() == [1]
    assert "oPeN" in text
    assert CANARY not in text
    assert CANARY.encode() not in b"".join(column.tobytes() for column in frames[0].columns.values())
    assert "antenna" not in text, "nor the names of sensors"
    events = ""
    with (
        open_client(guarded.url, headers=bearer(guarded, "ilze"), timeout=10) as client,
        client.stream("GET", "/api/events") as answer,
    ):
        for line in answer.iter_lines():
            events += line
            if line == "event: ready":
                break
    assert "oPeN" in events
    assert CANARY not in events


def test_the_own_people_see_all_of_it(guarded: ScriptedNode) -> None:
    with listen(guarded, "jonas") as stream:
        frame = next_frame(stream)
    assert frame.columns["track_id"].tolist() == [1, 101, 102, 103, 104, 105]


def test_what_becomes_stricter_is_taken_away(tmp_path: Path) -> None:
    node = make_node(tmp_path)
    node.accounts.create("ilze", PASSWORD, "viewer", "LVA")
    node.picture.apply([make_configuration(), tracks_of([1, 2], OPEN, "a")], NOW_NS)
    node.picture.apply([make_alert("a/1", 1, label=OPEN)], NOW_NS)
    with serve(node), listen(node, "ilze") as stream:
        assert [one["alert_id"] for one in next_section(stream, "alerts")["alerts"]] == ["a/1"]
        assert next_frame(stream).columns["track_id"].tolist() == [1, 2]
        node.picture.apply([tracks_of([2], HIDDEN[1], "a")], NOW_NS)
        gone = next_frame(stream)
        assert (gone.deleted.tolist(), gone.columns["track_id"].tolist()) == ([2], [])
        node.picture.apply([tracks_of([2], HIDDEN[1], "a")], NOW_NS)
        node.picture.apply([tracks_of([1], OPEN, "a")], NOW_NS)
        again = next_frame(stream)
        while not len(again):
            assert again.deleted.tolist() == [], "told once, and nothing of it after that"
            again = next_frame(stream)
        assert (again.deleted.tolist(), again.columns["track_id"].tolist()) == ([], [1])
        node.picture.apply([make_alert("a/1", 1, label=HIDDEN[1], id="a/1/stricter")], NOW_NS)
        assert next_section(stream, "alerts")["alerts"] == []
    node.store.close()


@settings(max_examples=40)
@given(
    steps=st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from((OPEN, *HIDDEN)), st.booleans()), min_size=1, max_size=30
    )
)
def test_deltas_lead_to_the_snapshot_and_name_no_hidden_track(steps: list[tuple[int, Label, bool]]) -> None:
    whole, sight = LivePicture(), Sight("LTU", "LVA", Classification.UNCLASSIFIED)
    narrowed, known, ever, revision = NarrowedPicture(whole, sight), set[int](), set[int](), -1
    for number, label, reads in steps:
        whole.apply([tracks_of([number], label, "a")], NOW_NS)
        if label == OPEN:
            ever.add(number)
        if reads:
            change = narrowed.changes(revision)
            revision = change.revision
            known = set() if change.snapshot else known - set(change.deleted.tolist())
            known |= set(change.tracks.track_id.tolist())
            assert set(change.deleted.tolist()) <= ever
            assert known == set(narrowed.snapshot().tracks.track_id.tolist())
            assert narrowed.count == len(known)
    assert set(narrowed.snapshot().tracks.track_id.tolist()) <= ever


def test_every_part_of_a_change_is_narrowed_or_known_to_be_harmless() -> None:
    """Whoever adds a part to a change must say here what becomes of it."""
    handled = {*KEYS, "tracks", "receive_time_ns", "deleted", "network", "claimed", "configuration"}
    harmless = {"revision", "valid_time_ns", "snapshot", "exercise"}
    assert {field.name for field in fields(PictureChange)} == handled | harmless
