"""The console's own OpenAPI document: what a change must carry, and how anything is refused."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

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
        assert self.openapi_schema is not None
        return self.openapi_schema


def _whole(requirement: dict[str, list[str]], method: str) -> dict[str, list[str]]:
    """Scopes are of tokens alone; a session that changes something needs its own token beside it."""
    if "session" not in requirement:
        return requirement
    return {"session": []} if method in READING else {"session": [], "csrf": []}
