"""``sargas schema export``: the message model as JSON Schema and column tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from sargas.cli.failure import Failure

app = typer.Typer(help="The message model as data.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def schema() -> None:
    """Describe the message model as data."""


@app.command("export")
def export(
    out: Annotated[Path, typer.Option(help="Folder that receives the files.")] = Path("spec/schema"),
    check: Annotated[bool, typer.Option(help="Write nothing; fail when a file is not current.")] = False,
) -> None:
    """Write JSON Schema of records and console messages, the columns of plots and tracks, and the API as OpenAPI."""
    files = all_schemas()
    stale = [name for name, text in files.items() if not _is_current(out / name, text)]
    if check and stale:
        raise Failure(f"{out}: expected current schemas, was out of date: {', '.join(stale)}; run sargas schema export")
    if not check:
        out.mkdir(parents=True, exist_ok=True)
        for name in stale:
            (out / name).write_text(files[name], encoding="utf-8")
    typer.echo(f"{out}: {len(files)} schemas, {len(stale)} changed")


@cache
def all_schemas() -> dict[str, str]:
    """Render every schema: file name under spec/schema to its text."""
    from sargas.console.schema import export_openapi, export_schema
    from sargas.model.schema import export_schemas

    return {**export_schemas(), "console.json": export_schema(), "openapi.json": export_openapi()}


def _is_current(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text
