"""``sargas doctor``: is everything there that a node needs, and how to mend what is not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from sargas.cli.config import AsJson, ConfigPath
from sargas.cli.failure import FAILURE

if TYPE_CHECKING:
    from sargas.cli.doctor_checks import Finding

STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(config: ConfigPath = None, as_json: AsJson = False) -> None:
    """Check settings, ports, clock, disk, database, console files and kernels; exit 1 when something fails."""
    from sargas.cli.doctor_checks import examine

    findings = examine(config)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        _print(findings)
    if any(finding.status == "fail" for finding in findings):
        raise typer.Exit(FAILURE)


def _print(findings: list[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for finding in findings:
        mark = Text(f"{finding.status:<5}", style=STYLES[finding.status])
        console.print(mark, Text(f"{finding.name}: {finding.text}"), soft_wrap=True)
        if finding.mend:
            console.print(Text(f"      mend: {finding.mend}"), soft_wrap=True)
