"""``sargas gnss-check``: which aircraft and areas of a recording had no navigation to trust, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import USAGE, Failure
from sargas.cli.out_file import open_whole, refuse_unwritable

if TYPE_CHECKING:
    from collections import Counter

    from sargas.identification.gnss import GnssEvent
    from sargas.identification.gnss_alarms import CellAlarm
    from sargas.model.plots import Plots


_KINDS = ("spoofing", "jamming")


def gnss_check(
    adsb: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Plots (Parquet), readsb JSON or ADS-B table (Parquet, JSON, CSV)"
        ),
    ],
    out: Annotated[Path, typer.Option(help="JSON lines file of events to write")],
) -> None:
    """Find aircraft whose position reports cannot be true or whose receiver lost its accuracy, and areas where many do.

    Writes one object an event: kind, icao_address or cell, start_ns, found_ns, end_ns (null: it goes on), why; of a
    cell also band, aircraft, affected and confidence. Each is found with nothing but the reports up to found_ns.
    """
    import json
    from collections import Counter

    from sargas.cli.assess_limits import tell_refused
    from sargas.identification.gnss_watch import GnssWatch

    watch, reports, addresses = GnssWatch(), 0, set[int]()
    refused = Counter[str]()
    found: list[GnssEvent | CellAlarm] = []
    try:
        refuse_unwritable("--out", out)
        for plots in _batches(adsb, refused):
            reports += len(plots)
            found += watch.update(plots)
            addresses.update(plots.icao_address[plots.icao_address >= 0].tolist())
            if len(plots) and watch.is_due(time_ns := int(plots.time_ns.max())):
                for changes in watch.advance(time_ns):
                    found += changes
    except ValueError as error:
        raise Failure(str(error), USAGE) from None
    ended = [event for event in found if event.end_ns is not None]
    told = [*ended, *watch.monitor.open_events(), *watch.alarms.open_alarms()]
    lines = sorted(map(_as_json, told), key=lambda line: (line["start_ns"], line.get("icao_address", ""), str(line)))
    with open_whole(out) as file:
        file.writelines(f"{json.dumps(line)}\n".encode() for line in lines)
    for line in tell_refused(dict(refused.most_common())):
        typer.echo(line, err=True)
    cells = sum("cell" in line for line in lines)
    spoofed, jammed = (sum(line["kind"] == kind and "cell" not in line for line in lines) for kind in _KINDS)
    typer.echo(
        f"{reports} reports of {len(addresses)} aircraft; spoofing: {spoofed}, jamming: {jammed}, areas: {cells}"
    )


def _batches(path: Path, refused: Counter[str]) -> Iterator[Plots]:
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
        decoded = decoder.decode(time_ns, data)
        refused.update(reject.reason for reject in decoded.rejects)
        if decoded.plots is not None:
            yield decoded.plots


def _as_json(event: GnssEvent | CellAlarm) -> dict[str, Any]:
    from sargas.identification.gnss import GnssEvent

    why = event.why.en if isinstance(event, GnssEvent) else event.why
    times = {"start_ns": event.start_ns, "found_ns": event.found_ns, "end_ns": event.end_ns, "why": why}
    if isinstance(event, GnssEvent):
        return {"kind": event.kind, "icao_address": f"{event.icao_address:06x}", **times}
    return {
        "kind": event.kind,
        "cell": event.state.name,
        **times,
        "band": event.state.band,
        "aircraft": event.state.aircraft,
        "affected": event.state.affected,
        "confidence": round(event.state.confidence, 4),
    }
