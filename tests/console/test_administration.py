"""An administrator sees how every part is, whether the audit holds, and what the rules give to whom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sargas.model.saying import quoted
from sargas.runtime.audit import AuditLog
from sargas.runtime.parts import PartState
from sargas.runtime.release_rules import ReleaseRules
from sargas.runtime.saying import say
from sargas.sharing.agreement import Agreement
from sargas.sharing.policy.policy import example_policy
from sargas.sharing.policy.words import KINDS, Owner
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, make_node, open_client, serve

PARTS = (
    PartState("core", "ok"),
    PartState("journal", "failed", quoted("the disk is full"), {"envelopes": 12, "fsync_p99_ms": 4.5}),
    PartState("link LVA", "degraded", say("not_from_there"), {"lag_log": 3}),
)
LATVIA = Agreement(nation="LVA", kinds=("track", "plots"), clearance="restricted", groups=("neighbours",))
RULES = ReleaseRules(example_policy("LTU"), Owner("LTU"), (LATVIA,))


@pytest.fixture
def node(tmp_path: Path) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, audit=True, parts=lambda: PARTS, release_rules=lambda: RULES)
    made.accounts.create("rita", PASSWORD, "administrator")
    yield made
    made.store.close()


@pytest.fixture
def rita(node: ScriptedNode) -> Iterator[httpx.Client]:
    with serve(node), open_client(node.url) as client:
        client.post("/api/session", json={"name": "rita", "password": PASSWORD}).raise_for_status()
        yield client


def test_parts_are_told_as_they_are(rita: httpx.Client) -> None:
    told = {one["part"]: one for one in rita.get("/api/administration/parts").json()}
    assert told["core"] == {"part": "core", "state": "ok", "reason": "", "reason_lt": "", "figures": []}
    assert (told["journal"]["state"], told["journal"]["reason"]) == ("failed", "the disk is full")
    assert told["journal"]["figures"] == [
        {"name": "envelopes", "value": 12.0},
        {"name": "fsync_p99_ms", "value": 4.5},
    ]
    assert (told["link LVA"]["reason"], told["link LVA"]["reason_lt"]) == (
        "it does not reach us",
        "jis mūsų nepasiekia",
    )
    assert told["link LVA"]["figures"] == [{"name": "lag_log", "value": 3.0}]


def test_the_audit_is_verified_anew_each_time_it_is_asked_for(
    node: ScriptedNode, rita: httpx.Client, tmp_path: Path
) -> None:
    made = AuditLog(tmp_path / "audit", "LTU-1", lambda: NOW_NS).checkpoint()
    assert made is not None
    told = rita.get("/api/administration/audit").json()
    assert (told["holds"], told["faults"]) == (True, [])
    assert (told["checkpoint_ns"], told["checkpoint_size"], told["unsigned"]) == (NOW_NS, made.size, 0)
    assert told["latest"][0]["action"] == "login"
    assert told["latest"][0]["actor"] == "rita"
    assert [one["seq"] for one in told["latest"]] == list(range(told["entries"] - 1, -1, -1))
    segment = next((tmp_path / "audit").glob("audit-*.jsonl"))
    segment.write_bytes(segment.read_bytes().replace(b'"account:create"', b'"account:kreate"', 1))
    broken = rita.get("/api/administration/audit").json()
    assert broken["holds"] is False
    assert any("were changed" in fault for fault in broken["faults"])


def test_what_each_partner_gets_is_told_kind_by_kind_with_the_rule(rita: httpx.Client) -> None:
    told = rita.get("/api/administration/releases").json()
    assert told["policy"] == "ltu.cedar"
    assert told["rules"][0]["rule_id"] == "ltu-picture-to-neighbours"
    assert told["rules"][0]["text"].startswith("@id")
    (latvia,) = told["partners"]
    assert (latvia["nation"], latvia["clearance"], latvia["groups"]) == ("LVA", "restricted", ["neighbours"])
    kinds = {one["subject"]: one for one in latvia["kinds"]}
    assert tuple(kinds) == KINDS
    assert (kinds["track"]["up_to"], kinds["track"]["rules"]) == ("restricted", ["ltu-picture-to-neighbours"])
    assert (kinds["alert"]["agreed"], kinds["alert"]["up_to"]) == (False, None)
    assert kinds["plots"]["fields"] == ["sensor_place"]


def test_a_recording_has_no_audit_and_no_rules(tmp_path: Path) -> None:
    bare = make_node(tmp_path)
    bare.accounts.create("rita", PASSWORD, "administrator")
    with serve(bare), open_client(bare.url) as client:
        client.post("/api/session", json={"name": "rita", "password": PASSWORD}).raise_for_status()
        assert client.get("/api/administration/parts").json() == []
        assert client.get("/api/administration/audit").status_code == 404
        assert client.get("/api/administration/releases").status_code == 404
    bare.store.close()
