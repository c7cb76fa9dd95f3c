"""How requests are sent and answers read; what can be asked stands in operations.py, which is generated."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from sargas_client import models
from sargas_client.operations import Operations

LONGEST_WAIT_S = 60.0
TRIES = 3
SILENT_S = 40.0
"""The node says something every 15 s on a stream of events; after so long the line counts as lost."""


class Refused(Exception):
    """The node said no: ``status`` of HTTP, ``detail`` in its own words, ``wait_s`` before the next try, 0: none."""

    def __init__(self, status: int, detail: str, wait_s: float) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Event:
    """One event: its kind, the id to go on after, and the record."""

    kind: str
    event_id: str
    data: dict[str, Any]


class SargasClient(Operations):
    """One node's API, by an API token or, after ``log_in``, by a session. Safe to use from one thread.

    Raises Refused for what the node refuses, httpx.TransportError where it does not answer. What is refused because of
    too many requests (429) is asked again after the time that the node names, twice at most.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout_s: float = 30.0) -> None:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def log_in(self, body: models.Login) -> models.SessionView:
        """Open a session by name and password; from then on requests are the person's own."""
        session = super().log_in(body)
        self._http.headers["X-CSRF-Token"] = session["csrf_token"] or ""
        return session

    def log_out(self) -> None:
        """Close the session."""
        super().log_out()
        self._http.headers.pop("X-CSRF-Token", None)

    def events(self, kinds: Sequence[str] = (), last_event_id: str | None = None) -> Iterator[Event]:
        """Yield events for ever: what stands, ``ready``, then what changes; a lost line is taken up again by itself.

        ``last_event_id``: go on after that one. After ``reset`` forget what was known. Raises Refused.
        """
        pause_s = 0.5
        while True:
            try:
                for event in self._listen(kinds, last_event_id):
                    last_event_id, pause_s = event.event_id or last_event_id, 0.5
                    yield event
            except httpx.TransportError:
                pass
            except Refused as refused:
                if refused.status not in (429, 503):
                    raise
                pause_s = max(pause_s, refused.wait_s)
            time.sleep(min(pause_s, LONGEST_WAIT_S))
            pause_s *= 2

    def _listen(self, kinds: Sequence[str], last_event_id: str | None) -> Iterator[Event]:
        headers = {} if last_event_id is None else {"Last-Event-ID": last_event_id}
        with self._http.stream(
            "GET", "/api/events", params={"kind": list(kinds)}, headers=headers, timeout=SILENT_S
        ) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _refusal(answer)
            kind = event_id = data = ""
            for line in _lines(answer.iter_text()):
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    event_id = value
                elif name == "data":
                    data = value
                elif not line and data:
                    yield Event(kind, event_id, json.loads(data))
                    kind = event_id = data = ""

    def _call(self, method: str, path: str, parts: dict[str, Any], query: dict[str, Any], body: Any = None) -> Any:
        filled = path.format(**{name: quote(str(value), safe="") for name, value in parts.items()})
        given = {name: value for name, value in query.items() if value is not None}
        return self._ask(self._http.build_request(method, filled, params=given, json=body))

    def _send(self, method: str, path: str, text: str, kind: str) -> Any:
        return self._ask(self._http.build_request(method, path, content=text.encode(), headers={"Content-Type": kind}))

    def _ask(self, request: httpx.Request) -> Any:
        for tries_left in reversed(range(TRIES)):
            answer = self._http.send(request)
            if answer.is_success:
                break
            refused = _refusal(answer)
            if refused.status != 429 or not tries_left or refused.wait_s > LONGEST_WAIT_S:
                raise refused
            time.sleep(refused.wait_s)
        if not answer.content:
            return None
        return answer.json() if answer.headers["Content-Type"].startswith("application/json") else answer.text


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the lines of events, which end by LF alone: words may hold what else ends a line of text, as U+2028."""
    begun = ""
    for piece in pieces:
        *whole, begun = (begun + piece).split("\n")
        yield from whole


def _refusal(answer: httpx.Response) -> Refused:
    try:
        detail = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        detail = answer.text or answer.reason_phrase
    words = detail if isinstance(detail, str) else json.dumps(detail)
    told = answer.headers.get("Retry-After", "")  # proxies may write a date
    return Refused(answer.status_code, words, float(told) if told.isdecimal() else 0.0)
