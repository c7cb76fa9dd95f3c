"""``sargas replay``: a journal or a recording through the same core that runs live."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable
from sargas.cli.sensor_file import read_sensor_file

if TYPE_CHECKING:
    from sargas.model.envelope import Envelope
    from sargas.picture.state import State
    from sargas.runtime.replay import ReplaySummary

_WIDTH = 160
"""Columns of what is written into a file or a pipe."""
_MOST_ROWS = 40


def replay(
    source: Annotated[
        Path, typer.Argument(help="Journal folder, pcap, plots (Parquet), readsb JSON or position table.")
    ],
    speed: Annotated[
        float | None, typer.Option(min=0.01, help="Show it on a console, so many times real time; none: at full speed.")
    ] = None,
    digest: Annotated[bool, typer.Option("--digest", help="Print only the digest of all outputs.")] = False,
    sensors: Annotated[Path | None, typer.Option(help="sensors.toml with the places of a recording's sensors.")] = None,
    edition: Annotated[list[str] | None, typer.Option(help="ASTERIX edition, as 048=1.32; repeat for more.")] = None,
    host: Annotated[str, typer.Option(help="Address of the console, with --speed.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port of the console, with --speed; 0 takes a free one.")] = 8710,
    until: Annotated[int | None, typer.Option(min=0, help="Sequence of the last input to take; none: all.")] = None,
    snapshot: Annotated[Path | None, typer.Option(help="File to write the whole state to at the end.")] = None,
    begin: Annotated[
        Path | None, typer.Option("--from", help="Snapshot to go on from, of an earlier part of the same inputs.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Replay a journal or a recording and say which tracks and alerts came out."""
    state, sequence = _read_state(begin)
    inputs = _between(_open_inputs(source, sensors, edition or [], sequence + 1), sequence, until)
    if speed is not None:
        if snapshot is not None or begin is not None:
            raise Failure("expected --snapshot and --from without --speed: a console shows a run from its start", USAGE)
        from sargas.cli.watch import watch

        watch(inputs, speed, host, port)
        return
    if snapshot is not None:
        refuse_unwritable("--snapshot", snapshot)
    summary, sequence = _run(inputs, state, source, quiet=digest or as_json)
    if snapshot is not None:
        _write_state(snapshot, state, sequence)
    if digest:
        typer.echo(summary.digest)
    elif as_json:
        typer.echo(json.dumps(_as_json(summary)))
    else:
        _print(summary)


def _read_state(path: Path | None) -> tuple[State, int]:
    """Return the state to begin with and the sequence of the last input in it; -1: none."""
    from sargas.picture.snapshot import load_state
    from sargas.picture.state import State

    if path is None:
        return State(), -1
    try:
        return load_state(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure(f"--from {path}: {error}", USAGE) from None


def _write_state(path: Path, state: State, sequence: int) -> None:
    from sargas.picture.snapshot import dump_state

    with open_whole(path) as file:
        file.write(dump_state(state, sequence))


def _between(inputs: Iterator[Envelope], after: int, until: int | None) -> Iterator[Envelope]:
    for envelope in inputs:
        if until is not None and envelope.sequence > until:
            return
        if envelope.sequence > after:
            yield envelope


def _open_inputs(source: Path, sensors: Path | None, edition: list[str], from_sequence: int) -> Iterator[Envelope]:
    from sargas.runtime.recording import open_recording
    from sargas.runtime.replay import journal_inputs, recording_inputs

    editions = _editions(edition)
    if source.is_dir():
        return journal_inputs(source, from_sequence, lambda text: typer.echo(text, err=True))
    return recording_inputs(open_recording(source), read_sensor_file(sensors), editions)[1]


def _editions(texts: list[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    wrong = [text for text, (category, _, number) in zip(texts, pairs, strict=True) if not (category and number)]
    if wrong:
        raise Failure(f"expected --edition CATEGORY=EDITION, for example 048=1.32, was {wrong[0]!r}", USAGE)
    return {category.zfill(3): number for category, _, number in pairs}


def _run(inputs: Iterator[Envelope], state: State, source: Path, *, quiet: bool) -> tuple[ReplaySummary, int]:
    """Replay; return what came out and the sequence of the last input."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from sargas.runtime.replay import ReplaySummary, replay

    summary, sequence = ReplaySummary(), -1
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as progress:
        task = progress.add_task(f"replaying {source}")
        for envelope, _ in replay(inputs, state, summary):
            sequence = envelope.sequence
            if summary.envelopes % 500 == 0:
                progress.update(task, description=f"{source}: {summary.envelopes} inputs, {len(summary.tracks)} tracks")
    if summary.envelopes == 0:
        raise Failure(f"{source}: expected something to replay, was empty")
    return summary, sequence


def _as_json(summary: ReplaySummary) -> dict[str, Any]:
    tracks = [
        {name: sorted(value) if isinstance(value := getattr(story, name), set) else value for name in story.__slots__}
        for _, story in sorted(summary.tracks.items())
    ]
    return {
        "digest": summary.digest,
        "envelopes": summary.envelopes,
        "plots": summary.plots,
        "first_ns": summary.first_ns,
        "last_ns": summary.last_ns,
        "tracks": tracks,
        "alerts": [json.loads(alert.model_dump_json()) for _, alert in sorted(summary.alerts.items())],
        "sources": [json.loads(health.model_dump_json()) for _, health in sorted(summary.sources.items())],
        "plot_counts": summary.counts,
    }


def _print(summary: ReplaySummary) -> None:
    from rich.console import Console
    from rich.table import Table

    screen = Console(markup=False, width=None if sys.stdout.isatty() else _WIDTH)
    table = Table()
    heads = ("track", "address", "call sign", "seen s", "updates", "latitude", "longitude", "altitude m", "m/s")
    for head in (*heads, "sensors"):
        table.add_column(head, overflow="fold", no_wrap=head != "sensors")  # rich would cut what is long
    stories = sorted(summary.tracks.values(), key=lambda story: (-story.updates, story.track_id))
    for story in stories[:_MOST_ROWS]:
        table.add_row(
            str(story.track_id), story.icao_address, story.callsign, f"{(story.last_ns - story.first_ns) / 1e9:.0f}",
            str(story.updates), f"{story.latitude_deg:.4f}", f"{story.longitude_deg:.4f}", f"{story.altitude_m:.0f}",
            f"{story.speed_mps:.0f}", ", ".join(sorted(story.sensors)),
        )  # fmt: skip
    screen.print(table)
    if len(stories) > _MOST_ROWS:
        screen.print(f"and {len(stories) - _MOST_ROWS} tracks more (--json lists all)")
    for _, alert in sorted(summary.alerts.items()):
        screen.print(
            f"alert {alert.tier} {alert.state}: {alert.zone_name}, tracks {alert.track_ids}: {'; '.join(alert.reasons)}"
        )
    for _, health in sorted(summary.sources.items()):
        screen.print(f"source {health.source}: {health.state} {health.reason}")
        counted = ("received", "decoded", "rejected", "duplicates", "trailing_bytes")
        screen.print("  " + ", ".join(f"{name} {getattr(health, name)}" for name in counted))
    used = ", ".join(f"{name} {count}" for name, count in summary.counts.items() if count)
    screen.print(f"{summary.plots} plots, {len(stories)} confirmed tracks; plots by use: {used}")
    if summary.counts.get("unplaced"):
        screen.print(
            "Some sensors' places are unknown, so their plots cannot be put on the map: give them with --sensors."
        )
    screen.print(f"digest {summary.digest}")
