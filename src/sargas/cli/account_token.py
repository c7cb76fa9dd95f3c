"""``sargas account token``, ``tokens`` and ``revoke``: what a program may do in the name of an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.config import ConfigPath
from sargas.cli.failure import Failure

if TYPE_CHECKING:
    from sargas.runtime.api_tokens import ApiTokens


def token(
    name: Annotated[str, typer.Argument(help="Login name in which the program acts.")],
    scope: Annotated[
        list[str], typer.Option(help="What it may do: read, decide, report, claim, enter, network; repeat for more.")
    ],
    days: Annotated[float, typer.Option(help="For how long, at most 400 days.")] = 90.0,
    purpose: Annotated[str, typer.Option(help="What it is for; shown in lists.")] = "",
    config: ConfigPath = None,
) -> None:
    """Make an API token for a program; it is printed to stdout, this once."""
    with _tokens(config) as tokens:
        made, told = tokens.issue(name, scope, days, purpose)
    until = _utc(told.expires_ns)
    typer.echo(f"token {told.token_id} of {told.account} ({' '.join(told.scopes)}), good until {until}", err=True)
    typer.echo(made)


def tokens(
    name: Annotated[str | None, typer.Argument(help="Of this account only.")] = None,
    config: ConfigPath = None,
) -> None:
    """List API tokens: id, account, scopes, end, last use, purpose; never a token itself."""
    with _tokens(config) as held:
        for one in held.list(None if name is None else name.strip().lower()):
            used = "never used" if one.last_used_ns is None else f"used {_utc(one.last_used_ns)}"
            told = (one.token_id, one.account, " ".join(one.scopes), f"until {_utc(one.expires_ns)}", used, one.purpose)
            typer.echo("  ".join(told).rstrip())


def revoke(
    token_id: Annotated[str, typer.Argument(help="Id of the token, as `sargas account tokens` lists it.")],
    config: ConfigPath = None,
) -> None:
    """End an API token: it opens nothing from now on, on a running node too."""
    with _tokens(config) as held:
        if not held.revoke(token_id):
            raise Failure(f"token {token_id}: expected one that is good, was none; `sargas account tokens` lists them")
    typer.echo(f"token {token_id} opens nothing any more")


@contextmanager
def _tokens(config: ConfigPath) -> Iterator[ApiTokens]:
    import time

    from sargas.runtime.api_tokens import ApiTokens
    from sargas.runtime.audit import AuditLog
    from sargas.runtime.config_load import load_settings
    from sargas.runtime.store import open_store

    settings = load_settings(config).settings
    store = open_store(settings.store_url())
    try:
        audit = AuditLog(settings.node.data_dir / "audit", settings.node.name, time.time_ns)
        yield ApiTokens(store, time.time_ns, audit.append)
    finally:
        store.close()


def _utc(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M UTC")
