"""``sargas journal``: room on the disk, by compaction and retention."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import USAGE, Failure

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the journal, or the node's data_dir.")]
NEEDED = "expected --days or --bytes, was neither: nothing is deleted that was not asked for"

app = typer.Typer(help="Room on the disk: compaction and retention.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def journal() -> None:
    """Make room where the journal lies; a node may be running, its open segment is never touched."""


@app.command("compact")
def compact(directory: Directory) -> None:
    """Turn closed segments into Parquet; each is deleted once the new file is proved equal."""
    from sargas.runtime.journal_compact import compact as compact_journal

    done = compact_journal(_journal_folder(directory))
    for reason in done.refused:
        typer.echo(f"left as it is: {reason}", err=True)
    typer.echo(f"{len(done.files)} segments, {done.rows} rows: {done.bytes_before} bytes became {done.bytes_after}")
    if done.refused:
        raise typer.Exit(1)


@app.command("records")
def records(
    directory: Directory,
    store: Annotated[str, typer.Option(help="URL of the store, as in sargas.toml; must exist.")],
) -> None:
    """Replay a journal and write the records that a store lacks: alerts, decisions, source health, track events."""
    from rich.console import Console
    from rich.progress import Progress

    from sargas.picture.state import State
    from sargas.runtime.replay import ReplaySummary, journal_inputs, replay
    from sargas.runtime.store import StoreAway, StoreError, open_store, records_to_keep

    summary, told, new = ReplaySummary(), 0, 0
    try:
        with closing(open_store(store)) as target, Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task(f"replaying {directory}", total=None)
            inputs = journal_inputs(_journal_folder(directory), tell=lambda text: typer.echo(text, err=True))
            for _, messages in replay(inputs, State(), summary):
                found = records_to_keep(messages)
                told, new = told + len(found), new + (target.write(found) if found else 0)
                progress.update(task, completed=summary.envelopes)
    except (StoreError, StoreAway) as error:
        raise Failure(str(error)) from error
    typer.echo(f"{summary.envelopes} inputs replayed: {told} records, {new} of them new to the store")


@app.command("retain")
def retain(
    directory: Directory,
    days: Annotated[float | None, typer.Option(min=0, help="Delete files wholly older than so many days.")] = None,
    most_bytes: Annotated[
        int | None, typer.Option("--bytes", min=0, help="Delete the oldest files until no more bytes are left.")
    ] = None,
) -> None:
    """Delete the oldest files of the journal for good; the last one always stays."""
    import time

    from sargas.runtime.journal_compact import retain as retain_journal
    from sargas.runtime.journal_read import is_start, read
    from sargas.runtime.journal_segment import JournalError

    if days is None and most_bytes is None:
        raise Failure(NEEDED, USAGE)
    folder = _journal_folder(directory)
    try:
        done = retain_journal(folder, now_ns=time.time_ns(), days=days, max_bytes=most_bytes)
    except JournalError as error:
        raise Failure(str(error)) from error
    typer.echo(f"{len(done.files)} files with {done.bytes_removed} bytes deleted, {done.bytes_kept} bytes kept")
    typer.echo(f"the journal begins at sequence {done.first_sequence}")
    first = next(read(folder), None)
    if first is not None and not is_start(first):
        typer.echo("it begins within a run of the node: up to the next start nothing of it can be replayed", err=True)


def _journal_folder(directory: Path) -> Path:
    from sargas.runtime.journal_read import journal_folder

    folder = journal_folder(directory)
    if not any(folder.glob("journal-*")):
        raise Failure(f"{directory}: expected a folder with a journal, was none: check the path")
    return folder
