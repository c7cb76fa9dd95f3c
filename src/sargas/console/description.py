"""The console's own OpenAPI document: what a change must carry, and how anything is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

OF_FAULTS = ("HTTPValidationError", "ValidationError")
READING = ("get", "head")
CSRF = {
    "type": "apiKey",
    "in": "header",
    "name": "X-CSRF-Token",
    "description": "csrf_token of the session; with every change that is made by a session, not with a token",
}
REFUSED = {
    "description": "Refused: detail says what was expected and what was there; 429 says in Retry-After for how long",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}},
}
REFUSAL = {
    "title": "Refusal",
    "type": "object",
    "description": "Why a request was refused.",
    "properties": {"detail": {"description": "In words, or of a request that does not fit a list of faults"}},
    "required": ["detail"],
}


class ConsoleApi(FastAPI):
    """The application, with a description that says of every operation who may and what refusing looks like."""

    def openapi(self) -> dict[str, Any]:
        """Describe the API as OpenAPI; made once."""
        if self.openapi_schema is None:
            description = super().openapi()
            parts = description["components"]
            parts["securitySchemes"]["csrf"] = CSRF
            parts["schemas"]["Refusal"] = REFUSAL
            for operations in description["paths"].values():
                for method, operation in operations.items():
                    operation["responses"]["default"] = REFUSED
                    if "security" in operation:
                        operation["security"] = [_whole(one, method) for one in operation["security"]]
            _require_what_is_sent(description)
        assert self.openapi_schema is not None
        return self.openapi_schema


def _require_what_is_sent(description: dict[str, Any]) -> None:
    """Say of what the console only ever sends that every field is there, for so it is sent."""
    schemas = description["components"]["schemas"]
    taken: set[str] = set()
    open_ = [one.get("requestBody", {}) for methods in description["paths"].values() for one in methods.values()]
    while open_:
        names = set(_named(open_.pop())) - taken
        taken |= names
        open_ += [schemas[name] for name in names]
    for name, schema in schemas.items():
        if name not in taken and name not in OF_FAULTS and "properties" in schema:
            schema["required"] = list(schema["properties"])


def _named(part: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the description refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rsplit("/", 1)[-1]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def _whole(requirement: dict[str, list[str]], method: str) -> dict[str, list[str]]:
    """Scopes are of tokens alone; a session that changes something needs its own token beside it."""
    if "session" not in requirement:
        return requirement
    return {"session": []} if method in READING else {"session": [], "csrf": []}
