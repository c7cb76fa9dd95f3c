"""``sargas version``: which code runs."""

from __future__ import annotations

import json
import platform
from typing import Annotated

import typer

from sargas import __version__


def version(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """Print the version of Sargas and of Python."""
    if as_json:
        typer.echo(json.dumps({"sargas": __version__, "python": platform.python_version()}))
    else:
        typer.echo(f"sargas {__version__} (Python {platform.python_version()})")
