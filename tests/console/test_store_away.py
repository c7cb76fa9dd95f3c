"""While the database is away screens go on showing the picture, and who asks for more is told why it must wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa

from sargas.console import events, store_away, stream
from sargas.console.stream import CLOSE_NO_SESSION
from sargas.runtime.store import Store, StoreAway
from tests.console.node import NOW_NS, ScriptedNode, make_alert, make_configuration, make_health, make_tracks
from tests.console.test_events import listening as following
from tests.console.test_stream import hear_out, listening, next_frame, next_section

WHERE = "postgresql://sargas@db.internal/sargas"


@contextmanager
def refuse(store: Store) -> Iterator[sa.Connection]:
    raise StoreAway(f"store {WHERE}: connection refused; start the PostgreSQL server")
    yield


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "SESSION_CHECK_INTERVAL_S", 0.02)
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.02)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api/session"), ("GET", "/api/alerts"), ("POST", "/api/alerts/1/acknowledge"), ("GET", "/enter?token=x")],
)
def test_what_needs_the_database_is_refused_with_a_reason_that_tells_no_stranger_where_it_is(
    method: str, path: str, operator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "read_transaction", refuse)
    monkeypatch.setattr(Store, "write_transaction", refuse)
    answer = operator.request(method, path, json={} if method == "POST" else None)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(store_away.AGAIN_S))
    assert answer.json() == {"detail": "expected the database, was away: try again in a moment"}
    assert "content-security-policy" in answer.headers


def test_who_logs_out_meanwhile_is_logged_out_in_that_browser(
    operator: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setattr(Store, "read_transaction", refuse)
        away.setattr(Store, "write_transaction", refuse)
        foreign = operator.delete("/api/session", headers={"Origin": "https://elsewhere.example"})
        assert (foreign.status_code, "set-cookie" in foreign.headers) == (503, False)
        assert operator.delete("/api/session").status_code == 503
    assert operator.get("/api/session").json()["name"] is None


@pytest.mark.usefixtures("impatient")
def test_the_picture_goes_on_and_who_comes_anew_comes_in_once_the_database_is_back(
    operator: httpx.Client, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    node.picture.apply([make_configuration(), make_alert("1", 7), make_health("radar-east")], NOW_NS)
    with listening(operator) as connection, following(node) as listener:
        next_frame(connection)
        listener.until_ready()
        with monkeypatch.context() as away:
            away.setattr(Store, "read_transaction", refuse)
            away.setattr(Store, "write_transaction", refuse)
            for _ in range(3):
                next_section(connection, "clock")
            node.picture.apply([make_tracks([7]), make_health("radar-east", "silent")], NOW_NS)
            assert next_frame(connection).columns["track_id"].tolist() == [7]
            assert listener.next().data["state"] == "silent"
            with listening(operator) as refused:
                hear_out(refused)
            assert refused.close_code == store_away.TRY_AGAIN_LATER
        with listening(operator) as anew:
            assert next_frame(anew).columns["track_id"].tolist() == [7]
        operator.delete("/api/session")
        hear_out(connection)
    assert connection.close_code == CLOSE_NO_SESSION


@pytest.mark.usefixtures("impatient")
def test_a_stream_does_not_outlive_its_session_because_the_database_is_away(
    operator: httpx.Client, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(operator) as connection:
        next_section(connection, "clock")
        ends_ns = operator.get("/api/session").json()["expires_ns"]
        monkeypatch.setattr(Store, "read_transaction", refuse)
        node.app.state.console.settings = replace(node.app.state.console.settings, now_ns=lambda: ends_ns)
        hear_out(connection)
    assert connection.close_code == CLOSE_NO_SESSION
