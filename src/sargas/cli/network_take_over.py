"""``sargas network take-over | give-back | drill``: a partner's named feeds, at a running node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import FAILURE, Failure
from sargas.cli.running_node import logged_in, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

WITHIN_S = 10.0
"""What a take-over is held against: each feed's first track is to be in the picture by then."""
WAIT_S = 20.0
"""Longest that the drill waits, so that it can say of a slow feed how slow it is."""
LOOK_S = 0.25

Nation = Annotated[str, typer.Argument(help="ISO 3166-1 alpha-3 code of the partner.")]
Account = Annotated[str, typer.Option(help="Account in whose name it is done; operator or administrator.")]
Url = Annotated[str, typer.Option(help="Console of the running node.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
]
SourceName = Annotated[str | None, typer.Option("--source", help="One source alone; all of the partner if not given.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the record.")]
HERE = "http://127.0.0.1:8710"


def take_over(
    nation: Nation,
    account: Account,
    source: SourceName = None,
    reason: Why = "",
    url: Url = HERE,
    password_stdin: PasswordStdin = False,
) -> None:
    """Let the feeds run that stand by for a partner, at once, until they are given back."""
    with logged_in(url, account, password_stdin=password_stdin) as client:
        names = _decide(client, nation, "take-over", source, reason)
    typer.echo(f"{nation}: {', '.join(names)} taken over by {account}")


def give_back(
    nation: Nation,
    account: Account,
    source: SourceName = None,
    reason: Why = "",
    url: Url = HERE,
    password_stdin: PasswordStdin = False,
) -> None:
    """Let feeds that were taken over from a partner stand by again."""
    with logged_in(url, account, password_stdin=password_stdin) as client:
        names = _decide(client, nation, "give-back", source, reason)
    typer.echo(f"{nation}: {', '.join(names)} given back by {account}")


def drill(
    nation: Nation,
    account: Account,
    source: SourceName = None,
    url: Url = HERE,
    password_stdin: PasswordStdin = False,
) -> None:
    """Take a partner's feeds over, measure how fast each comes, give them back; exit 1 when one took more than 10 s."""
    with logged_in(url, account, password_stdin=password_stdin) as client:
        names = _of_nation(client, nation, source)
        if taken := sorted({one["source"] for one in _taken(client, nation)} & set(names)):
            raise Failure(f"{nation}: expected feeds that stand by, was {', '.join(taken)} taken over")
        _decide(client, nation, "take-over", source, "drill")
        try:
            found = _watch(client, nation, names)
        finally:
            _decide(client, nation, "give-back", source, "drill")
    for line in table(names, found):
        typer.echo(line)
    late = [name for name in names if not _is_in_time(found.get(name))]
    if late:
        typer.echo(f"{nation}: not within {WITHIN_S:.0f} s: {', '.join(late)}", err=True)
        raise typer.Exit(FAILURE)
    typer.echo(f"{nation}: all within {WITHIN_S:.0f} s, and given back")


def table(names: Sequence[str], found: dict[str, dict[str, Any]]) -> list[str]:
    """Return a line for each feed: seconds from the decision to its first datagram and to its first track."""
    width = max(6, *map(len, names))
    lines = [f"{'source':{width}}  datagram s  track s"]
    for name in names:
        first, track = (_seconds(found.get(name), field) for field in ("first_datagram_ns", "first_track_ns"))
        lines.append(f"{name:{width}}  {_shown(first):>10}  {_shown(track):>7}")
    return lines


def _decide(client: httpx.Client, nation: str, deed: str, source: str | None, reason: str) -> list[str]:
    """Hand in the decision, wait until the node says that it is so, and name the sources. Raises Failure."""
    import time

    told_by(client.post(f"/api/network/partners/{nation}/{deed}", json={"source": source, "reason": reason}))
    end_s = time.monotonic() + WAIT_S
    while time.monotonic() < end_s:
        names = _of_nation(client, nation, source)
        taken = {one["source"] for one in _taken(client, nation)}.intersection(names)
        if taken == (set(names) if deed == "take-over" else set()):
            return names
        time.sleep(LOOK_S)
    raise Failure(
        f"{nation}: expected {deed} to take effect within {WAIT_S:.0f} s, was not: look at the node's journal"
    )


def _of_nation(client: httpx.Client, nation: str, source: str | None) -> list[str]:
    """Name the sources that stand by for a partner, or are taken over. Raises Failure when there are none."""
    for partner in told_by(client.get("/api/network"))["partners"]:
        names: list[str] = [name for name in partner["standby"] if source in (None, name)]
        if partner["nation"] == nation and names:
            return names
    raise Failure(f"{nation}: expected a source that stands by for it, was none: set standby_for of a [[source]]")


def _taken(client: httpx.Client, nation: str) -> list[dict[str, Any]]:
    return [one for one in told_by(client.get("/api/network"))["taken_over"] if one["nation"] == nation]


def _watch(client: httpx.Client, nation: str, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Look until each source has a track in the picture, or the time is up."""
    import time

    end_s = time.monotonic() + WAIT_S
    while True:
        found = {one["source"]: one for one in _taken(client, nation) if one["source"] in names}
        if time.monotonic() > end_s or all(one["first_track_ns"] is not None for one in found.values()):
            return found
        time.sleep(LOOK_S)


def _seconds(one: dict[str, Any] | None, field: str) -> float | None:
    return None if one is None or one[field] is None else (one[field] - one["taken_ns"]) / 1e9


def _is_in_time(one: dict[str, Any] | None) -> bool:
    seconds = _seconds(one, "first_track_ns")
    return seconds is not None and seconds <= WITHIN_S


def _shown(seconds: float | None) -> str:
    return f"none in {WAIT_S:.0f}" if seconds is None else f"{seconds:.1f}"
