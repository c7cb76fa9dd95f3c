"""Recordings of readsb in order of time, cut into the documents a live feed would have brought."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sargas.formats.readsb.aircraft import unix_s
from sargas.formats.rows import Malformed, parse_json, unpack
from sargas.model.columns import NS_PER_S


def slices(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (time ns, document) in order of time: a trace second by second, lines one by one, else the whole.

    The time is the latest its rows hold at. Raises ValueError (Malformed) for what is no readsb document.
    """
    text = unpack(data)
    try:
        documents = [(text, parse_json(text))]
    except Malformed:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:
            raise
        documents = [(line, parse_json(line)) for line in lines]
    cut = [piece for raw, document in documents for piece in _pieces(raw, document)]
    yield from sorted(cut, key=lambda piece: piece[0])


def _pieces(raw: bytes, document: Any) -> list[tuple[int, bytes]]:
    if not isinstance(document, dict):
        raise Malformed("expected a JSON object with now or trace")
    if isinstance(document.get("trace"), list):
        return _trace_seconds(document)
    now_s = unix_s(document.get("now"))
    if now_s is None:
        raise Malformed("expected now in Unix seconds")
    return [(round(now_s * 1e6) * 1000, raw)]


def _trace_seconds(document: dict[str, Any]) -> list[tuple[int, bytes]]:
    start_s = unix_s(document.get("timestamp"))
    if start_s is None:
        raise Malformed("expected timestamp in Unix seconds")
    header = {name: value for name, value in document.items() if name in ("icao", "timestamp")}
    seconds: dict[int, list[Any]] = {}
    for row in document["trace"]:
        is_timed = isinstance(row, list) and row and type(row[0]) in (int, float) and 0 <= row[0] <= 1e7
        if is_timed:
            seconds.setdefault(int(start_s + row[0]), []).append(row)
        elif seconds:  # kept beside its neighbours, so that the decoder counts it
            seconds[next(reversed(seconds))].append(row)
    return [
        ((second + 1) * NS_PER_S, json.dumps({**header, "trace": rows}, separators=(",", ":")).encode())
        for second, rows in sorted(seconds.items())
    ]
