"""Units by the API: entered, moved, removed and imported by who may; shown to who may see them."""

from __future__ import annotations

import httpx
import pytest

from sargas.model.label import Classification, Label
from sargas.model.records import Unit
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_configuration
from tests.console.test_sight import bearer, listen
from tests.console.test_stream import next_section
from tests.runtime.store_cases import make_unit

PATROL = {"unit_id": "patrol-7", "name": "Patrulis 7", "role": "patrol", "latitude_deg": 54.7, "longitude_deg": 25.3}
CSV = """unit_id,name,role,latitude_deg,longitude_deg
patrol-7,Patrulis 7,patrol,54.7,25.3
qra-1,Zokniai,quick_reaction,55.9,23.4
"""


@pytest.fixture
def running(node: ScriptedNode) -> ScriptedNode:
    """The node with a configuration."""
    node.picture.apply([make_configuration()], NOW_NS)
    return node


def states(client: httpx.Client) -> dict[str, str]:
    return {unit["unit_id"]: unit["state"] for unit in client.get("/api/units").json()}


def test_a_unit_is_entered_moved_and_removed_and_each_is_a_record_of_who_did_it(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    assert operator.post("/api/units", json=PATROL).status_code == 202
    assert operator.post("/api/units", json=PATROL).status_code == 409
    moved = PATROL | {"latitude_deg": 54.9, "state": "busy", "position_ns": NOW_NS - 5}
    assert operator.put("/api/units/patrol-7", json=moved).status_code == 202
    assert states(operator) == {"patrol-7": "busy"}
    assert operator.put("/api/units/other", json=moved).status_code == 422
    assert operator.put("/api/units/none", json=moved | {"unit_id": "none"}).status_code == 404
    assert operator.delete("/api/units/patrol-7").status_code == 202
    assert states(operator) == {}
    assert operator.delete("/api/units/patrol-7").status_code == 404
    entered = [one for one in running.entered if isinstance(one, Unit)]
    assert [(one.state, one.entered_by, one.latitude_deg) for one in entered] == [
        ("ready", "jonas", 54.7), ("busy", "jonas", 54.9), ("removed", "jonas", 54.9),
    ]  # fmt: skip
    assert [one.position_ns for one in entered] == [NOW_NS, NOW_NS - 5, NOW_NS - 5]
    assert operator.post("/api/units", json=PATROL).status_code == 202, "one that was removed may come back"


def test_a_file_is_taken_whole_or_not_at_all_and_twice_changes_nothing(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    def hand_in(text: str) -> tuple[int, dict[str, object]]:
        answer = operator.post("/api/units/import", content=text, headers={"Content-Type": "text/csv"})
        return answer.status_code, answer.json()

    assert hand_in(CSV) == (202, {"entered": 2, "unchanged": 0, "problems": []})
    assert hand_in(CSV) == (202, {"entered": 0, "unchanged": 2, "problems": []})
    assert hand_in(CSV.replace("54.7,", "54.8,"))[1]["entered"] == 1
    code, told = hand_in(CSV.replace("quick_reaction", "tank") + "x,,patrol,1,1\n")
    assert code == 422
    assert [one["line"] for one in told["problems"]] == [3, 4]  # type: ignore[attr-defined]
    assert states(operator) == {"patrol-7": "ready", "qra-1": "ready"}
    assert operator.post("/api/units/import", content=b"\xff\xfe").status_code == 422


def test_a_viewer_looks_and_changes_nothing(client: httpx.Client, running: ScriptedNode) -> None:
    running.picture.apply([make_unit(NOW_NS)], NOW_NS)
    client.headers["X-CSRF-Token"] = client.post("/api/session", json={"name": "ona", "password": PASSWORD}).json()[
        "csrf_token"
    ]
    assert states(client) == {"patrol-7": "ready"}
    for answer in (
        client.post("/api/units", json=PATROL | {"unit_id": "mine"}),
        client.put("/api/units/patrol-7", json=PATROL),
        client.delete("/api/units/patrol-7"),
        client.post("/api/units/import", content=CSV),
    ):
        assert answer.status_code == 403
    assert running.entered == []


def test_a_unit_with_a_stricter_label_is_seen_by_those_alone_who_may(
    client: httpx.Client, running: ScriptedNode
) -> None:
    secret = Label(originator="LTU", classification=Classification.SECRET)
    plain = Label(originator="LTU")
    units = [make_unit(NOW_NS, label=plain), make_unit(NOW_NS, unit_id="hidden", label=secret)]
    running.picture.apply(units, NOW_NS)
    running.accounts.create("petras", PASSWORD, "operator", clearance=Classification.UNCLASSIFIED)
    for name, expected in (("jonas", ["hidden", "patrol-7"]), ("petras", ["patrol-7"])):
        told = client.get("/api/units", headers=bearer(running, name)).json()
        assert [unit["unit_id"] for unit in told] == expected
        with listen(running, name) as stream:
            assert [unit["unit_id"] for unit in next_section(stream, "units")["units"]] == expected


def test_who_may_not_see_a_unit_does_not_replace_it_by_its_id(client: httpx.Client, running: ScriptedNode) -> None:
    secret = Label(originator="LTU", classification=Classification.SECRET)
    running.picture.apply([make_unit(NOW_NS, label=secret)], NOW_NS)
    running.accounts.create("petras", PASSWORD, "operator", clearance=Classification.UNCLASSIFIED)
    token, _ = running.accounts.tokens.issue("petras", ["read", "enter"], 1)
    client.headers["Authorization"] = f"Bearer {token}"
    answer = client.post("/api/units", json=PATROL)
    assert answer.status_code == 409
    assert answer.json()["detail"] == "expected an id that is free, was 'patrol-7': choose another"
    whole_file = client.post("/api/units/import", content=CSV, headers={"Content-Type": "text/csv"})
    assert whole_file.status_code == 409
    assert client.put("/api/units/patrol-7", json=PATROL).status_code == 404
    assert running.entered == []
    assert client.post("/api/units", json=PATROL | {"unit_id": "patrol-8"}).status_code == 202


def test_a_unit_that_is_moved_keeps_its_label_unless_another_is_given(
    operator: httpx.Client, running: ScriptedNode
) -> None:
    label = {"classification": 2, "releasable_to": [], "caveats": [], "originator": "LTU", "policy": "SARGAS"}
    assert operator.post("/api/units", json=PATROL | {"label": label}).status_code == 202
    assert operator.put("/api/units/patrol-7", json=PATROL | {"latitude_deg": 55.0}).status_code == 202
    text = CSV.replace("54.7,", "54.8,")
    assert operator.post("/api/units/import", content=text, headers={"Content-Type": "text/csv"}).status_code == 202
    labels = [
        one.label.classification for one in running.entered if isinstance(one, Unit) and one.unit_id == "patrol-7"
    ]
    assert labels == [2, 2, 2]


def test_readers_of_the_stream_are_told_and_forget_what_was_removed(
    client: httpx.Client, running: ScriptedNode
) -> None:
    with listen(running, "jonas") as stream:
        assert next_section(stream, "units")["units"] == []
        running.picture.apply([make_unit(NOW_NS)], NOW_NS)
        assert [unit["name"] for unit in next_section(stream, "units")["units"]] == ["Patrulis 7"]
        running.picture.apply([make_unit(NOW_NS + 1, state="removed")], NOW_NS)
        assert next_section(stream, "units")["units"] == []
