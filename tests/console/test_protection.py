"""Every answer binds the browser to this site; no client may send more than a request needs."""

from __future__ import annotations

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
