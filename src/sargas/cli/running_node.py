"""A running node as a command talks to it: over HTTP, in the name of an account, logged in for as long as it takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from sargas.cli.failure import Failure

if TYPE_CHECKING:
    import httpx

SECOND_FACTOR_NEEDED = 428
"""What the node answers to a right password without the code that goes with it."""


@contextmanager
def logged_in(url: str, account: str, *, password_stdin: bool) -> Iterator[httpx.Client]:
    """Log in at a node, asking for the password or reading it from stdin; log out at the end.

    Raises Failure for a node that does not answer or does not let the account in.
    """
    import httpx

    password = _read_password(password_stdin)
    with httpx.Client(base_url=url, timeout=30.0) as client:
        try:
            opened = client.post("/api/session", json={"name": account, "password": password})
            if opened.status_code == SECOND_FACTOR_NEEDED:
                opened = client.post("/api/session", json={"name": account, "password": password, "code": _ask_code()})
            session = told_by(opened)
            client.headers["X-CSRF-Token"] = session["csrf_token"]
            try:
                yield client
            finally:
                client.delete("/api/session")
        except httpx.TransportError as error:
            raise Failure(
                f"{url}: expected a running node, was none ({error}): start it, or name it by --url"
            ) from None


def told_by(response: httpx.Response) -> dict[str, Any]:
    """Return what the node answered, or fail with its own words."""
    try:
        told: dict[str, Any] = response.json()
    except ValueError:
        told = {}
    if response.is_success:
        return told
    raise Failure(f"{response.request.url}: {told.get('detail', f'refused with {response.status_code}')}")


def _ask_code() -> str:
    if not sys.stdin.isatty():
        raise Failure(
            "expected a terminal to ask for the code of the second factor, was none; machines use an account made with "
            "--no-second-factor"
        )
    return str(typer.prompt("Code of the authenticator"))


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failure("expected a terminal to ask for the password, was none; give it by --password-stdin")
    return str(typer.prompt("Password", hide_input=True))
