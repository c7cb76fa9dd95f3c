"""The files that ``sargas assess`` writes: alerts, warnings with their CAP messages, records, tracks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from shapely.geometry import MultiPolygon, Polygon, mapping
from shapely.geometry.polygon import orient
from shapely.ops import unary_union

from sargas.cli.assess_told import Told
from sargas.formats.cap import encode_cap, identifier_of
from sargas.model.label import most_restrictive
from sargas.model.plots import LABEL_KEY
from sargas.model.records import Alert, PublicWarning
from sargas.model.tracks import SCHEMA
from sargas.model.warning_records import WarningArea


def write(told: Told, out: Path) -> None:
    """Write all files into a folder that is there."""
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
    whole = unary_union([Polygon(area.polygon) for area in areas])
    parts = [orient(part) for part in getattr(whole, "geoms", [whole])]
    drawn: dict[str, Any] = mapping(parts[0] if len(parts) == 1 else MultiPolygon(parts))
    return drawn


def _write_tracks(told: Told, path: Path) -> None:
    label = most_restrictive(batch.label for batch in told.tracks) if told.tracks else None
    metadata = {} if label is None else {LABEL_KEY: label.model_dump_json().encode()}
    schema = SCHEMA.with_metadata(metadata)
    parts = [pa.Table.from_batches([batch.to_arrow()]).replace_schema_metadata(metadata) for batch in told.tracks]
    table = pa.concat_tables(parts) if parts else schema.empty_table()
    for name, values in told.held.items():
        table = table.append_column(name, pa.array(values, pa.string()))
    pq.write_table(table.append_column("danger_probability", pa.array(told.danger, pa.float64())), path)
