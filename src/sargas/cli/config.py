"""``sargas config``: check the settings, and show them with the origin of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import FAILURE, describe

if TYPE_CHECKING:
    from sargas.runtime.config_load import Loaded

app = typer.Typer(help="The settings of the node.", no_args_is_help=True, rich_markup_mode=None)

ConfigPath = Annotated[
    Path | None, typer.Option("--config", "-c", help="Configuration file; sargas.toml here when not given.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("check")
def check(config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Say whether the settings work; every fault with its place and how to mend it."""
    from sargas.runtime.config_check import find_doubts, find_faults
    from sargas.runtime.config_load import load_settings

    doubts: tuple[str, ...] = ()
    try:
        loaded = load_settings(config)
        problems, doubts = find_faults(loaded), find_doubts(loaded)
    except (ValueError, OSError) as error:
        problems = getattr(error, "problems", (describe(error),))
    if as_json:
        typer.echo(json.dumps({"ok": not problems, "problems": problems, "doubts": doubts}))
    else:
        for line in (*problems, *doubts):
            typer.echo(f"sargas: {line}", err=True)
    if not problems and not as_json:
        record = loaded.settings.to_configuration(0)
        permissions, winds = loaded.settings.permissions_of_file(0), loaded.settings.winds_of_file(0)
        counts = f"{len(record.sources)} sources, {len(record.sensors)} sensors, {len(record.zones)} zones"
        counts += f", {len(permissions)} flight permissions" if permissions else ""
        counts += f", {len(winds)} wind tables" if winds else ""
        typer.echo(f"{loaded.origins.path or 'no file, defaults'}: good ({counts})")
    if problems:
        raise typer.Exit(FAILURE)


@app.command("show")
def show(config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Print what the node would run with, each setting with its origin; passwords are masked."""
    from sargas.runtime.config_load import load_settings

    rows = list_settings(load_settings(config))
    if as_json:
        typer.echo(json.dumps({name: {"value": value, "origin": origin} for name, value, origin in rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in ("setting", "value", "origin"):
        table.add_column(head, overflow="fold")  # rich would cut what is long
    for name, value, origin in rows:
        table.add_row(name, json.dumps(value, ensure_ascii=False), origin)
    Console(highlight=False).print(table)


def list_settings(loaded: Loaded) -> list[tuple[str, Any, str]]:
    """List every setting as (``source[0].url``, JSON value with secrets masked, origin)."""
    rows: list[tuple[str, Any, str]] = []
    _walk((), loaded.settings.model_dump(mode="json"), loaded, rows)
    return rows


def _walk(place: tuple[str | int, ...], value: Any, loaded: Loaded, rows: list[tuple[str, Any, str]]) -> None:
    from sargas.runtime.config import mask_url

    if isinstance(value, dict) and (len(place) < 2 or isinstance(place[-1], int)):
        for key, child in value.items():
            _walk((*place, key), child, loaded, rows)
    elif isinstance(value, list) and len(place) == 1:
        for i, child in enumerate(value):
            _walk((*place, i), child, loaded, rows)
    else:
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).lstrip(".")
        shown = mask_url(value) if place[-1] == "url" and isinstance(value, str) else value
        rows.append((name, shown, loaded.origins.of(place)))
