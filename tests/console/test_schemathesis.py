"""Whatever fits the OpenAPI description, or nearly does, is answered: each operation, by token and session, no 5xx."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sargas.console.sessions import CSRF_HEADER
from sargas.runtime.api_tokens import SCOPES
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
from tests.console.test_administration import PARTS, RULES
from tests.runtime.store_cases import (
    make_claim,
    make_closure,
    make_launch,
    make_permission,
    make_report,
    make_sighting,
    make_warning,
    make_wind,
)

if TYPE_CHECKING:
    from schemathesis import Case

EXAMPLES = 12
"""Of each operation and way in: some 600 requests in all."""
LEAST, UNHURRIED_S = 3, 25.0
"""On a machine that is busy elsewhere each operation is asked so often only, once so much time has gone."""
GIVEN = ("cookie", "authorization", "x-csrf-token")
"""Headers that the client has of its own; made-up ones would end at the door."""
ENDLESS = "/api/events"
ENDS_ITSELF = ("delete", "/api/session")
Answers: TypeAlias = dict[tuple[str, str], Counter[int | None]]
REAL_IDS: dict[str, list[Any]] = {
    "alert_id": [],
    "message_id": [],
    "claim_id": [],
    "permission_id": [],
    "report_id": [],
    "sighting_id": [],
    "table_id": [],
    "track_id": [1, 2],
    "action": ["approve", "refuse"],
    "channel": ["hook"],
    "nation": ["LVA"],
    "name": ["ona"],
}
"""What is there to be named in a path; ids are those of the records the node holds."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScriptedNode]:
    """A served node that holds one of everything, so that requests find something."""
    made = make_node(
        tmp_path_factory.mktemp("node"),
        login_burst=100_000,
        audit=True,
        parts=lambda: PARTS,
        release_rules=lambda: RULES,
    )
    made.accounts.create("rita", PASSWORD, "administrator")
    hook = {"channel": "hook", "time_ns": NOW_NS, "attempts": 1, "state": "refused"}
    records: list[Any] = [
        make_configuration(),
        make_health("radar-east"),
        make_registration("radar-east"),
        make_alert("zone/1", 1),
        make_lost(9),
        make_warning(NOW_NS, deliveries=(hook,)),
        make_permission(1, NOW_NS),
        make_report(1, NOW_NS),
        make_sighting(1, NOW_NS),
        make_wind(NOW_NS),
        make_launch(NOW_NS),
        make_closure(NOW_NS),
        make_claim(1, NOW_NS),
    ]
    made.picture.apply([make_tracks([1, 2]), *records], NOW_NS)
    for record in records:
        for name in set(REAL_IDS) & set(type(record).model_fields):
            REAL_IDS[name].append(getattr(record, name))
    made.store.write(records)
    with serve(made):
        yield made
    made.store.close()


@contextmanager
def by_token(node: ScriptedNode) -> Iterator[httpx.Client]:
    token, _ = node.accounts.tokens.issue("jonas", SCOPES, 30)
    with open_client(node.url, headers={"Authorization": f"Bearer {token}"}, timeout=20) as client:
        yield client


@contextmanager
def by_session(node: ScriptedNode) -> Iterator[httpx.Client]:
    """Ask as an administrator: nothing is refused for the role."""
    with open_client(node.url, timeout=20) as client:
        session = client.post("/api/session", json={"name": "rita", "password": PASSWORD}).json()
        client.headers[CSRF_HEADER] = session["csrf_token"]
        yield client


def cases(operation: Any) -> st.SearchStrategy[Case]:
    """Draw requests that fit the description or nearly do; every other one names what there is."""
    from schemathesis import GenerationMode  # here and below: every worker collects this file, one runs it

    kinds = [operation.as_strategy(), operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)]

    @st.composite
    def draw(choose: st.DrawFn) -> Case:
        case: Case = choose(st.one_of(kinds))
        for name in case.path_parameters or ():
            if REAL_IDS.get(name) and choose(st.booleans()):
                case.path_parameters[name] = choose(st.sampled_from(REAL_IDS[name]))
        return case

    return draw()


def ask(client: httpx.Client, url: str, case: Case) -> int | None:
    """Send a request and return the status; None: no client could send it."""
    request = case.as_transport_kwargs(base_url=url)
    for name in ("cookies", "verify"):
        request.pop(name, None)
    body = request.pop("data", None)
    request["headers"] = {k: v for k, v in request["headers"].items() if k.lower() not in GIVEN}
    try:
        with client.stream(**request, content=body) as answer:
            if not (case.path == ENDLESS and answer.status_code == 200):
                answer.read()
            return answer.status_code
    except (httpx.LocalProtocolError, httpx.InvalidURL, UnicodeEncodeError):
        return None


def _ask_often(
    node: ScriptedNode, client: httpx.Client, operation: Any, statuses: Counter[int | None], unhurried_until: float
) -> None:
    @settings(
        max_examples=EXAMPLES if time.monotonic() < unhurried_until else LEAST,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases(operation))
    def answer(case: Case) -> None:
        if sum(statuses.values()) < LEAST or time.monotonic() < unhurried_until:
            statuses[ask(client, node.url, case)] += 1

    answer()


def ask_all(node: ScriptedNode, client: httpx.Client, *, as_person: bool) -> Answers:
    """Ask every operation that wants a person alone, or every other one, and return the statuses of each."""
    from schemathesis import openapi

    found: Answers = {}
    unhurried_until = time.monotonic() + UNHURRIED_S
    described = client.get("/api/openapi.json").json()
    for result in openapi.from_dict(described).get_all_operations():
        operation = result.ok()  # type: ignore[union-attr]
        key = (operation.method, operation.path)
        if key == ENDS_ITSELF or as_person != _wants_person(described["paths"][operation.path][operation.method]):
            continue
        found[key] = statuses = Counter()
        _ask_often(node, client, operation, statuses, unhurried_until)
    return found


def _wants_person(operation: dict[str, Any]) -> bool:
    return operation.get("security") is not None and not any("token" in one for one in operation["security"])


@pytest.mark.slow
def test_every_operation_answers(node: ScriptedNode) -> None:
    with by_token(node) as client:
        found = ask_all(node, client, as_person=False)
        assert client.get("/api/session").json()["name"] == "jonas", "the token is still good"
    with by_session(node) as client:
        found |= ask_all(node, client, as_person=True)
        assert client.get("/api/session").json()["name"] == "rita", "still logged in"
        described = {
            (method, path)
            for path, methods in client.get("/api/openapi.json").json()["paths"].items()
            for method in methods
        }
        assert client.delete("/api/session").status_code == 204
    assert set(found) == described - {ENDS_ITSELF}
    failed = {key: statuses for key, statuses in found.items() if any(status and status >= 500 for status in statuses)}
    assert failed == {}
    assert [key for key, statuses in found.items() if not any(statuses)] == [], "each was answered"
    gone_through = {key for key, statuses in found.items() if any(status and status < 300 for status in statuses)}
    assert len(gone_through) > 0.6 * len(found), sorted(set(found) - gone_through)
