"""Every answer binds the browser to this site; no client may send more than a request needs."""

from __future__ import annotations

import socket

import httpx
import pytest

from sargas.console.protection import MOST_BODY_BYTES


@pytest.mark.parametrize(
    "path", ["/", "/report/", "/report/worker.js", "/api/health", "/api/tracks", "/nowhere", "/enter?token=x"]
)
def test_every_answer_forbids_foreign_and_inline_code(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["worker-src"] == rules["connect-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert rules["frame-ancestors"] == "'none'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_an_answer_to_a_fault_of_the_node_forbids_the_same(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sargas.console.sessions.view_of", fail)
    monkeypatch.setattr("sargas.console.sessions.SessionView", fail)
    answer = client.get("/api/session")
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/reports", "/api/health"])
def test_only_the_phone_page_may_ask_for_a_place(client: httpx.Client, path: str) -> None:
    assert "geolocation=()" in client.get(path).headers["permissions-policy"]
    for page in ("/report", "/report/", "/report/worker.js"):
        assert client.get(page).headers["permissions-policy"] == "camera=(), geolocation=(self), microphone=()"


def test_answers_of_the_api_are_not_kept(client: httpx.Client) -> None:
    assert client.get("/api/session").headers["cache-control"] == "no-store"
    assert client.get("/enter?token=x").headers["cache-control"] == "no-store"


def test_a_large_body_is_refused(client: httpx.Client) -> None:
    body = b'{"name": "' + b"x" * MOST_BODY_BYTES + b'"}'
    answer = client.post("/api/session", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_large_body_without_a_length_is_refused(client: httpx.Client) -> None:
    parts = (b" " * 1000 for _ in range(100))
    answer = client.post("/api/session", content=parts, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/api/session", "/api/zones/import"])
def test_a_body_that_does_not_go_on_is_given_up(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("sargas.console.protection.LONGEST_PAUSE_S", 0.3)
    head = f"POST {path} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{"
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=10) as slow:
        slow.sendall(head.encode())
        answer = b""
        while piece := slow.recv(65_536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"expected more of the body within 0.3 s, was none" in answer
    assert client.get("/api/health").status_code == 200
