"""``sargas account list``, ``change``, ``lock`` and ``unlock``: rights of people, on the node itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import typer

from sargas.cli.config import ConfigPath

if TYPE_CHECKING:
    from sargas.runtime.roster import Member, Roster

Clearance: TypeAlias = Literal["unclassified", "restricted", "confidential", "secret"]
NewClearance: TypeAlias = Literal["none", "unclassified", "restricted", "confidential", "secret"]
Role: TypeAlias = Literal["viewer", "operator", "administrator"]
NewHome: TypeAlias = Literal["role", "picture", "airport", "protection", "history", "admin"]
Name = Annotated[str, typer.Argument(help="Login name of the person.")]


def list_accounts(config: ConfigPath = None) -> None:
    """List the accounts: name, role, nation, clearance, and what is to be known of each."""
    with _roster(config) as roster:
        for one in roster.list():
            typer.echo(_line(one))


def change(
    name: Name,
    role: Annotated[Role | None, typer.Option(help="What the person may do from now on.")] = None,
    nation: Annotated[str | None, typer.Option(help="Nation, as LVA.")] = None,
    clearance: Annotated[
        NewClearance | None,
        typer.Option(help="Highest classification to be seen; none takes it away: all, of another nation the lowest."),
    ] = None,
    home: Annotated[
        NewHome | None, typer.Option(help="View the person's screen begins with; role: as is usual for the role.")
    ] = None,
    config: ConfigPath = None,
) -> None:
    """Change rights of an account; what is not named stays. Its sessions end when its rights change."""
    from dataclasses import replace

    from sargas.cli.failure import Failure
    from sargas.model.label import Classification

    if role is None and nation is None and clearance is None and home is None:
        raise Failure("expected --role, --nation, --clearance or --home, was none of them: nothing is to be changed")
    with _roster(config) as roster:
        rights = roster.find(name.strip().lower()).rights
        if role is not None:
            rights = replace(rights, role=role)
        if nation is not None:
            rights = replace(rights, nation=nation)
        if clearance is not None:
            rights = replace(rights, clearance=None if clearance == "none" else Classification[clearance.upper()])
        if home is not None:
            rights = replace(rights, home=None if home == "role" else home)
        typer.echo(_line(roster.change(name.strip().lower(), rights, "command")))


def lock(name: Name, config: ConfigPath = None) -> None:
    """Let nobody in by an account; its sessions end, its API tokens open nothing until it is unlocked."""
    with _roster(config) as roster:
        typer.echo(_line(roster.lock(name.strip().lower(), "command")))


def unlock(name: Name, config: ConfigPath = None) -> None:
    """Let an account in again, also after too many failed log-ins."""
    with _roster(config) as roster:
        typer.echo(_line(roster.unlock(name.strip().lower(), "command")))


@contextmanager
def _roster(config: ConfigPath) -> Iterator[Roster]:
    import time

    from sargas.runtime.accounts import Accounts
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.config_load import load_settings
    from sargas.runtime.store import open_store

    settings = load_settings(config).settings
    store = open_store(settings.store_url())
    try:
        audit = AuditLog(settings.node.data_dir / "audit", settings.node.name, time.time_ns)
        yield Accounts(store, time.time_ns, nation=settings.node.nation, audit=audit.append).roster
    finally:
        store.close()


def _line(one: Member) -> str:
    """Write one account as a line."""
    rights = one.rights
    clearance = "" if rights.clearance is None else rights.clearance.name.lower()
    notes = [
        "" if one.has_password else "no password yet",
        "" if one.has_second_factor or one.by_provider else "no second factor",
        "by its provider" if one.by_provider else "",
        "" if one.locked_ns is None else f"locked {_utc(one.locked_ns)}",
        "" if one.refused_until_ns is None else f"too many failed log-ins, until {_utc(one.refused_until_ns)}",
        f"{one.sessions} open" if one.sessions else "",
        f"begins with {rights.home}" if rights.home else "",
    ]
    told = ", ".join(note for note in notes if note)
    return "  ".join(filter(None, (one.name, rights.role, rights.nation, clearance, told)))


def _utc(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
