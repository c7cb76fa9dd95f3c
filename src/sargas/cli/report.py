"""``sargas report``: hand what a person saw or heard to a running node."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from sargas.cli.running_node import logged_in, told_by


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
    draft: dict[str, Any] = {
        "latitude_deg": latitude, "longitude_deg": longitude, "seen": seen, "bearing": bearing, "distance": distance,
        "heading": heading, "sense": sense, "reporter": reporter, "source_id": source, "minutes_ago": minutes_ago,
        "confidence": confidence, "words": words,
    }  # fmt: skip
    with logged_in(url, account, password_stdin=password_stdin) as client:
        told = told_by(client.post("/api/reports", json=draft))
    typer.echo(f"handed in as {told['report_id']}")
