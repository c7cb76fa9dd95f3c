"""What the command line offers, as rows for docs/cli.md."""

from __future__ import annotations

from typing import Any

import typer.main

from sargas.cli.main import app
from tests.docs.tables import Row


def sorted_commands() -> list[tuple[str, Any]]:
    """List every command that does something as (``sargas config check``, command), by name."""
    return sorted(_leaves("sargas", typer.main.get_command(app)), key=lambda pair: pair[0])


def command_rows(command: Any) -> list[Row]:
    """Render the arguments and options of one command: spelling, meaning with the default."""
    rows: list[Row] = []
    for parameter in command.params:
        if parameter.name in ("help", "install_completion", "show_completion"):
            continue
        names = [*parameter.opts, *parameter.secondary_opts] if parameter.param_type_name == "option" else []
        spelling = ", ".join(f"`{name}`" for name in names) or f"`{parameter.name.upper()}`"
        rows.append((spelling, (parameter.help or "").replace("*", r"\*")))
    return rows


def _leaves(path: str, command: Any) -> list[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if not inner:
        return [(path, command)]
    return [leaf for name in inner for leaf in _leaves(f"{path} {name}", inner[name])]
