"""``sargas assess``: a recording through the whole core, and what an operator would have been told, as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sargas.cli.failure import USAGE, Failure, describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sargas.model.envelope import Envelope
    from sargas.model.records import (
        Alert,
        ClosureAdvice,
        Configuration,
        DriftForecast,
        LaunchEstimate,
        LostTrack,
        PublicWarning,
        Sensor,
        SourceHealth,
        WindTable,
        Zone,
    )
    from sargas.model.tracks import Tracks
    from sargas.model.warning_records import WarningArea
    from sargas.runtime.recording import Recording


def assess(
    plots: Annotated[Path, typer.Argument(help="Parquet file of plots, or any other recording that replay reads")],
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
    utc_offset_s: Annotated[int, typer.Option(help="Seconds that local time is ahead of UTC, in texts")] = 0,
) -> None:
    """Assess a recording: alerts, drafted warnings and tracks as the core would have told them, each at its time.

    Everything is told with nothing but what had arrived by then. One line of figures is printed as JSON.
    """
    import json

    from sargas.cli.assess_limits import tell_limits
    from sargas.runtime.recording import open_recording
    from sargas.runtime.zone_files import read_zones_file

    try:
        recording = open_recording(plots)
        known, (drawn, routes) = _read_sensors(sensors), read_zones_file(zones)
        areas, winds = _read_areas(municipalities), _read_winds(wind)
        out.mkdir(parents=True, exist_ok=True)
        settings = {"routes": routes, "municipalities": areas, "utc_offset_s": utc_offset_s}
        told = _run(recording, known, drawn, winds, settings)
    except (OSError, ValueError) as error:
        raise Failure(describe(error), USAGE) from None
    _write(told, out)
    figures = {
        "alerts": len(told.alerts),
        "critical": sum(any(row.tier == "critical" for row in rows) for rows in told.alerts.values()),
        "held_back": sum(not any(row.was_shown for row in rows) for rows in told.alerts.values()),
        "warnings": len({warning.warning_id for warning in told.warnings}),
        "closures": len({advice.advice_id for advice in told.closures}),
        "drifters": len({forecast.track_id for forecast in told.drift}),
        "launches": len({launch.launch_id for launch in told.launches}),
        "lost": len({message.lost_id for message in told.lost}),
        "track_rows": sum(len(batch) for batch in told.tracks),
    }
    wind_held = told.had_wind if winds else None
    for line in tell_limits(
        drawn, told.counts, told.refused, told.configuration.sensors if told.configuration else (), told.tracks,
        drifters=figures["drifters"], wind=wind_held,
    ):  # fmt: skip
        typer.echo(line, err=True)
    for name, fault in sorted(told.faults.items()):
        typer.echo(f"{name}: {fault.reason}.", err=True)
    typer.echo(json.dumps(figures))


class _Told:
    """What came out: alerts with their changes, messages of warnings and lost tracks, confirmed tracks each second."""

    def __init__(self) -> None:
        self.alerts: dict[str, list[Alert]] = {}
        self.warnings: list[PublicWarning] = []
        self.lost: list[LostTrack] = []
        self.tracks: list[Tracks] = []
        self.configuration: Configuration | None = None
        self.held: list[dict[str, Any]] = []
        self.closures: list[ClosureAdvice] = []
        self.drift: list[DriftForecast] = []
        self.launches: list[LaunchEstimate] = []
        self.had_wind = False
        self.counts: dict[str, int] = {}
        self.refused: dict[str, int] = {}
        self.faults: dict[str, SourceHealth] = {}


def _read_sensors(path: Path | None) -> tuple[Sensor, ...]:
    from sargas.sensors.site import read_sensors

    if path is None:
        return ()
    try:
        return read_sensors(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _read_areas(path: Path | None) -> tuple[Any, ...]:
    """Read municipalities: polygons with properties id and name; of several polygons the largest is taken."""
    import json

    from shapely import get_parts, make_valid
    from shapely.geometry import shape

    from sargas.model.warning_records import WarningArea

    if path is None:
        return ()
    areas: list[WarningArea] = []
    try:
        for feature in json.loads(path.read_text(encoding="utf-8-sig"))["features"]:
            # of a border that crosses itself no share can be told
            parts = get_parts(get_parts(make_valid(shape(feature["geometry"]))))
            largest = max(parts, key=lambda part: part.area)
            named = feature["properties"]
            ring = tuple((x, y) for x, y, *_ in largest.exterior.coords)
            areas.append(WarningArea(area_id=str(named["id"]), name=str(named["name"]), polygon=ring))
        return tuple(areas)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(
            f"{path}: expected a FeatureCollection of polygons with properties id and name, "
            f"was not at feature {len(areas)}: {error!r}"
        ) from None


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


def _run(
    recording: Recording,
    sensors: tuple[Sensor, ...],
    zones: tuple[Zone, ...],
    winds: tuple[WindTable, ...],
    settings: dict[str, Any],
) -> _Told:
    from sargas.model.records import (
        Alert,
        ClosureAdvice,
        DriftForecast,
        LaunchEstimate,
        LostTrack,
        PublicWarning,
        SourceHealth,
    )
    from sargas.picture.state import State
    from sargas.picture.step import step
    from sargas.runtime.replay import RECORDING, recording_inputs

    told, state = _Told(), State()
    told.configuration, inputs = recording_inputs(recording, sensors, {}, zones=zones, **settings)
    for envelope in _with_winds(inputs, winds):
        for message in step(state, envelope).messages:
            if isinstance(message, Alert):
                told.alerts.setdefault(message.alert_id, []).append(message)
            elif isinstance(message, PublicWarning):
                told.warnings.append(message)
            elif isinstance(message, ClosureAdvice):
                told.closures.append(message)
            elif isinstance(message, DriftForecast):
                told.drift.append(message)
            elif isinstance(message, LaunchEstimate):
                told.launches.append(message)
            elif isinstance(message, LostTrack):
                told.lost.append(message)
            elif isinstance(message, SourceHealth) and message.source != RECORDING and message.reason:
                told.faults[message.source] = message
        if envelope.kind == "record" and state.picture is not None:
            _hold(told, state.picture, envelope.receive_time_ns)
            told.had_wind |= bool(state.picture.drifting.drifters.wind)
    if state.picture is not None:
        told.counts = dict(state.picture.tracker.counts)
        told.refused = state.picture.health.rejects_of(RECORDING)
    return told


def _with_winds(inputs: Iterator[Envelope], winds: tuple[WindTable, ...]) -> Iterator[Envelope]:
    """Put the wind tables behind the configuration, which comes first."""
    from dataclasses import replace

    for number, envelope in enumerate(inputs):
        yield envelope
        if number == 0:
            for table in winds:
                yield replace(envelope, data=table.model_dump_json().encode())


def _hold(told: _Told, picture: Any, time_ns: int) -> None:
    """Take all confirmed tracks at a tick, with what is held of each."""
    tracks = picture.identity.mask(picture.appraisal.show(picture.tracker.report(time_ns)))
    if not len(tracks):
        return
    told.tracks.append(tracks)
    for track_id in tracks.track_id.tolist():
        answers = {about: picture.identity.book.answer(track_id, about, time_ns) for about in HELD}
        row: dict[str, Any] = {about: held.value for about, held in answers.items()}
        row["danger_probability"] = picture.identity.suspects.get(track_id)
        told.held.append(row)


HELD = ("class", "identity", "cooperation", "origin", "danger", "intent")


def _write(told: _Told, out: Path) -> None:
    import json

    from sargas.formats.cap import encode_cap, identifier_of

    lines = [row for changes in told.alerts.values() for row in _alert_rows(changes)]
    (out / "alerts.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    rows: list[dict[str, Any]] = []
    sent: dict[str, list[PublicWarning]] = {}
    # a draft that came to cover more tracks is told again: one message, as it was last
    drafted = {warning.message_id: warning for warning in told.warnings if warning.state == "drafted"}
    for warning in drafted.values():
        earlier = sent.setdefault(warning.warning_id, [])
        name = f"{identifier_of(warning)}.xml"
        (out / name).write_bytes(encode_cap(warning, "sargas", earlier))
        earlier.append(warning)
        rows.append(_warning_row(warning, name))
    (out / "warnings.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    newest = [*(changes[-1] for changes in told.alerts.values()), *told.warnings]
    records: tuple[tuple[str, list[Any]], ...] = (
        ("records.jsonl", newest),
        ("closures.jsonl", told.closures),
        ("drift.jsonl", [forecast for forecast in told.drift if forecast.state == "current"]),
        ("launches.jsonl", told.launches),
        ("lost.jsonl", told.lost),
    )
    for name, found in records:
        (out / name).write_text("".join(one.model_dump_json() + "\n" for one in found), encoding="utf-8")
    _write_tracks(told, out / "tracks.parquet")


def _alert_rows(changes: list[Alert]) -> list[dict[str, Any]]:
    """Say of an alert when it was first shown, why, and when it ended (null: not by the end of the recording).

    One that became critical later has a second row, of that time; one that was only held back has none.
    """
    shown = next((alert for alert in changes if alert.was_shown), None)
    risen = next((alert for alert in changes if alert.tier == "critical"), None)
    told = [alert for alert in (shown, risen) if alert is not None]
    return [_alert_row(first, changes) for first in dict.fromkeys(told)]


def _alert_row(first: Alert, changes: list[Alert]) -> dict[str, Any]:
    last = changes[-1]
    return {
        "time_ns": first.time_ns,
        "tier": first.tier,
        "alert_id": first.alert_id,
        "track_ids": sorted({track_id for alert in changes for track_id in alert.track_ids}),
        "zone_id": first.zone_id,
        "probability": first.probability,
        "danger": first.danger,
        "eta_ns": first.eta_ns,
        "reasons": list(first.reasons),
        "reasons_lt": list(first.reasons_lt),
        "ended_ns": last.ended_ns,
    }


def _warning_row(warning: PublicWarning, cap_file: str) -> dict[str, Any]:
    text = next(text for text in warning.texts if text.language == "en")
    return {
        "time_ns": warning.drafted_ns,
        "warning_id": warning.warning_id,
        "message": warning.message,
        "level": warning.level,
        "polygon": _geojson(warning.areas),
        "areas": [area.name for area in warning.areas],
        "areas_are": warning.areas_are,
        "eta_from_ns": warning.eta_from_ns,
        "eta_until_ns": warning.eta_until_ns,
        "track_ids": list(warning.track_ids),
        "text": f"{text.headline}. {text.description} {text.instruction}",
        "texts": {text.language: text.model_dump() for text in warning.texts},
        "cap_file": cap_file,
    }


def _geojson(areas: Iterable[WarningArea]) -> dict[str, Any]:
    """Draw areas as one geometry, outer rings counter-clockwise and holes clockwise (RFC 7946, section 3.1.6)."""
    from shapely.geometry import MultiPolygon, Polygon, mapping
    from shapely.geometry.polygon import orient
    from shapely.ops import unary_union

    whole = unary_union([Polygon(area.polygon) for area in areas])
    parts = [orient(part) for part in getattr(whole, "geoms", [whole])]
    drawn: dict[str, Any] = mapping(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    return drawn


def _write_tracks(told: _Told, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sargas.model.label import most_restrictive
    from sargas.model.plots import LABEL_KEY
    from sargas.model.tracks import SCHEMA

    label = most_restrictive(batch.label for batch in told.tracks) if told.tracks else None
    metadata = {} if label is None else {LABEL_KEY: label.model_dump_json().encode()}
    schema = SCHEMA.with_metadata(metadata)
    parts = [pa.Table.from_batches([batch.to_arrow()]).replace_schema_metadata(metadata) for batch in told.tracks]
    table = pa.concat_tables(parts) if parts else schema.empty_table()
    for name in HELD:
        table = table.append_column(name, pa.array([row[name] for row in told.held], pa.string()))
    danger = [row["danger_probability"] for row in told.held]
    pq.write_table(table.append_column("danger_probability", pa.array(danger, pa.float64())), path)
