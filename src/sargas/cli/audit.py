"""``sargas audit``: verify the audit of a node, and read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Who decided, released and logged in: the audit.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the audit: DATA_DIR/audit.")]


@app.callback()
def audit() -> None:
    """Verify and read the audit of a node (docs/audit.md)."""


@app.command("verify")
def verify(
    directory: Folder,
    key: Annotated[str | None, typer.Option(help="Public key it must be signed with, hexadecimal.")] = None,
) -> None:
    """Verify every byte, the chain and the signed checkpoints, offline; exit code 1 when anything does not hold."""
    from sargas.cli.failure import Failure
    from sargas.runtime.audit import verify as verify_folder

    try:
        found = verify_folder(directory, key)
    except FileNotFoundError as error:
        raise Failure(str(error)) from None
    for fault in found.faults:
        typer.echo(f"{directory}: {fault}", err=True)
    typer.echo(
        f"{directory}: {'BROKEN' if found.faults else 'holds'}: {found.entries} entries, {found.checkpoints} signed "
        f"checkpoints, {found.unsigned} entries after the last; root {found.root[:16]}, key {found.key[:16]}"
    )
    if found.faults:
        raise typer.Exit(1)


@app.command("show")
def show(
    directory: Folder,
    last: Annotated[int, typer.Option(min=1, help="So many of the newest entries that fit.")] = 50,
    actor: Annotated[str | None, typer.Option(help="Only of this account, node or rule.")] = None,
    action: Annotated[str | None, typer.Option(help="Only actions that begin with this.")] = None,
) -> None:
    """Print the newest entries, a line each: number, time, who, what, on what, next envelope of the journal then."""
    from collections import deque

    from sargas.cli.failure import Failure
    from sargas.runtime.audit.entry import AuditEntry
    from sargas.runtime.audit.files import segments

    if not segments(directory):
        raise Failure(f"{directory}: expected the folder of an audit, was none: check the path")
    found: deque[AuditEntry] = deque(maxlen=last)
    for path in segments(directory):
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
            try:
                entry = AuditEntry.of_line(line)
            except ValueError as error:
                raise Failure(f"{path.name}:{number}: {error}: run sargas audit verify {directory}") from None
            if (actor is None or entry.actor == actor) and entry.action.startswith(action or ""):
                found.append(entry)
    for entry in found:
        at = datetime.fromtimestamp(entry.time_ns / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        typer.echo(f"{entry.seq}\t{at}\t{entry.actor}\t{entry.action}\t{entry.object}\t{entry.journal_sequence}")
