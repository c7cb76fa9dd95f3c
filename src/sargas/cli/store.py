"""``sargas store``: the schema of a node's database, shown, brought up to date, taken back for an older program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.config import ConfigPath
from sargas.cli.failure import Failure

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from sargas.runtime.config import Settings

app = typer.Typer(help="The schema of a node's database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def store() -> None:
    """Show the schema, bring it up to date, take it back for an older program (docs/operator/install.md)."""


@app.command("show")
def show(config: ConfigPath = None) -> None:
    """Say which schema the database has, and which this program needs."""
    from sargas.runtime.store.migrate import head

    _, engine = _open(config)
    typer.echo(f"the database has {_revision(engine)}, this program needs {head()}")


@app.command("up")
def up(config: ConfigPath = None) -> None:
    """Bring the schema up to date, as a node that starts does; the node must not run."""
    from sargas.runtime.store.migrate import upgrade

    settings, engine = _open(config)
    _refuse_while_running(settings)
    before = _revision(engine)
    upgrade(engine)
    typer.echo(f"the database had {before}, has {_revision(engine)}")


@app.command("down")
def down(
    revision: Annotated[str, typer.Argument(help="Schema that the older program needs: its sargas store show.")],
    config: ConfigPath = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: what the older schema has no room for goes.")] = False,
) -> None:
    """Take the schema back for an older program; the node must not run, and a backup must be there."""
    from sargas.runtime.store.migrate import downgrade, revisions

    settings, engine = _open(config)
    _refuse_while_running(settings)
    before = _revision(engine)
    known = revisions()
    if revision not in known or before not in known or known.index(revision) > known.index(before):
        lower = [name for name in known if before in known and name <= before]
        raise Failure(f"expected a schema out of {', '.join(lower) or 'none'}, was {revision!r}")
    if not yes:
        typer.confirm(f"Take the database from {before} to {revision}, and drop what that has no room for?", abort=True)
    downgrade(engine, revision)
    typer.echo(f"the database had {before}, has {_revision(engine)}")


def _open(config: ConfigPath) -> tuple[Settings, Engine]:
    from sargas.runtime.config_load import load_settings
    from sargas.runtime.store.engine import open_engine

    settings = load_settings(config).settings
    url = settings.store_url()
    path = settings.node.data_dir / "sargas.db"
    if url.startswith("sqlite") and settings.store.url is None and not path.is_file():
        raise Failure(f"expected a database, was none: {path}; name the node's settings with --config")
    return settings, open_engine(url)


def _revision(engine: Engine) -> str:
    from sargas.runtime.store.migrate import current

    with engine.connect() as connection:
        return current(connection) or "none"


def _refuse_while_running(settings: Settings) -> None:
    """Refuse while a node holds the lock of its history."""
    import os

    from sargas.runtime.history.layout import LOCK
    from sargas.runtime.journal_segment import take_lock

    path = settings.node.data_dir / "history" / LOCK
    if not path.is_file():
        return
    lock = take_lock(path)
    if lock is None:
        raise Failure("expected no node to run on this data, was one: stop it first")
    os.close(lock)
