"""``sargas permissions``: check a file of flight permissions, and hand it to a running node."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import FAILURE, Failure
from sargas.cli.running_node import logged_in, told_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sargas.identification.permission_files import Problem

app = typer.Typer(help="Who may fly where and when.", no_args_is_help=True, rich_markup_mode=None)

PermissionsPath = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="CSV or GeoJSON file of flight permissions.")
]


@app.callback()
def permissions() -> None:
    """Check files of flight permissions and import them; format: docs/cooperation.md."""


@app.command("check")
def check(file: PermissionsPath) -> None:
    """Say whether a file can be imported; every bad row with its line and how to mend it."""
    from sargas.identification.permission_files import Entry, read_permissions
    from sargas.model.label import Label

    read = read_permissions(text_of(file), Entry(0, "check", Label(), ""))
    refuse_bad_rows(file, read.problems)
    typer.echo(f"{file}: good ({len(read.permissions)} flight permissions)")


@app.command("import")
def import_file(
    file: PermissionsPath,
    account: Annotated[str, typer.Option(help="Account in whose name they are entered; operator or administrator.")],
    url: Annotated[str, typer.Option(help="Console of the running node.")] = "http://127.0.0.1:8710",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of stdin.")
    ] = False,
) -> None:
    """Hand a file to a running node: all of it takes effect, or with a bad row nothing; twice changes nothing."""
    hand_in(file, "/api/permissions/import", account, url, password_stdin=password_stdin)


def hand_in(file: Path, route: str, account: str, url: str, *, password_stdin: bool) -> None:
    """Hand a file to a running node's route in the name of an account; tell what came of it, or every bad row."""
    text = text_of(file)
    with logged_in(url, account, password_stdin=password_stdin) as client:
        answer = client.post(route, content=text.encode(), headers={"Content-Type": "text/plain"})
        problems = answer.json().get("problems", []) if answer.status_code == 422 else []
        for problem in problems:
            typer.echo(f"{file}:{problem['line']}: {problem['problem']}", err=True)
        imported = {} if problems else told_by(answer)
    if problems:
        raise typer.Exit(FAILURE)
    typer.echo(f"{file}: {imported['entered']} entered, {imported['unchanged']} unchanged")


def refuse_bad_rows(file: Path, problems: Sequence[Problem]) -> None:
    """Tell every bad row with its line, and end; nothing when there is none."""
    for problem in problems:
        typer.echo(f"{file}:{problem.line}: {problem.text}", err=True)
    if problems:
        raise typer.Exit(FAILURE)


def text_of(file: Path) -> str:
    """Return a file's text. Raises Failure for one that is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"{file}: expected text in UTF-8, was not: save it as CSV UTF-8") from None
