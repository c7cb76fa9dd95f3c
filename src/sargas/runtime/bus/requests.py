"""Requests to JetStream as JSON, and its answers: fields that the client library does not know pass untouched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from nats.aio.client import Client
from nats.errors import Error

from sargas.runtime.bus.errors import BusAway, BusError

TIMEOUT_S = 5.0
API = "$JS.API"


class Refused(BusError):
    """JetStream answered with an error; ``code`` is its error code."""

    def __init__(self, subject: str, code: int, description: str) -> None:
        super().__init__(f"{subject}: refused with {code}: {description}")
        self.code = code


async def ask(
    client: Client, subject: str, body: Mapping[str, Any] | None = None, *, patience_s: float = TIMEOUT_S
) -> dict[str, Any]:
    """Send a request and return what JetStream answered. Raises Refused, BusAway when nobody answers in time."""
    payload = b"" if body is None else json.dumps(body).encode()
    try:
        reply = await client.request(subject, payload, timeout=patience_s)
    except (TimeoutError, Error, OSError) as error:
        raise BusAway(f"{subject}: no answer ({type(error).__name__})") from error
    return parse_answer(subject, reply.data)


def parse_answer(subject: str, data: bytes) -> dict[str, Any]:
    """Return an answer's fields. Raises Refused when it tells of an error: a wrong request else looks like no data."""
    answer: dict[str, Any] = json.loads(data)
    if error := answer.get("error"):
        raise Refused(subject, int(error.get("err_code", 0)), str(error.get("description", "")))
    return answer
