"""``sargas assess``: a recording or a journal through the whole core, and what an operator was told, as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sargas.cli.failure import USAGE, Failure, describe
from sargas.cli.sensor_file import read_sensor_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sargas.cli.assess_told import Told
    from sargas.model.envelope import Envelope
    from sargas.model.records import WindTable


def assess(
    plots: Annotated[
        Path,
        typer.Argument(help="Parquet file of plots, any other recording that replay reads, or a journal folder"),
    ],
    out: Annotated[
        Path,
        typer.Option(help="Folder to write alerts, warnings, CAP files, closures, drift, lost tracks, tracks into"),
    ],
    sensors: Annotated[Path | None, typer.Option(help="TOML file with a [[sensor]] table for each sensor")] = None,
    zones: Annotated[
        Path | None, typer.Option(help="GeoJSON file of zones (protected, restricted, border) and routes")
    ] = None,
    municipalities: Annotated[
        Path | None, typer.Option(help="GeoJSON file of areas with id and name, whom warnings are for; none: cells")
    ] = None,
    wind: Annotated[Path | None, typer.Option(help="CSV file of winds by height, for what drifts")] = None,
    utc_offset_s: Annotated[
        int | None, typer.Option(help="Seconds that local time is ahead of UTC, in texts; none: 0, and it says so")
    ] = None,
) -> None:
    """Assess a recording: alerts, drafted warnings and tracks as the core would have told them, each at its time.

    Everything is told with nothing but what had arrived by then. One line of figures is printed as JSON.
    """
    import json

    from sargas.cli.assess_files import write
    from sargas.cli.assess_told import Told

    options = {
        "--sensors": sensors, "--zones": zones, "--municipalities": municipalities, "--wind": wind,
        "--utc-offset-s": utc_offset_s,
    }  # fmt: skip
    try:
        if plots.is_dir():
            inputs = _open_journal(plots, [name for name, value in options.items() if value is not None])
        else:
            inputs = _open_recording(plots, sensors, zones, municipalities, wind, utc_offset_s or 0)
        out.mkdir(parents=True, exist_ok=True)
        told = Told.of(inputs)
    except (OSError, ValueError) as error:
        raise Failure(describe(error), USAGE) from None
    write(told, out)
    figures = _count(told)
    wind_held = told.had_wind if wind is not None or plots.is_dir() else None
    recording = None if plots.is_dir() else plots
    for line in (*_limits(told, figures["drifters"], wind_held), *_faults(told, recording)):
        typer.echo(line, err=True)
    if (told.warnings or told.closures) and utc_offset_s is None and not plots.is_dir():
        typer.echo("Texts call UTC local time: give --utc-offset-s, what local time is ahead of it.", err=True)
    typer.echo(json.dumps(figures))


def _open_journal(folder: Path, given: list[str]) -> Iterator[Envelope]:
    """Read what a node kept of all that it was told. Raises ValueError with options that only a recording needs."""
    from sargas.runtime.replay import journal_inputs

    if given:
        raise ValueError(
            f"{folder}: expected no {', '.join(given)} with a journal, which has the node's own: leave them out"
        )
    return journal_inputs(folder, tell=lambda text: typer.echo(text, err=True))


def _open_recording(
    path: Path,
    sensors: Path | None,
    zones: Path | None,
    municipalities: Path | None,
    wind: Path | None,
    utc_offset_s: int,
) -> Iterator[Envelope]:
    from sargas.runtime.area_files import read_municipalities
    from sargas.runtime.recording import open_recording
    from sargas.runtime.replay import recording_inputs
    from sargas.runtime.zone_files import read_zones_file

    recording, known, (drawn, routes) = open_recording(path), read_sensor_file(sensors), read_zones_file(zones)
    areas, winds = read_municipalities(municipalities), _read_winds(wind)
    _, inputs = recording_inputs(
        recording, known, {}, zones=drawn, routes=routes, municipalities=areas, utc_offset_s=utc_offset_s
    )
    return _with_winds(inputs, winds)


def _read_winds(path: Path | None) -> tuple[WindTable, ...]:
    from sargas.assessment.drift.wind_files import read_winds
    from sargas.identification.permission_files import Entry
    from sargas.model.label import Label

    if path is None:
        return ()
    read = read_winds(path.read_text(encoding="utf-8-sig"), Entry(0, "assess", Label(), ""))
    if read.problems:
        first, more = read.problems[0], len(read.problems) - 1
        rest = f" (and {more} more: sargas wind check lists all)" if more else ""
        raise ValueError(f"{path}:{first.line}: {first.text}{rest}")
    return read.tables


def _with_winds(inputs: Iterator[Envelope], winds: tuple[WindTable, ...]) -> Iterator[Envelope]:
    """Put the wind tables behind the configuration, which comes first."""
    from dataclasses import replace

    for number, envelope in enumerate(inputs):
        yield envelope
        if number == 0:
            for table in winds:
                yield replace(envelope, data=table.model_dump_json().encode())


def _count(told: Told) -> dict[str, int]:
    return {
        "alerts": len(told.alerts),
        "critical": sum(any(row.tier == "critical" for row in rows) for rows in told.alerts.values()),
        "held_back": sum(not any(row.was_shown for row in rows) for rows in told.alerts.values()),
        "warnings": len({warning.warning_id for warning in told.warnings}),
        "closures": len({advice.advice_id for advice in told.closures}),
        "drifters": len({forecast.track_id for forecast in told.drift}),
        "launches": sum(one.state != "ended" for one in {one.launch_id: one for one in told.launches}.values()),
        "lost": len({message.lost_id for message in told.lost}),
        "track_rows": sum(len(batch) for batch in told.tracks),
    }


def _limits(told: Told, drifters: int, wind: bool | None) -> list[str]:
    from sargas.cli.assess_limits import tell_limits

    node = told.configuration
    zones, areas, sensors = ((), (), ()) if node is None else (node.zones, node.municipalities, node.sensors)
    return tell_limits(zones, areas, told.counts, told.refused, sensors, told.tracks, drifters=drifters, wind=wind)


def _faults(told: Told, recording: Path | None) -> list[str]:
    from sargas.cli.assess_limits import tell_quarantined

    reasons = {name: health.reason for name, health in sorted(told.quarantined.items())}
    faults = [f"{name}: {fault.reason}." for name, fault in sorted(told.faults.items())]
    return [*tell_quarantined(reasons, recording), *faults]
