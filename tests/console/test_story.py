"""What became of a track, told from the kept columns and records of a real store and history."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import numpy as np
import pyarrow as pa
import pytest

from sargas.console.context import ConsoleSettings
from sargas.console.story import MOST_LINES
from sargas.console.track_life import SETTLED_ROWS, changes_of_life, sensor_spans
from sargas.model.columns import NS_PER_S
from sargas.model.identity_records import About
from sargas.model.label import Classification, Label
from sargas.model.lost_records import LostCause
from sargas.model.records import (
    Alert,
    Claim,
    Decision,
    DecisionAction,
    LostTrack,
    PublicWarning,
    TrackEvent,
)
from sargas.model.saying import Words
from sargas.model.tracks import CLASSES, Tracks, TrackStatus
from sargas.runtime.history import History, HistoryWriter
from tests.console.node import (
    LABEL,
    NOW_NS,
    PASSWORD,
    ScriptedNode,
    make_alert,
    make_configuration,
    make_lost,
    make_node,
    make_tracks,
    serve,
)
from tests.runtime.store_cases import make_claim

PAGES = Path(__file__).parents[2] / "web" / "src" / "language"

BALLOON, DRONE = CLASSES.index("balloon"), CLASSES.index("one_way_drone")
FLICKER_AT = 12


def states(track_id: int, seconds: int = 30) -> Iterator[Tracks]:
    """Fly a track that is held for a balloon, for one second a bird, from the 20th second on a drone; two radars."""
    for second in range(seconds):
        shares = np.zeros((1, len(CLASSES)), np.float32)
        shares[0, DRONE if second >= 20 else BALLOON if second >= 5 else 0] = 0.9 if second >= 5 else 0.2
        if second == FLICKER_AT:
            shares[0] = np.eye(len(CLASSES))[CLASSES.index("bird")]
        yield make_tracks(
            [track_id],
            time_ns=NOW_NS - (seconds - second) * NS_PER_S,
            sensor_ids=("radar-east", "radar-west"),
            contributing=np.array([[3 if second >= 10 else 1]], np.uint64),
            class_probabilities=shares,
            status=np.array([TrackStatus.COASTING if 25 <= second < 28 else TrackStatus.CONFIRMED], np.uint8),
        )


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    """A node with a history of two tracks."""
    writer = HistoryWriter(tmp_path / "history")
    for told in states(7):
        writer.append(told)
    writer.append(next(states(8)))
    writer.close()
    history = History(tmp_path / "history")
    made = make_node(tmp_path, history=history)
    yield made
    made.store.close()
    history.close()


def of_kind(story: dict[str, list[dict[str, object]]], what: str) -> list[tuple[int, str]]:
    return [(int(str(line["time_ns"])), str(line["state"])) for line in story["lines"] if line["what"] == what]


def second(number: int) -> int:
    return NOW_NS - (30 - number) * NS_PER_S


def test_it_says_who_saw_it_what_it_was_held_for_and_what_was_done(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_tracks([7])], NOW_NS)
    alert = make_alert("a1", 7, "advisory")
    worse = make_alert("a1", 7, "critical", time_ns=NOW_NS + 5, id="a1/worse")
    same = make_alert("a1", 7, "critical", time_ns=NOW_NS + 6, id="a1/again", probability=0.9)
    other = make_alert("a2", 70, time_ns=NOW_NS + 6)
    decision = Decision(
        id="d1", time_ns=NOW_NS + 7, origin="n", label=LABEL, actor="jonas", action="acknowledge", subject="a1"
    )
    claim = make_claim(7, NOW_NS + 8, claim_id="jonas/7/class", about="class", value="bird", source="jonas")
    node.store.write([alert, worse, same, other, decision, claim])
    story = operator.get("/api/tracks/7/story").json()
    assert of_kind(story, "sensor") == [(second(0), "radar-east"), (second(10), "radar-west")]
    assert of_kind(story, "class") == [(second(5), "balloon"), (second(20), "one_way_drone")]
    assert of_kind(story, "status") == [(second(0), "confirmed"), (second(25), "coasting"), (second(28), "confirmed")]
    assert of_kind(story, "alert") == [(NOW_NS, "raised"), (NOW_NS + 5, "raised")]
    assert of_kind(story, "decision") == [(NOW_NS + 7, "acknowledge")]
    assert [(line["who"], line["value"]) for line in story["lines"] if line["what"] == "claim"] == [("jonas", "bird")]
    assert [line["time_ns"] for line in story["lines"]] == sorted(line["time_ns"] for line in story["lines"])
    assert [(one["sensor"], one["states"]) for one in story["sensors"]] == [("radar-east", 30), ("radar-west", 20)]
    assert story["left_out"] == 0


def test_a_report_is_drafted_from_what_is_known_and_says_who_and_when(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    about = {"claim_id": "rasa/7/class", "about": "class", "value": "one_way_drone", "source": "rasa", "label": LABEL}
    claim = make_claim(7, NOW_NS, **about)
    node.picture.apply([make_configuration(exercise=True), make_tracks([7]), claim], NOW_NS)
    node.store.write([make_alert("a1", 7), claim])
    told = operator.get("/api/tracks/7/report-draft").json()
    text = told["text"]
    assert text.startswith("EXERCISE EXERCISE EXERCISE\nReport on track 7\nDrafted 2026-09-21T14:13:20Z by jonas")
    assert "UNCLASSIFIED // REL TO LTU, LVA, POL" in text
    assert "Last known place: 55.0000, 25.0000, 1000 m" in text
    assert "Class: one-way drone (" in text
    assert "Seen by radar-west: 2026-09-21T14:13:00Z - 2026-09-21T14:13:19Z, 20 states" in text
    assert "2026-09-21T14:13:20Z Critical alert: Rytų siena" in text
    lithuanian = operator.get("/api/tracks/7/report-draft?language=lt").json()["text"]
    assert lithuanian.startswith("PRATYBOS PRATYBOS PRATYBOS\nPranešimas apie taikinį 7\n")
    assert "Klasė: vienkartinis dronas (" in lithuanian
    assert "Matė radar-west: 2026-09-21T14:13:00Z - 2026-09-21T14:13:19Z, būsenų: 20" in lithuanian
    assert "2026-09-21T14:13:20Z Kritinis pavojus: Rytų siena" in lithuanian
    assert "one_way_drone" not in text + lithuanian
    assert operator.get("/api/tracks/9/report-draft").status_code == 404
    assert operator.get("/api/tracks/7/report-draft?language=xx").status_code == 422


def test_a_report_of_a_track_that_is_gone_tells_what_is_kept_of_it(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_configuration(), make_tracks([9])], NOW_NS)
    about = {"claim_id": "rasa/7/class", "about": "class", "source": "rasa", "label": LABEL}
    first = make_claim(7, NOW_NS - 9, **about, value="bird", until_ns=NOW_NS - 1)
    node.store.write([make_alert("a1", 7), first, make_claim(7, NOW_NS - 5, **about, value="one_way_drone")])
    text = operator.get("/api/tracks/7/report-draft").json()["text"]
    assert "Report on track 7\nDrafted 2026-09-21T14:13:20Z by jonas" in text
    assert "Label: UNCLASSIFIED // REL TO LTU, LVA, POL\n" in text
    assert "Last known place: 55.0000, 25.0000, 1000 m" in text
    assert "Class: one-way drone (" in text
    assert "Seen by radar-west: 2026-09-21T14:13:00Z - 2026-09-21T14:13:19Z, 20 states" in text
    assert "2026-09-21T14:13:20Z Critical alert: Rytų siena" in text


@pytest.mark.parametrize("is_live", [True, False])
def test_a_report_stands_under_the_strictest_label_of_what_it_tells(
    operator: httpx.Client, node: ScriptedNode, is_live: bool
) -> None:
    secret = Label(classification=Classification.SECRET, releasable_to=("LTU",), originator="LTU")
    node.picture.apply([make_configuration(), make_tracks([7 if is_live else 9])], NOW_NS)
    node.store.write([make_lost(7, label=secret)])
    assert "Label: SECRET // REL TO LTU\n" in operator.get("/api/tracks/7/report-draft").json()["text"]


def test_of_a_track_that_nobody_knows_there_is_none(operator: httpx.Client, node: ScriptedNode) -> None:
    node.picture.apply([make_tracks([7])], NOW_NS)
    assert operator.get("/api/tracks/99/story").status_code == 404
    assert operator.get("/api/tracks/7/story?hours=0").status_code == 422
    assert operator.get("/api/tracks/8/story").json()["sensors"] != []


def test_nobody_else_may_read_it(node: ScriptedNode, client: httpx.Client) -> None:
    assert client.get("/api/tracks/7/story").status_code == 401


def shares(**of: float) -> tuple[dict[str, object], ...]:
    return tuple({"name": name, "probability": share} for name, share in of.items())


def test_a_lost_track_tells_since_when_what_may_be_and_how_it_was_found_on_both_tracks(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    after = {seconds: NOW_NS + seconds * NS_PER_S for seconds in (10, 20, 30, 40, 50)}
    likely, other = shares(hidden=0.6, landed_or_crashed=0.396, left=0.004), shares(landed_or_crashed=0.7, hidden=0.3)
    newer = ({"track_id": 12, "probability": 0.61},)
    node.store.write(
        [
            make_alert("a1", 7, time_ns=after[20]),
            make_lost(7, id="l1", time_ns=after[10], hypotheses=likely),
            make_lost(7, id="l2", time_ns=after[20], hypotheses=likely, area_km2=90.0),
            make_lost(7, id="l3", time_ns=after[30], hypotheses=other),
            make_lost(7, id="l4", time_ns=after[40], hypotheses=other, may_be=newer),
            make_lost(
                7, id="l5", time_ns=after[50], hypotheses=other, may_be=({"track_id": 12, "probability": 0.93},),
                state="ended", end="is_newer_track", ended_ns=after[50],
            ),
            make_lost(71, id="m1", time_ns=after[10]),
        ]
    )  # fmt: skip
    node.picture.apply([make_tracks([7, 12], time_ns=after[50])], after[50])
    story = operator.get("/api/tracks/7/story").json()
    lines = [line for line in story["lines"] if line["what"] in ("lost", "alert")]
    told = [(line["time_ns"], line["state"], line["subject"], line["probability"]) for line in lines]
    assert told == [
        (NOW_NS, "lost", "", None),
        (after[10], "may_be", "", None),
        (after[20], "raised", "Rytų siena", None),
        (after[30], "may_be", "", None),
        (after[40], "newer", "12", 0.61),
        (after[50], "is_newer_track", "12", 0.93),
    ]
    assert [one["name"] for one in lines[1]["shares"]] == ["hidden", "landed_or_crashed"], "0.4 % is left out"
    assert lines[3]["shares"][0] == {"name": "landed_or_crashed", "probability": 0.7}
    story = operator.get("/api/tracks/12/story").json()
    found = [(line["time_ns"], line["state"], line["subject"], line["probability"]) for line in story["lines"]]
    assert found == [(after[40], "may_be_lost", "7", 0.61), (after[50], "is_lost", "7", 0.93)]
    text = operator.get("/api/tracks/7/report-draft").json()["text"]
    assert "2026-09-21T14:13:30Z may be: hidden below coverage 60 %, landed or crashed 40 %" in text


@pytest.mark.parametrize("end", ["seen_again", "too_long_ago", "too_many", "begun_anew"])
def test_each_way_a_search_ends_is_told_with_what_was_held_then(
    operator: httpx.Client, node: ScriptedNode, end: str
) -> None:
    node.picture.apply([make_tracks([70])], NOW_NS)
    lost = make_lost(70, time_ns=NOW_NS, last_seen_ns=NOW_NS - 20)
    node.store.write([lost, make_lost(70, state="ended", end=end, ended_ns=NOW_NS + 9, time_ns=NOW_NS + 9)])
    lines = operator.get("/api/tracks/70/story").json()["lines"]
    assert [(line["time_ns"], line["state"]) for line in lines] == [
        (NOW_NS - 20, "lost"),
        (NOW_NS, "may_be"),
        (NOW_NS + 9, end),
    ]
    assert lines[-1]["shares"] == [{"name": "hidden", "probability": 1.0}]


def test_a_lost_track_whose_label_forbids_it_is_in_no_story(node: ScriptedNode) -> None:
    secret = Label(classification=Classification.SECRET, releasable_to=("LTU",), originator="LTU")
    node.accounts.create("petras", PASSWORD, "viewer", clearance=Classification.RESTRICTED)
    node.picture.apply([make_tracks([70])], NOW_NS)
    node.store.write(
        [make_lost(70, label=secret), make_lost(71, label=secret, may_be=({"track_id": 70, "probability": 0.5},))]
    )
    with serve(node):
        for name, states in (("jonas", ["lost", "may_be", "may_be_lost"]), ("petras", [])):
            with httpx.Client(base_url=node.url, timeout=60) as client:
                client.post("/api/session", json={"name": name, "password": PASSWORD}).raise_for_status()
                lines = client.get("/api/tracks/70/story").json()["lines"]
                assert [line["state"] for line in lines] == states


def test_a_recording_without_history_tells_what_its_records_say(operator: httpx.Client, node: ScriptedNode) -> None:
    settings = node.app.state.console.settings
    assert isinstance(settings, ConsoleSettings)
    object.__setattr__(settings, "history", None)
    node.picture.apply([make_tracks([7])], NOW_NS)
    node.store.write([make_alert("a1", 7)])
    story = operator.get("/api/tracks/7/story").json()
    assert [line["what"] for line in story["lines"]] == ["alert"]
    assert story["sensors"] == []


def test_what_flickers_makes_no_line_but_the_last_state_always_counts() -> None:
    rows = pa.Table.from_batches([told.to_arrow() for told in states(7, 20 + SETTLED_ROWS)])
    names = [change.value for change in changes_of_life(rows) if change.what == "class"]
    assert names == ["balloon", "one_way_drone"]
    cut = rows.slice(0, FLICKER_AT + 1)
    assert [change.value for change in changes_of_life(cut) if change.what == "class"] == ["balloon", "bird"]
    assert [span.sensor for span in sensor_spans(rows.slice(0, 5))] == ["radar-east"]
    assert changes_of_life(rows.slice(0, 0)) == []


def test_of_a_long_story_the_newest_is_told_and_that_something_is_left_out(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    states = [
        make_alert("a1", 7, time_ns=NOW_NS + n, id=f"a1/{n}", state=("raised", "escalated")[n % 2])
        for n in range(MOST_LINES + 3)
    ]
    node.picture.apply([make_tracks([7]), states[-1]], NOW_NS)
    node.store.write(states)
    story = operator.get("/api/tracks/7/story", timeout=60).json()
    assert story["lines"][-1]["time_ns"] == NOW_NS + MOST_LINES + 2
    assert (len(story["lines"]), story["left_out"] > 2) == (MOST_LINES, True)
    assert (
        f"{story['left_out']} earlier lines are left out." in operator.get("/api/tracks/7/report-draft").json()["text"]
    )


def test_a_report_says_everything_in_the_words_of_the_page() -> None:
    states = [
        *(f"story.alert.{one}" for one in get_args(Alert.model_fields["state"].annotation)),
        *(f"story.warning.{one}" for one in get_args(PublicWarning.model_fields["state"].annotation)),
        *(f"story.claim.{one}" for one in get_args(Claim.model_fields["state"].annotation)),
        *(f"story.event.{one}" for one in get_args(TrackEvent.model_fields["event"].annotation)),
        *(f"story.action.{one}" for one in get_args(DecisionAction)),
        *(f"story.status.{one.name.lower()}" for one in TrackStatus),
        *(f"story.lost.{one}" for one in get_args(LostTrack.model_fields["end"].annotation) if one),
        *(f"lost.{one}" for one in get_args(LostCause)),
        *(f"held.{one}" for one in get_args(About)),
        *(f"type.{1 + number}" for number in range(len(CLASSES))),
    ]
    for language in ("en", "lt"):
        page = json.loads((PAGES / f"{language}.json").read_text("utf-8"))
        told = Words("sargas.console", "story_words.toml").tables()[language]
        assert {name: page[name] for name in told} == told
        assert [name for name in states if name not in told] == []
