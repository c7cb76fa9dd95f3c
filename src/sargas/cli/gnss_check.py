"""``sargas gnss-check``: which aircraft of a recording had jammed or spoofed satellite navigation, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import USAGE, Failure

if TYPE_CHECKING:
    from sargas.identification.gnss import GnssEvent
    from sargas.model.plots import Plots


def gnss_check(
    adsb: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="Plots (Parquet), readsb JSON or ADS-B state table")
    ],
    out: Annotated[Path, typer.Option(help="JSON lines file of events to write")],
) -> None:
    """Find aircraft whose position reports cannot be true, or whose receiver lost its accuracy.

    Writes one object an event: kind, icao_address, start_ns, found_ns, end_ns (null: it goes on), why. Each is found
    with nothing but the reports up to found_ns.
    """
    import json

    from sargas.identification.gnss import GnssMonitor

    if not out.parent.is_dir():
        raise Failure(f"--out {out}: expected an existing folder, was none: make {out.parent} first", USAGE)
    monitor, reports = GnssMonitor(), 0
    ended: list[GnssEvent] = []
    try:
        for plots in _batches(adsb):
            reports += len(plots)
            ended += [event for event in monitor.update(plots) if event.end_ns is not None]
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    events = sorted((*ended, *monitor.open_events()), key=lambda event: (event.start_ns, event.icao_address))
    out.write_text("".join(json.dumps(_as_json(event)) + "\n" for event in events), encoding="utf-8")
    typer.echo(
        f"{reports} reports of {monitor.aircraft} aircraft; "
        f"spoofing: {sum(event.kind == 'spoofing' for event in events)}, "
        f"jamming: {sum(event.kind == 'jamming' for event in events)}"
    )


def _batches(path: Path) -> Iterator[Plots]:
    from sargas.formats.positions.decode import PositionsDecoder
    from sargas.formats.registry import open_decoder
    from sargas.model.records import Source
    from sargas.runtime.recording import open_recording

    recording = open_recording(path)
    if recording.format == "asterix":
        raise ValueError(f"{path}: expected ADS-B reports, was a capture: decode it first (sargas decode)")
    source = Source(name=path.name, format=recording.format)
    tables = recording.format == "positions"  # held rows and rows without a place say something of the velocity
    decoder = PositionsDecoder(source, every_row=True) if tables else open_decoder(source, ())
    for time_ns, data in recording.datagrams():
        plots = decoder.decode(time_ns, data).plots
        if plots is not None:
            yield plots


def _as_json(event: GnssEvent) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "icao_address": f"{event.icao_address:06x}",
        "start_ns": event.start_ns,
        "found_ns": event.found_ns,
        "end_ns": event.end_ns,
        "why": event.why,
    }
