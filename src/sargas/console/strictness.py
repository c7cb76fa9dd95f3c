"""What is asked in JSON that is none, or does not fit: refused before anything takes it, and never repeated.

Python reads more than JSON (RFC 8259): NaN, numbers beyond any float, halves of characters. None of it can be written
down again, in a journal or in an answer; nor can NUL, in every database.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from fastapi import HTTPException
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from sargas.console.protection import FILES

TOLD = ("type", "loc", "msg")
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON writes it; a backslash before it is a word of its own."""


async def refuse_loose_json(connection: HTTPConnection) -> None:
    """Refuse a body that only Python takes for JSON. Raises HTTPException 422; files are read by who takes them."""
    if not isinstance(connection, Request) or connection.url.path in FILES:
        return
    if "json" not in _kind_of(connection):
        return
    try:
        body = await connection.body()
    except ClientDisconnect:
        raise HTTPException(400, "expected a whole body, was one that nobody sent to its end") from None
    if not body:
        return
    try:
        read_strictly(body)
    except ValueError:
        raise HTTPException(422, "expected JSON of whole characters and finite numbers, was other") from None


def read_strictly(text: str | bytes) -> Any:
    """Read JSON. Raises ValueError for what is none, also where Python would read it."""
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_read_finite)
        written = json.dumps(found, ensure_ascii=False)
        written.encode()  # half a character cannot be encoded
    except RecursionError:
        raise ValueError("expected JSON, was nested too deep") from None
    if NUL.search(written):
        raise ValueError("expected text without NUL, was with it")
    return found


async def refuse_what_does_not_fit(request: Request, error: Exception) -> JSONResponse:
    """Name each fault with its place (422); what was sent is not repeated, for it may be no text at all."""
    assert isinstance(error, RequestValidationError)
    if any(fault["type"] == "model_attributes_type" for fault in error.errors()) and "json" not in _kind_of(request):
        told = _kind_of(request) or "none"
        return JSONResponse({"detail": f"expected the header Content-Type: application/json, was {told!r}"}, 422)
    faults = [{name: fault[name] for name in TOLD} for fault in error.errors()]
    return JSONResponse({"detail": faults}, 422)


def _kind_of(connection: HTTPConnection) -> str:
    return connection.headers.get("content-type", "").lower()


def _read_finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)


def _refuse(text: str) -> float:
    raise ValueError(f"expected a finite number, was {text}")
