"""Incidents: what is on record becomes marks on the map, open or closed, and nothing that a label hides."""

from __future__ import annotations

import httpx

from sargas.console.incidents import (
    incidents_of_interference,
    incidents_of_lost,
    incidents_of_sightings,
    incidents_of_warnings,
)
from tests.console.node import NOW_NS, ScriptedNode, make_configuration, make_lost
from tests.runtime.store_cases import make_interference, make_report, make_sighting, make_warning

S = 1_000_000_000
RING = ((25.0, 54.0), (26.0, 54.0), (26.0, 55.0))


def test_a_sighting_is_where_it_may_be_and_began_with_its_first_voice() -> None:
    reports = {
        "report-1": make_report(1, NOW_NS, observed_ns=NOW_NS - 90 * S),
        "report-2": make_report(2, NOW_NS, report_id="report-2"),
    }
    both = make_sighting(1, NOW_NS, report_ids=("report-2", "report-1"), latitude_deg=54.5, longitude_deg=25.5)
    (one,) = incidents_of_sightings([both], reports, 0)
    assert (one.incident, one.state, one.detail) == ("sighting", "open", "drone")
    assert (one.latitude_deg, one.longitude_deg, one.opened_ns) == (54.5, 25.5, NOW_NS - 90 * S)


def test_a_sighting_that_a_track_tells_is_where_the_first_voice_stood() -> None:
    told = make_sighting(1, NOW_NS, state="tracked", track_ids=(7,), shares=(0.9,))
    (one,) = incidents_of_sightings([told], {"report-1": make_report(1, NOW_NS)}, 0)
    assert (one.latitude_deg, one.longitude_deg, one.track_ids) == (54.6, 25.7, (7,))
    assert list(incidents_of_sightings([told], {}, 0)) == [], "nobody knows where"
    (over,) = incidents_of_sightings([told.model_copy(update={"state": "ended"})], {"report-1": make_report(1, 1)}, 0)
    assert over.state == "closed"


def test_a_lost_track_is_a_crash_where_it_most_likely_came_down() -> None:
    down = {"name": "landed_or_crashed", "probability": 0.7, "place": (25.2, 55.1), "area_km2": 4.0}
    crash, lost, over = incidents_of_lost(
        [
            make_lost(7, hypotheses=(down, {"name": "hidden", "probability": 0.3})),
            make_lost(8, hypotheses=(down | {"probability": 0.45}, {"name": "hidden", "probability": 0.4})),
            make_lost(9, state="ended", end="seen_again", ended_ns=NOW_NS + S),
        ],
        0,
    )
    assert (crash.incident, crash.longitude_deg, crash.latitude_deg) == ("crash", 25.2, 55.1)
    assert crash.reasons == ("landed or crashed 70%", "hidden below coverage 30%")
    assert crash.reasons_lt == ("nusileido arba nukrito 70 %", "skrenda žemiau aprėpties 30 %")
    assert (lost.incident, lost.longitude_deg) == ("lost", 25.05)
    assert (over.state, over.detail, over.changed_ns) == ("closed", "seen_again", NOW_NS + S)


def test_a_warning_is_one_incident_until_it_is_over() -> None:
    first = make_warning(NOW_NS)
    second = make_warning(NOW_NS + S, message_id="track-7/1/2", number=2, message="update", level="yellow")
    (one,) = incidents_of_warnings([second, first], 0, NOW_NS)
    assert (one.detail, one.state, one.opened_ns, one.changed_ns) == ("yellow", "open", NOW_NS, NOW_NS + S)
    assert (one.longitude_deg, one.latitude_deg) == (25.3, 54.7)
    over = [
        first.model_copy(update=update)
        for update in ({"state": "refused"}, {"state": "withdrawn"}, {"message": "all_clear"})
    ]
    assert [one.state for end in over for one in incidents_of_warnings([end], 0, NOW_NS)] == ["closed"] * 3
    told = first.model_copy(update={"state": "approved", "number": 0})
    refused_update = over[0].model_copy(update={"message": "update"})
    (stands,) = incidents_of_warnings([told, refused_update], 0, NOW_NS)
    assert stands.state == "open", "what was approved before holds"
    (expired,) = incidents_of_warnings([first], 0, first.expires_ns)
    assert expired.state == "closed"


def test_disturbed_navigation_is_one_where_it_has_an_area() -> None:
    area = make_interference("503001", NOW_NS).model_copy(update={"polygon": RING, "icao_address": None})
    cell = area.model_copy(update={"is_alarm": False})
    (one,) = incidents_of_interference([area, cell, make_interference("503002", NOW_NS)], 0)
    assert (one.incident, one.detail, one.reasons) == ("finding", "spoofing", ("it jumped",))
    assert (one.longitude_deg, one.latitude_deg, one.state) == (25.5, 54.5, "open")


def test_what_changed_before_is_left_out() -> None:
    since = NOW_NS + 1
    assert list(incidents_of_lost([make_lost(7)], since)) == []
    assert list(incidents_of_warnings([make_warning(NOW_NS)], since, NOW_NS)) == []


def test_the_list_has_open_ones_first_and_closed_ones_from_the_record(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    ended = make_sighting(2, NOW_NS, state="ended", latitude_deg=54.5, longitude_deg=25.5)
    older = make_warning(NOW_NS - 2 * 86_400 * S, warning_id="old", message_id="old/1")
    node.store.write([ended, make_report(1, NOW_NS), older])
    node.picture.apply([make_configuration(), make_lost(7), make_warning(NOW_NS)], NOW_NS)
    told = operator.get("/api/incidents").json()
    assert [(one["incident"], one["state"]) for one in told] == [
        ("lost", "open"), ("warning", "open"), ("sighting", "closed"),
    ]  # fmt: skip
    everything = operator.get("/api/incidents", params={"since_ns": 0}).json()
    assert len(everything) == 4
    assert operator.get("/api/incidents", params={"since_ns": NOW_NS + 1}).json() == []
    fewest = operator.get("/api/incidents", params={"since_ns": 0, "closed": 1}).json()
    assert fewest == everything[:3], "what is open is never left out, of the closed ones the oldest"
    assert operator.get("/api/incidents", params={"closed": -1}).status_code == 422


def test_what_a_node_that_began_anew_did_not_take_up_is_not_open_for_a_day(
    operator: httpx.Client, node: ScriptedNode
) -> None:
    area = make_interference("503001", NOW_NS).model_copy(
        update={"polygon": RING, "icao_address": None, "cell": "841f1d5ffffffff"}
    )
    sighting = make_sighting(1, NOW_NS, latitude_deg=54.5, longitude_deg=25.5, expires_ns=NOW_NS + 600 * S)
    node.store.write([make_lost(7), make_lost(8), sighting, make_report(1, NOW_NS), area])
    node.picture.apply([make_configuration(), make_lost(8)], NOW_NS)

    def told() -> dict[str, tuple[str, int]]:
        rows = operator.get("/api/incidents").json()
        return {f"{one['incident']} {one['track_ids']}": (one["state"], one["changed_ns"]) for one in rows}

    assert {name: state for name, (state, _) in told().items()} == {
        "lost [7]": "open", "lost [8]": "open", "sighting []": "open", "finding []": "closed",
    }  # fmt: skip
    end_ns = NOW_NS + 45 * 60 * S
    object.__setattr__(node.app.state.console.settings, "now_ns", lambda: end_ns)
    assert told()["lost [7]"] == ("closed", end_ns)
    assert told()["sighting []"] == ("closed", NOW_NS + 600 * S)
    assert told()["lost [8]"][0] == "open", "the picture still looks for it"
