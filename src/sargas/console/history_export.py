"""Tracks of the past as a file: CSV, GeoJSON or Parquet; every row says under which label it stands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import Response

from sargas.console.history_messages import HistoryTrack, HistoryTracks

Format = Literal["csv", "geojson", "parquet"]
TYPES = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json", "parquet": "application/octet-stream"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What spreadsheets take for a formula: words from the air must not become one."""
COLUMNS = pa.schema(
    [
        ("track_id", pa.int64()),
        ("first_utc", pa.string()),
        ("last_utc", pa.string()),
        ("states", pa.int64()),
        ("latitude_deg", pa.float64()),
        ("longitude_deg", pa.float64()),
        ("lowest_m", pa.float64()),
        ("highest_m", pa.float64()),
        ("fastest_mps", pa.float64()),
        ("callsign", pa.string()),
        ("icao_address", pa.string()),
        ("class_name", pa.string()),
        ("probability", pa.float64()),
        ("tier", pa.string()),
        ("danger", pa.float64()),
        ("classification", pa.string()),
        ("releasable_to", pa.string()),
        ("caveats", pa.string()),
        ("originator", pa.string()),
    ]
)


def write_tracks(found: HistoryTracks, paths: pa.Table | None, format: Format) -> Response:
    """Return the file; its name says the highest classification in it."""
    rows = [_row(one) for one in found.rows]
    highest = max((one.label.classification for one in found.rows), default=None)
    mark = "empty" if highest is None else highest.name.lower()
    content: bytes | str
    if format == "csv":
        content = _csv(rows)
    elif format == "geojson":
        content = json.dumps(_geojson(rows, paths), allow_nan=False, ensure_ascii=False)
    else:
        content = _parquet(rows)
    headers = {"Content-Disposition": f'attachment; filename="tracks-{mark}.{format}"'}
    return Response(content, media_type=TYPES[format], headers=headers)


def _row(one: HistoryTrack) -> dict[str, Any]:
    told = one.model_dump(exclude={"label", "first_ns", "last_ns"})
    label = one.label
    return {
        **told,
        "first_utc": _utc(one.first_ns),
        "last_utc": _utc(one.last_ns),
        "classification": label.classification.name.lower(),
        "releasable_to": " ".join(label.releasable_to),
        "caveats": " ".join(label.caveats),
        "originator": label.originator,
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS.names)
    writer.writeheader()
    writer.writerows({name: _harmless(row[name]) for name in COLUMNS.names} for row in rows)
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _geojson(rows: list[dict[str, Any]], paths: pa.Table | None) -> dict[str, Any]:
    ways: dict[int, list[list[float]]] = {}
    for row in [] if paths is None else paths.to_pylist():
        place = [round(row["longitude_deg"], 6), round(row["latitude_deg"], 6)]
        height = row["altitude_m"]
        if height is not None and height == height:
            place.append(round(height, 1))
        ways.setdefault(row["track_id"], []).append(place)
    return {"type": "FeatureCollection", "features": list(_features(rows, ways))}


def _features(rows: list[dict[str, Any]], ways: dict[int, list[list[float]]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        way = ways.get(row["track_id"], [])
        geometry: dict[str, Any] = {"type": "LineString", "coordinates": way}
        if len(way) < 2:
            geometry = {"type": "Point", "coordinates": way[0] if way else [row["longitude_deg"], row["latitude_deg"]]}
        yield {"type": "Feature", "geometry": geometry, "properties": {name: row[name] for name in COLUMNS.names}}


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows, COLUMNS), sink)
    return bytes(sink.getvalue())


def _utc(time_ns: int) -> str:
    return datetime.fromtimestamp(time_ns / 1e9, UTC).isoformat(timespec="milliseconds")
