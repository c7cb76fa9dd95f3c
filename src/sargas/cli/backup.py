"""``sargas backup``: copy a node's data while it runs, check the copy, set a node up again from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.config import ConfigPath

if TYPE_CHECKING:
    from sargas.runtime.backup import Summary

app = typer.Typer(help="Copies of a node's data.", no_args_is_help=True, rich_markup_mode=None)

Copy = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the copy.")]


@app.callback()
def backup() -> None:
    """Copy, check and restore: journal, history, database and audit (docs/operator/backup.md)."""


@app.command("make")
def make(directory: Copy, config: ConfigPath = None) -> None:
    """Copy the node's data into a new folder; the node may run meanwhile."""
    import time

    from sargas.runtime.backup import make_backup
    from sargas.runtime.config_load import load_settings

    settings = load_settings(config).settings
    has_sqlite = settings.store_url().startswith("sqlite")
    _tell(
        make_backup(settings.node.data_dir, directory, settings.node.name, time.time_ns(), has_sqlite=has_sqlite),
        directory,
    )
    if not has_sqlite:
        typer.echo("the database is PostgreSQL: copy it with pg_dump, before this copy", err=True)


@app.command("check")
def check(directory: Copy) -> None:
    """Check every byte of a copy."""
    from sargas.runtime.backup import check_backup

    _tell(check_backup(directory), directory)


@app.command("restore")
def restore(directory: Copy, config: ConfigPath = None) -> None:
    """Set the node's empty data folder up from a copy, then check its audit; the node must not run."""
    from sargas.cli.failure import Failure
    from sargas.runtime.audit import verify
    from sargas.runtime.backup import restore_backup
    from sargas.runtime.config_load import load_settings

    settings = load_settings(config).settings
    _tell(restore_backup(directory, settings.node.data_dir), directory)
    found = verify(settings.node.data_dir / "audit")
    if found.faults:
        raise Failure(f"the data is there, its audit does not hold: {found.faults[0]}")
    typer.echo(f"restored to {settings.node.data_dir}; its audit holds: {found.entries} entries")


def _tell(summary: Summary, directory: Path) -> None:
    from datetime import UTC, datetime

    at = datetime.fromtimestamp(summary.made_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    typer.echo(f"{directory}: node {summary.node} as of {at}: {summary.files} files, {summary.bytes} bytes, all whole")
