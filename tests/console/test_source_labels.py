"""Labels of sources over HTTP: what another one would change, who may give it, how far, from when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sargas.console.administering import PROOF_LASTS_S
from sargas.model.columns import NS_PER_S
from sargas.model.label import Classification, Label
from sargas.model.records import Source, SourceLabel
from tests.clock import Clock
from tests.console.node import NOW_NS, PASSWORD, ScriptedNode, log_in, make_configuration, make_node, serve
from tests.console.test_administration import RULES

WIDE = Label(releasable_to=("LVA", "POL"), originator="LTU")
PATH = "/api/sources/radar-east/label"
STRICT = {"classification": "restricted", "releasable_to": ["POL"], "reason": "its owner asked"}


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW_NS)


@pytest.fixture
def node(tmp_path: Path, clock: Clock) -> Iterator[ScriptedNode]:
    made = make_node(tmp_path, audit=True, now_ns=clock, release_rules=lambda: RULES)
    made.accounts.create("rita", PASSWORD, "administrator")
    made.accounts.create("baiba", PASSWORD, "viewer", "LVA")
    made.accounts.create("karolis", PASSWORD, "administrator", clearance=Classification.RESTRICTED)
    sources = (
        Source(name="radar-east", format="asterix", label=WIDE),
        Source(name="link-lva", format="asterix", partner="LVA"),
    )
    made.picture.apply([make_configuration().model_copy(update={"sources": sources})], NOW_NS)
    with serve(made):
        yield made
    made.store.close()


def words(node: ScriptedNode) -> list[SourceLabel]:
    return [one for one in node.entered if isinstance(one, SourceLabel)]


def test_who_gets_what_before_and_after_is_told_before_anything_is_done(node: ScriptedNode) -> None:
    with log_in(node.url, "rita") as rita:
        told = rita.get(PATH, params={"classification": "restricted", "releasable_to": "POL"}).json()
        readers = {(one["name"], one["kind"]): (one["before"], one["after"]) for one in told["readers"]}
        assert readers[("LVA", "track")] == (True, False)
        assert readers[("LVA", "plots")] == (True, False)
        assert readers[("baiba", "account")] == (True, False)
        assert readers[("jonas", "account")] == (True, True)
        rules = {one["kind"]: one["rules"] for one in told["readers"] if one["name"] == "LVA"}
        assert rules["track"] == ["bound-releasable-to"]
        assert (told["is_wider"], told["waiting"]) == (False, None)
        assert told["after"]["releasable_to"] == ["POL"]
        wider = rita.get(PATH, params={"classification": "unclassified", "releasable_to": "EST,LVA"}).json()
        assert (wider["is_wider"], wider["after"]["releasable_to"]) == (True, ["LVA"])
    assert node.entered == []


def test_a_label_is_given_at_once_or_from_a_moment_on(node: ScriptedNode, clock: Clock) -> None:
    with log_in(node.url, "rita") as rita:
        later = NOW_NS + 3600 * NS_PER_S
        answer = rita.post(PATH, json=STRICT | {"from_ns": later})
        assert (answer.status_code, answer.json()["from_ns"]) == (202, later)
        waiting = rita.get(PATH, params={"classification": "secret"}).json()["waiting"]
        assert (waiting["entered_by"], waiting["from_ns"], waiting["state"]) == ("rita", later, "announced")
        clock.ns += NS_PER_S
        assert rita.post(PATH, json=STRICT | {"from_ns": 5}).json()["from_ns"] == clock.ns, "the past is now"
        clock.ns += NS_PER_S
        back = {"classification": "unclassified", "releasable_to": ["POL", "LVA"], "reason": "again"}
        assert rita.post(PATH, json=back).status_code == 202, "another waits, so this is no repetition"
    first, second, third = words(node)
    assert (first.marking.releasable_to, first.marking.classification) == (("POL",), Classification.RESTRICTED)
    assert (first.marking.originator, first.as_configured) == ("LTU", False)
    assert (second.from_ns, third.marking, third.as_configured) == (NOW_NS + NS_PER_S, WIDE, True)


def test_what_is_in_force_is_shown_and_not_given_again(node: ScriptedNode) -> None:
    with log_in(node.url, "rita") as rita:
        rita.post(PATH, json=STRICT).raise_for_status()
        (word,) = words(node)
        node.picture.apply([word.model_copy(update={"id": "x/in-force", "state": "in_force"})], NOW_NS)
        shown = node.picture.snapshot().configuration
        assert shown is not None
        assert shown.sources[0].label == word.marking
        assert rita.post(PATH, json=STRICT).status_code == 409
        told = rita.get(PATH, params={"classification": "unclassified", "releasable_to": "LVA,POL"}).json()
        assert (told["configured"], told["before"]["releasable_to"]) == (WIDE.model_dump(mode="json"), ["POL"])
        assert told["is_wider"] is False, "up to what was configured it may be wide again"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, STRICT | {"releasable_to": ["EST"]}, 422),
        (PATH, STRICT | {"classification": "cosmic"}, 422),
        (PATH, STRICT | {"releasable_to": ["Lva"]}, 422),
        (PATH, STRICT | {"reason": " "}, 422),
        (PATH, STRICT | {"from_ns": -1}, 422),
        (PATH, {"classification": "unclassified", "releasable_to": ["LVA", "POL"], "reason": "the same"}, 409),
        ("/api/sources/gone/label", STRICT, 404),
        ("/api/sources/link-lva/label", STRICT, 409),
    ],
)
def test_what_cannot_be_given_is_refused(node: ScriptedNode, path: str, body: dict[str, Any], status: int) -> None:
    with log_in(node.url, "rita") as rita:
        assert rita.post(path, json=body).status_code == status
    assert words(node) == []


@pytest.mark.parametrize("name", ["jonas", "ona", "baiba", "karolis"])
def test_nobody_else_may(node: ScriptedNode, name: str) -> None:
    with log_in(node.url, name) as client:
        assert client.get(PATH, params={"classification": "secret"}).status_code == 403
        assert client.post(PATH, json=STRICT).status_code == 403
    with httpx.Client(base_url=node.url) as stranger:
        assert stranger.post(PATH, json=STRICT).status_code == 401
    assert words(node) == []


def test_who_gave_the_password_long_ago_gives_it_again(node: ScriptedNode, clock: Clock) -> None:
    with log_in(node.url, "rita") as rita:
        clock.ns += round((PROOF_LASTS_S + 1) * NS_PER_S)
        assert rita.post(PATH, json=STRICT).status_code == 428
    assert words(node) == []
