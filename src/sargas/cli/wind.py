"""``sargas wind``: check a file of winds by height, and hand it to a running node."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.permissions import hand_in, refuse_bad_rows, text_of

app = typer.Typer(help="Wind by height, for what drifts.", no_args_is_help=True, rich_markup_mode=None)

WindPath = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV file of winds by height.")
]


@app.callback()
def wind() -> None:
    """Check files of winds and import them; columns: docs/drifters.md."""


@app.command("check")
def check(file: WindPath) -> None:
    """Say whether a file can be imported; every bad row with its line and how to mend it."""
    from sargas.assessment.drift.wind_files import read_winds
    from sargas.identification.permission_files import Entry
    from sargas.model.label import Label

    read = read_winds(text_of(file), Entry(0, "check", Label(), ""))
    refuse_bad_rows(file, read.problems)
    levels = sum(len(table.levels) for table in read.tables)
    typer.echo(f"{file}: good ({len(read.tables)} wind tables of {levels} levels together)")


@app.command("import")
def import_file(
    file: WindPath,
    account: Annotated[str, typer.Option(help="Account in whose name they are entered; operator or administrator.")],
    url: Annotated[str, typer.Option(help="Console of the running node.")] = "http://127.0.0.1:8710",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
) -> None:
    """Hand a file to a running node: all of it takes effect, or with a bad row nothing; twice changes nothing."""
    hand_in(file, "/api/winds/import", account, url, password_stdin=password_stdin)
