"""``sargas report``: hand what a person saw or heard to a running node."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sargas.cli.failure import Failure
from sargas.cli.permissions import _answer, _read_password


def report(
    account: Annotated[str, typer.Option(help="Account in whose name it is handed in; operator or administrator.")],
    latitude: Annotated[float, typer.Option(help="Where the person stood, degrees north (WGS84).")],
    longitude: Annotated[float, typer.Option(help="Where the person stood, degrees east (WGS84).")],
    seen: Annotated[str, typer.Option(help="What it is said to be: drone, helicopter, šviesa, nežinau.")],
    bearing: Annotated[str | None, typer.Option(help="Where to: degrees from north, or NE, šiaurės rytai.")] = None,
    distance: Annotated[str | None, typer.Option(help="How far in words: near, about a km, toli.")] = None,
    heading: Annotated[str | None, typer.Option(help="Where it went, as --bearing.")] = None,
    sense: Annotated[str, typer.Option(help="How it was noticed: seen, heard or both.")] = "seen",
    reporter: Annotated[
        str, typer.Option(help="soldier, border_guard, police, trained_observer, citizen or hearsay.")
    ] = "citizen",
    source: Annotated[str | None, typer.Option(help="Who saw it: one voice counts once; else the account.")] = None,
    minutes_ago: Annotated[float | None, typer.Option(help="How long ago it was noticed, as far as known.")] = None,
    confidence: Annotated[float, typer.Option(help="How sure the person is of what it was, 0 to 1.")] = 0.7,
    words: Annotated[str, typer.Option(help="What was said, as it was said.")] = "",
    url: Annotated[str, typer.Option(help="Console of the running node.")] = "http://127.0.0.1:8710",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
) -> None:
    """Report what a person saw or heard to a running node."""
    import httpx

    draft: dict[str, Any] = {
        "latitude_deg": latitude, "longitude_deg": longitude, "seen": seen, "bearing": bearing, "distance": distance,
        "heading": heading, "sense": sense, "reporter": reporter, "source_id": source, "minutes_ago": minutes_ago,
        "confidence": confidence, "words": words,
    }  # fmt: skip
    password = _read_password(password_stdin)
    with httpx.Client(base_url=url, timeout=30.0) as client:
        try:
            session = _answer(client.post("/api/session", json={"name": account, "password": password}))
            client.headers["X-CSRF-Token"] = session["csrf_token"]
            told = _answer(client.post("/api/reports", json=draft))
            client.delete("/api/session")
        except httpx.TransportError as error:
            raise Failure(
                f"{url}: expected a running node, was none ({error}): start it, or name it by --url"
            ) from None
    typer.echo(f"handed in as {told['report_id']}")
